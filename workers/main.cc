// actsearch-worker: trains candidates for a coordinator until it is told to stop.

#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "evaluators/evaluator.h"
#include "search_spaces/base/version.h"
#include "search_spaces/expr/fingerprint.h"
#include "workers/one_shot.h"
#include "workers/program_build.h"
#include "workers/stop_signals.h"
#include "workers/worker.h"

namespace actsearch::workers {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr std::size_t kLongestName = 128;

struct Flags {
  WorkerOptions worker{.name = DefaultName(), .version = std::string(ProgramVersion())};
  evaluators::EvaluatorOptions evaluator;
  std::string log_level = "info";
  int grace_seconds = 20;
  bool die_with_parent = false;
  bool one_shot = false;
};

std::string CheckName(const std::string& name) {
  const bool printable = std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~'; });
  if (!name.empty() && name.size() <= kLongestName && printable) return "";
  return "a name has 1 to 128 visible ASCII characters";
}

void AddFlags(CLI::App& app, Flags& flags) {
  app.add_option("--coordinator", flags.worker.coordinator, "address of the coordinator, HOST:PORT")
      ->envname("ACTSEARCH_COORDINATOR")
      ->capture_default_str();
  app.add_option("--name", flags.worker.name,
                 "name of this worker, unlike any other's (default: HOST-PID-RANDOM)")
      ->check(CheckName);
  app.add_option("--slots", flags.worker.slots,
                 "trials to hold at once: one is trained, the others wait")
      ->check(CLI::Range(1, 512))
      ->capture_default_str();
  app.add_option("--device", flags.evaluator.device, "cpu, cuda or cuda:N")->capture_default_str();
  app.add_option("--data", flags.evaluator.data_root,
                 "folder of the data sets, for jobs that name them by a relative folder or not at "
                 "all");
  app.add_option("--checkpoints", flags.worker.checkpoints,
                 "folder in which trainings that last keep how far they are, for whoever trains "
                 "the same trial next; without one they begin anew");
  app.add_option("--grace", flags.grace_seconds,
                 "seconds that the running trial gets to finish after SIGTERM or SIGINT")
      ->check(CLI::Range(0, 86'400))
      ->capture_default_str();
  app.add_option("--log-level", flags.log_level, "debug, info, warn or error")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->capture_default_str();
  app.add_flag("--die-with-parent", flags.die_with_parent,
               "be killed when the process that started this one ends");
  app.add_flag("--one-shot", flags.one_shot,
               "serve no coordinator: evaluate the trials on standard input (v1.Trial messages, "
               "delimited) and write their reports to standard output");
  app.set_version_flag("--version", "actsearch-worker " + std::string(ProgramVersion()));
}

// The coordinator gives the leases of a killed worker to others.
Result<void> DieWithParent() {
  const pid_t parent = getppid();
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
    return Fail(ErrorCode::kInternal, "--die-with-parent: prctl failed");
  }
  // It may have ended before the call.
  if (getppid() != parent) return Fail(ErrorCode::kInvalid, "--die-with-parent: it is dead");
  return {};
}

Result<void> Serve(Flags& flags) {
  if (flags.die_with_parent) {
    if (auto set = DieWithParent(); !set) return set;
  }
  if (flags.one_shot) {
    const auto evaluator = evaluators::MakeEvaluator(flags.evaluator);
    return evaluator ? EvaluateAll(std::cin, std::cout, **evaluator)
                     : std::unexpected(evaluator.error());
  }
  const StopSignals signals;
  const auto evaluator = evaluators::MakeEvaluator(flags.evaluator);
  if (!evaluator) return std::unexpected(evaluator.error());
  flags.worker.build = ProgramBuild();
  flags.worker.language = expr::LanguageFingerprint();
  flags.worker.drain.finish = std::chrono::seconds(flags.grace_seconds);
  flags.worker.log->info("actsearch-worker {}: {} on {}", ProgramVersion(), flags.worker.name,
                         (*evaluator)->Description());
  flags.worker.on_stuck = [log = flags.worker.log] {
    log->error("what runs does not end; the worker leaves all the same");
    log->flush();
    std::_Exit(kFailed);
  };
  Worker worker(flags.worker, **evaluator);
  return worker.Run(signals.Token());
}

std::shared_ptr<spdlog::logger> MakeLog(const std::string& level) {
  auto log =
      std::make_shared<spdlog::logger>("worker", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
  log->set_level(spdlog::level::from_str(level));
  return log;
}

}  // namespace
}  // namespace actsearch::workers

int main(int argc, char** argv) {
  using namespace actsearch::workers;
  Flags flags;
  CLI::App app("Trains candidates for an actsearch coordinator until SIGTERM, SIGINT or a drain.");
  AddFlags(app, flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  flags.worker.log = MakeLog(flags.log_level);
  const auto served = Serve(flags);
  if (served) {
    flags.worker.log->info("stopped");
    return 0;
  }
  flags.worker.log->error("{}", served.error().message);
  return kFailed;
}
