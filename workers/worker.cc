#include "workers/worker.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <new>
#include <random>
#include <thread>
#include <utility>

#include "search_spaces/base/hash.h"
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
  if (auto healthy = Sing(); !healthy) return healthy;
  Desk desk(options_.drain);
  Link link({.coordinator = options_.coordinator,
             .name = options_.name,
             .device = evaluator_.Description(),
             .version = options_.version,
             .slots = options_.slots,
             .language = options_.language,
             .log = options_.log},
            desk);
  const std::stop_callback on_stop(stop, [&] { desk.Drain(); });
  std::jthread alarm([&] {
    while (desk.WaitToHangUp()) link.HangUp();
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
      if (auto healthy = Sing(); !healthy) {
        desk.Distrust();
        return healthy;
      }
      continue;
    }
    const auto assignment = desk.Next(canary_at);
    if (!assignment) continue;
    desk.Finish(*assignment, Evaluate(*assignment, desk));
    ++trials_since_canary_;
  }
  return {};
}

Result<void> Worker::Sing() {
  auto healthy = evaluator_.Canary();
  if (!healthy)
    options_.log->error("canary: {}; this worker takes no work", healthy.error().message);
  last_canary_ = Clock::now();
  trials_since_canary_ = 0;
  return healthy;
}

Result<Outcome> Worker::Evaluate(const Assignment& assignment, Desk& desk) {
  const evaluators::Control control{
      .on_progress = [&](const evaluators::Progress& progress) { desk.NoteProgress(progress); },
      .cancel = &desk.Cancel()};
  try {
    auto outcome = evaluator_.Evaluate(assignment.trial, control);
    if (outcome) {
      outcome->timing.worker = options_.name;
      options_.log->debug("{}/{} {} loss {:.5f} in {:.2f} s: {}", assignment.lease.job,
                          assignment.lease.index, Name(outcome->status), outcome->loss,
                          outcome->timing.total_seconds, assignment.trial.formula);
    } else {
      options_.log->error("{}/{} cannot be judged: {}", assignment.lease.job,
                          assignment.lease.index, outcome.error().message);
    }
    return outcome;
  } catch (const std::bad_alloc&) {
    Outcome outcome;
    outcome.status = Status::kOutOfMemory;
    outcome.timing.worker = options_.name;
    return outcome;
  }
}

}  // namespace actsearch::workers
