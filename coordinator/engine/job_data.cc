// What a job's data are: one worker after the other is asked until one says so.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "coordinator/engine/engine.h"

namespace actsearch::engine {
namespace {

// A worker answers after the trial that it trains now; another one may be free.
constexpr std::int64_t kAskNextMs = 30'000;
constexpr std::int64_t kSlowMs = 30'000;     // of reading, then its leases are others'
constexpr std::int64_t kSilentMs = 600'000;  // enough for a digest of 100 GB
constexpr std::size_t kMostAsked = 2;  // at once

}  // namespace

void Engine::AskAboutData(Job& job, std::int64_t now_ms) {
  if (job.State() != plan::JobState::kChecking) return;
  auto& asked = job.Asked();
  GiveUpOnSilent(job, now_ms);
  if (job.Past().TooManyProbesLost()) return;
  std::size_t training = 0;
  for (const auto& [name, since_ms] : asked) {
    const auto worker = fleet_.Workers().find(name);
    if (worker == fleet_.Workers().end() || !worker->second.link) continue;
    // Data that hang a worker shall not hang others too.
    const bool reads = worker->second.reading == job.Id();
    if (reads || now_ms - since_ms < kAskNextMs) return;
    ++training;
  }
  if (training >= kMostAsked) return;
  Worker* chosen = nullptr;
  for (auto& [name, worker] : fleet_.Workers()) {
    const bool may = worker.TakesWork() && worker.reading.empty() && !asked.contains(name) &&
                     !job.Past().IsAside(name);
    if (may && (chosen == nullptr || worker.held.size() < chosen->held.size())) chosen = &worker;
  }
  if (chosen == nullptr) return;
  asked.emplace(chosen->name, now_ms);
  fleet_.Ask(*chosen, {job.Id(), job.Past().Spec().task});
}

// After a connection anew it reads on; a process that does not is another one.
void Engine::NoteReading(Worker& worker, std::string reading) {
  const std::string before = std::exchange(worker.read_before, {});
  if (!before.empty() && before != reading) NoteLostReader(worker, before);
  if (reading != worker.reading) worker.reading_since_ms = clock_.MonotonicMs();
  worker.reading = std::move(reading);
  if (worker.reading.empty()) worker.is_slow = false;
}

// What waits behind a read goes to others, whatever has become of the job that asked.
void Engine::FreeSlowReaders(std::int64_t now_ms) {
  for (auto& [name, worker] : fleet_.Workers()) {
    const bool is_slow =
        !worker.reading.empty() && now_ms - worker.reading_since_ms >= kSlowMs;
    if (!is_slow || worker.is_slow) continue;
    worker.is_slow = true;
    options_.log->warn("worker {} still reads the data of job {}; others take what it holds", name,
                       worker.reading);
    const std::deque<LeaseId> held = worker.held;
    for (const LeaseId& lease : held) {
      fleet_.RevokeLease(worker, lease, "this worker reads data for long");
    }
    Bury(name, held, std::nullopt);
    fleet_.Feed(worker);
  }
}

void Engine::GiveUpOnSilent(Job& job, std::int64_t now_ms) {
  for (const auto& [name, worker] : fleet_.Workers()) {
    if (job.Past().IsAside(name)) continue;
    const bool reads =
        worker.reading == job.Id() && now_ms - worker.reading_since_ms >= kSilentMs;
    const auto asked = job.Asked().find(name);
    const bool idles = asked != job.Asked().end() && !worker.running && worker.reading.empty() &&
                       now_ms - asked->second >= kSilentMs;
    if (!reads && !idles) continue;
    job.Asked().erase(name);
    const std::string what = "it has not said for " + std::to_string(kSilentMs / 60'000) +
                             " minutes what its data are";
    options_.log->warn("worker {} gets no more of job {}: {}", name, job.Id(), what);
    Record(job, job.Plan()->LoseProbe(name, AttemptEnd::kTimedOut, what));
  }
}

// Its process has ended, not in order, while it read the data of this job.
void Engine::NoteLostReader(const Worker& worker, const std::string& id) {
  Job* job = FindJob(id);
  if (job == nullptr || job->Plan() == nullptr || !job->Past().AwaitsCheck()) return;
  if (worker.draining) return;
  options_.log->warn("worker {} vanished while it read the data of job {}", worker.name, id);
  Record(*job, job->Plan()->LoseProbe(worker.name, AttemptEnd::kLost,
                                      "it vanished while it read the data"));
  Touch(*job);
}

void Engine::HearAnswer(Worker& worker, Job& job, const ProbeAnswer& answer) {
  plan::Plan& plan = *job.Plan();
  const bool was_asked = job.Asked().erase(worker.name) > 0;
  if (!plan.Past().AwaitsCheck()) return;
  Error error;
  if (answer.facts) {
    auto events = plan.Learn(*answer.facts);
    if (events) {
      plan.Readmit(worker.name);  // late, but it can serve the job
      return Record(job, *std::move(events));
    }
    error = events.error();
  } else {
    error = answer.facts.error();
  }
  if (!was_asked) return;
  Record(job, plan.SetAside(worker.name, std::move(error)));
  ShutOut(worker, job);
}

void Engine::TakeAnswer(std::shared_ptr<WorkerLink> link, ProbeAnswer answer) {
  PostMessage(std::move(link), [this, answer = std::move(answer)](Worker& worker) {
    NoteReading(worker, {});
    fleet_.Feed(worker);
    Job* job = FindJob(answer.job);
    if (job == nullptr || job->Plan() == nullptr) return;
    HearAnswer(worker, *job, answer);
    Touch(*job);
  });
}

}  // namespace actsearch::engine
