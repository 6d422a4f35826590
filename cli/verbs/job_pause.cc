#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string job;
  Where where;
  Format format = Format::kTable;
};

Expected<int> Pause(const Options& options, Terminal& terminal) {
  return WithJob(options.where, Access::kChange, options.job, terminal,
                 [&](Client& client, const v1::Job& job) {
                   return PrintChanged(terminal, options.format, client.Pause(job.id()),
                                       "paused: running trials end, no new ones begin");
                 });
}

}  // namespace

Run AddJobPause(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  AddJob(app, options->job);
  AddWhere(app, options->where);
  AddFormat(app, options->format);
  return [options, &terminal] { return Pause(*options, terminal); };
}

}  // namespace actsearch::cli
