// A worker process: tests itself with the canary, connects to the coordinator, trains the
// trials it is given one after the other, answers what its data are, and reports what came of
// it all (the protocol is in worker_service.proto). Called by the program actsearch-worker and
// by tests. Run uses the calling thread for training and data, and starts its own for the
// connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "evaluators/evaluator.h"
#include "search_spaces/base/error.h"
#include "workers/desk.h"

namespace spdlog {
class logger;
}

namespace actsearch::workers {

// The whole canary is sung before the first hello, a part of it between trials: when `most` has
// passed, or after `trials` trials but not before `least` has passed, so that it stays
// cheap beside trials that take no time.
struct CanaryInterval {
  int trials = 500;
  std::chrono::seconds least{60};
  std::chrono::seconds most{600};
};

struct WorkerOptions {
  std::string coordinator = "127.0.0.1:7070";  // HOST:PORT
  std::string name;                            // stable name of the process, its own
  int slots = 2;                               // leases at most: one is trained, the others wait
  std::uint64_t language = 0;                  // expr::LanguageFingerprint()
  std::string version;
  std::string build;  // names the program file: ProgramBuild
  std::string checkpoints;  // folder (checkpoints.h); empty: trainings that are cut off are lost
  CanaryInterval canary;
  DrainLimits drain;
  std::shared_ptr<spdlog::logger> log;
  // Run should have returned options.drain ago, and the evaluator does not: on a thread of its
  // own, at most once. May be empty.
  std::function<void()> on_stuck;
};

// HOST-PID-RANDOM: no two processes share it.
std::string DefaultName();

class Worker {
 public:
  // The evaluator must have been made on the thread that calls Run.
  Worker(WorkerOptions options, evaluators::Evaluator& evaluator)
      : options_(std::move(options)), evaluator_(evaluator) {}

  // Until `stop`, or until the coordinator asks to drain: then the running trial is
  // finished and its report delivered, within options.drain. Errors: the canary is off
  // (kInternal), the coordinator refuses this worker for good (kInvalid).
  Result<void> Run(const std::stop_token& stop);

 private:
  Result<void> Train(Desk& desk);
  Result<void> Sing(evaluators::Canary canary);
  Result<Outcome> Evaluate(const Assignment& assignment, Desk& desk);
  Result<catalogue::DataFacts> Look(const Probe& probe);

  WorkerOptions options_;
  evaluators::Evaluator& evaluator_;
  std::string machine_;  // program and device, for checkpoints
  TimePoint last_canary_;
  int trials_since_canary_ = 0;
};

}  // namespace actsearch::workers
