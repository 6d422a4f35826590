#include <ostream>

#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string job;
  bool yes = false;
  Where where;
};

Expected<int> Delete(const Options& options, Terminal& terminal) {
  return WithJob(options.where, Access::kChange, options.job, terminal,
                 [&](Client& client, const v1::Job& job) -> Expected<int> {
                   const auto confirmed =
                       Confirm(terminal, options.yes,
                               "Delete job " + job.id() + " (" + job.spec().name() +
                                   ") and all its candidates? It cannot be brought back.");
                   if (!confirmed) return std::unexpected(confirmed.error());
                   const auto deleted = client.Delete(job.id());
                   if (!deleted) return std::unexpected(deleted.error());
                   terminal.err << "job " << job.id() << " deleted\n";
                   return kOk;
                 });
}

}  // namespace

Run AddJobDelete(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  // Not optional: nobody deletes "the newest" by leaving a word out.
  app.add_option("JOB", options->job, "id, the beginning of one, or 'latest'")
      ->type_name("")
      ->required();
  AddYes(app, options->yes);
  AddWhere(app, options->where);
  return [options, &terminal] { return Delete(*options, terminal); };
}

}  // namespace actsearch::cli
