#include <ostream>

#include "cli/front_table.h"
#include "cli/report.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string job;
  Where where;
  Format format = Format::kTable;
};

Expected<int> Front(const Options& options, Terminal& terminal) {
  return WithJob(options.where, Access::kRead, options.job, terminal,
                 [&](Client& client, const v1::Job& job) -> Expected<int> {
                   const auto front = client.Front(job.id());
                   if (!front) return std::unexpected(front.error());
                   const Document document = {{"job", job.id()},
                                              {"final", front->final()},
                                              {"verdict", Verdict(*front)},
                                              {"verdicts", VerdictDocuments(*front)},
                                              {"comparisons", ComparisonDocuments(*front)},
                                              {"confirm", ConfirmDocuments(*front)},
                                              {"front", FrontDocuments(*front)}};
                   Print(terminal, options.format, document,
                         FrontText(*front) + "\n" + Verdict(*front) + "\n\n" +
                             ComparisonText(*front) + ConfirmText(*front));
                   return kOk;
                 });
}

}  // namespace

Run AddFront(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  AddJob(app, options->job);
  AddWhere(app, options->where);
  AddFormat(app, options->format);
  return [options, &terminal] { return Front(*options, terminal); };
}

}  // namespace actsearch::cli
