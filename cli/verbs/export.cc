#include <ostream>

#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string job;
  Where where;
};

Expected<int> Export(const Options& options, Terminal& terminal) {
  return WithJob(options.where, Access::kRead, options.job, terminal,
                 [&](Client& client, const v1::Job& job) -> Expected<int> {
                   const auto exported = client.Export(
                       job.id(), [&](const std::string& event) { terminal.out << event << "\n"; });
                   if (!exported) return std::unexpected(exported.error());
                   return kOk;
                 });
}

}  // namespace

Run AddExport(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  AddJob(app, options->job);
  AddWhere(app, options->where);
  return [options, &terminal] { return Export(*options, terminal); };
}

}  // namespace actsearch::cli
