#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string job;
  std::uint64_t candidates = 0;
  Where where;
  Format format = Format::kTable;
};

Expected<int> Extend(const Options& options, Terminal& terminal) {
  return WithJob(options.where, Access::kChange, options.job, terminal,
                 [&](Client& client, const v1::Job& job) {
                   return PrintChanged(
                       terminal, options.format, client.Extend(job.id(), options.candidates),
                       "extended to " + std::to_string(options.candidates) + " candidates");
                 });
}

}  // namespace

Run AddJobExtend(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  AddJob(app, options->job);
  app.add_option("--candidates", options->candidates, "new total of search candidates")
      ->type_name("N")
      ->required();
  AddWhere(app, options->where);
  AddFormat(app, options->format);
  return [options, &terminal] { return Extend(*options, terminal); };
}

}  // namespace actsearch::cli
