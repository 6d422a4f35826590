#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string job;
  bool exit_status = false;
  Where where;
};

Expected<int> Watch(const Options& options, Terminal& terminal) {
  Interrupts interrupts;
  return WithJob(options.where, Access::kRead, options.job, terminal,
                 [&](Client& client, const v1::Job& job) -> Expected<int> {
                   const auto code =
                       FollowJob(client, job, interrupts, terminal, options.exit_status);
                   if (code && *code == kJobFailed && !options.exit_status) return kOk;
                   return code;
                 });
}

}  // namespace

Run AddJobWatch(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  AddJob(app, options->job);
  app.add_flag("--exit-status", options->exit_status, "exit code 5 when the job fails or is stuck");
  AddWhere(app, options->where);
  return [options, &terminal] { return Watch(*options, terminal); };
}

}  // namespace actsearch::cli
