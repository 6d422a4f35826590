#include "workers/worker.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <new>
#include <random>
#include <thread>
#include <utility>

#include "search_spaces/base/hash.h"
#include "workers/checkpoints.h"
#include "workers/link.h"

namespace actsearch::workers {

std::string DefaultName() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host = {"worker"};
  std::random_device entropy;  // only for a name: no result depends on it
  return std::string(host.data()) + "-" + std::to_string(getpid()) + "-" +
         HexDigits(entropy()).substr(8);
}

Result<void> Worker::Run(const std::stop_token& stop) {
  if (auto healthy = Sing(evaluators::Canary::kWhole); !healthy) return healthy;
  const std::string device = evaluator_.Description();
  machine_ = options_.build + " " + device;
  if (!options_.checkpoints.empty()) RemoveOldCheckpoints(options_.checkpoints);
  Desk desk(options_.drain);
  Link link({.coordinator = options_.coordinator,
             .name = options_.name,
             .device = device,
             .version = options_.version,
             .build = options_.build,
             .slots = options_.slots,
             .language = options_.language,
             .log = options_.log},
            desk);
  const std::stop_callback on_stop(stop, [&] { desk.Drain(); });
  std::jthread alarm([&] {
    for (Alarm alarm; (alarm = desk.WaitForAlarm()) != Alarm::kClosed;) {
      if (alarm == Alarm::kHangUp) link.HangUp();
      if (alarm == Alarm::kStuck && options_.on_stuck) options_.on_stuck();
    }
  });
  std::jthread connection([&] { link.Run(); });
  Result<void> trained = Train(desk);
  connection.join();
  desk.Close();
  if (auto failure = desk.Failure()) return std::unexpected(*std::move(failure));
  return trained;
}

Result<void> Worker::Train(Desk& desk) {
  while (!desk.Over()) {
    const bool many = trials_since_canary_ >= options_.canary.trials;
    const auto canary_at = last_canary_ + (many ? options_.canary.least : options_.canary.most);
    if (Clock::now() >= canary_at) {
      if (auto healthy = Sing(evaluators::Canary::kPart); !healthy) {
        desk.Distrust();
        return healthy;
      }
      continue;
    }
    const auto work = desk.Next(canary_at);
    if (!work) continue;
    if (const auto* probe = std::get_if<Probe>(&*work)) {
      desk.Answer(*probe, Look(*probe));
      continue;
    }
    const auto& assignment = std::get<Assignment>(*work);
    desk.Finish(assignment, Evaluate(assignment, desk));
    ++trials_since_canary_;
  }
  return {};
}

Result<void> Worker::Sing(evaluators::Canary canary) {
  auto healthy = evaluator_.Sing(canary);
  if (!healthy) {
    options_.log->error("canary: {}; this worker takes no work", healthy.error().message);
  }
  last_canary_ = Clock::now();
  trials_since_canary_ = 0;
  return healthy;
}

Result<Outcome> Worker::Evaluate(const Assignment& assignment, Desk& desk) {
  evaluators::Control control{
      .on_progress = [&](const evaluators::Progress& progress) { desk.NoteProgress(progress); },
      .cancel = &desk.Cancel()};
  if (!options_.checkpoints.empty()) {
    control.checkpoint = CheckpointOf(assignment.trial, machine_, options_.checkpoints);
  }
  auto outcome = [&]() -> Result<Outcome> {
    try {
      return evaluator_.Evaluate(assignment.trial, control);
    } catch (const std::bad_alloc&) {
      return Fail(ErrorCode::kOutOfMemory, "this machine has too little memory for the trial");
    }
  }();
  const LeaseId& lease = assignment.lease;
  if (outcome) {
    outcome->timing.worker = options_.name;
    options_.log->debug("{}/{} {} loss {:.5f} in {:.2f} s: {}", lease.job, lease.index,
                        Name(outcome->status), outcome->Loss(), outcome->timing.total_seconds,
                        assignment.trial.candidate);
  } else {
    options_.log->error("{}/{} cannot be judged: {}", lease.job, lease.index,
                        outcome.error().message);
  }
  return outcome;
}

Result<catalogue::DataFacts> Worker::Look(const Probe& probe) {
  auto facts = [&]() -> Result<catalogue::DataFacts> {
    try {
      return evaluator_.Probe(probe.task);
    } catch (const std::bad_alloc&) {
      return Fail(ErrorCode::kOutOfMemory, "this machine has too little memory for the data");
    }
  }();
  if (facts) {
    options_.log->info("data of job {}: digest {}", probe.job, facts->digest);
  } else {
    options_.log->error("data of job {}: {}", probe.job, facts.error().message);
  }
  return facts;
}

}  // namespace actsearch::workers
