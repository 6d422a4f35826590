#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string job;
  bool yes = false;
  Where where;
  Format format = Format::kTable;
};

Expected<int> Cancel(const Options& options, Terminal& terminal) {
  return WithJob(
      options.where, Access::kChange, options.job, terminal,
      [&](Client& client, const v1::Job& job) {
        const auto confirmed = Confirm(terminal, options.yes,
                                       "Cancel job " + job.id() + " (" + job.spec().name() + ", " +
                                           std::to_string(job.finished()) +
                                           " candidates finished)? It cannot be resumed.");
        if (!confirmed) return Expected<int>(std::unexpected(confirmed.error()));
        return PrintChanged(terminal, options.format, client.Cancel(job.id()), "cancelled");
      });
}

}  // namespace

Run AddJobCancel(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  AddJob(app, options->job);
  AddYes(app, options->yes);
  AddWhere(app, options->where);
  AddFormat(app, options->format);
  return [options, &terminal] { return Cancel(*options, terminal); };
}

}  // namespace actsearch::cli
