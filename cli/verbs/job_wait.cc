#include <chrono>
#include <limits>
#include <ostream>

#include "cli/records.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string job;
  double timeout_s = 0;  // 0: none
  Where where;
  Format format = Format::kTable;
};

Expected<int> WaitFor(const Options& options, Client& client, const v1::Job& job,
                      Interrupts& interrupts, Terminal& terminal) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  const auto late = [&] {
    return options.timeout_s > 0 &&
           std::chrono::duration<double>(Clock::now() - begin).count() > options.timeout_s;
  };
  v1::Job last = job;
  const auto watched =
      client.Watch(job.id(), {.update =
                                  [&last](const v1::WatchJobResponse& update) {
                                    last = update.job();
                                    return !IsStuck(last);
                                  },
                              .go_on = [&] { return !interrupts.Asked() && !late(); },
                              .away = {}});
  if (!watched) return std::unexpected(watched.error());
  Print(terminal, options.format, JobDocument(last), last.id() + "\n");
  if (HasEnded(last.state()) || IsStuck(last)) return ExitOf(last, terminal);
  if (interrupts.Asked()) return kInterrupted;
  return Fail(kTimedOut, "job " + job.id() + " is still " + std::string(Name(last.state())) +
                             " after " + Duration(options.timeout_s) + ": " +
                             std::to_string(last.finished()) + " of " +
                             std::to_string(last.spec().search().candidates()) + " candidates");
}

Expected<int> Wait(const Options& options, Terminal& terminal) {
  Interrupts interrupts;
  return WithJob(options.where, Access::kRead, options.job, terminal,
                 [&](Client& client, const v1::Job& job) {
                   return WaitFor(options, client, job, interrupts, terminal);
                 });
}

}  // namespace

Run AddJobWait(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  AddJob(app, options->job);
  app.add_option("--timeout", options->timeout_s, "give up after that with exit code 6 [never]")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.0, 1e9).description(""));
  AddWhere(app, options->where);
  AddFormat(app, options->format);
  return [options, &terminal] { return Wait(*options, terminal); };
}

}  // namespace actsearch::cli
