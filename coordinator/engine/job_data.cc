// What a job's data are: one worker after the other is asked until one says so.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "coordinator/engine/engine.h"

namespace actsearch::engine {
namespace {

// A worker answers after the trial that it trains now; another one may be free.
constexpr std::int64_t kAskNextMs = 30'000;
// Enough for a digest of 100 GB. Whoever is silent for longer is not waited for.
constexpr std::int64_t kSilentMs = 600'000;
constexpr std::size_t kMostAsked = 2;  // at once

}  // namespace

void Engine::AskAboutData(Job& job, std::int64_t now_ms) {
  if (job.State() != plan::JobState::kChecking) return;
  auto& asked = job.Asked();
  const auto is_here = [&](const std::string& name) {
    const auto found = fleet_.Workers().find(name);
    return found != fleet_.Workers().end() && found->second.link;
  };
  GiveUpOnSilent(job, now_ms);
  if (job.Past().TooManyProbesLost()) return;
  std::size_t training = 0;
  for (const auto& [name, since_ms] : asked) {
    if (!is_here(name)) continue;
    if (now_ms - since_ms < kAskNextMs) return;
    Worker& worker = fleet_.Workers().find(name)->second;
    // It reads: data that hang a worker shall not hang others too.
    if (!worker.running) return FreeFromWaiting(worker, job);
    ++training;
  }
  if (training >= kMostAsked) return;
  Worker* chosen = nullptr;
  for (auto& [name, worker] : fleet_.Workers()) {
    const bool may = worker.TakesWork() && !asked.contains(name) && !job.Past().IsAside(name);
    if (may && (chosen == nullptr || worker.held.size() < chosen->held.size())) chosen = &worker;
  }
  if (chosen == nullptr) return;
  asked.emplace(chosen->name, now_ms);
  fleet_.Ask(*chosen, {job.Id(), job.Past().Spec().task});
}

// It reads the data for long: what waits behind that goes to others, of other jobs too.
void Engine::FreeFromWaiting(Worker& worker, const Job& job) {
  if (worker.reading) return;
  worker.reading = true;
  options_.log->warn("worker {} still reads the data of job {}; others take what it holds",
                     worker.name, job.Id());
  for (const LeaseId& lease : std::deque<LeaseId>(worker.held)) {
    fleet_.RevokeLease(worker, lease, "this worker reads data for long");
    Job* other = FindJob(lease.job);
    if (other == nullptr || other->Plan() == nullptr) continue;
    other->Plan()->Release(lease.index, lease.epoch);
    Touch(*other);
  }
  fleet_.Feed(worker);
}

void Engine::GiveUpOnSilent(Job& job, std::int64_t now_ms) {
  std::vector<std::string> silent;
  for (const auto& [name, since_ms] : job.Asked()) {
    if (now_ms - since_ms >= kSilentMs) silent.push_back(name);
  }
  for (const std::string& name : silent) {
    job.Asked().erase(name);
    const std::string what =
        "it has not said for " + std::to_string(kSilentMs / 60'000) + " minutes what its data are";
    options_.log->warn("worker {} gets no more of job {}: {}", name, job.Id(), what);
    Record(job, job.Plan()->LoseProbe(name, AttemptEnd::kTimedOut, what));
  }
}

// The worker has gone, or come back anew, and was asked.
void Engine::NoteLostProbe(Job& job, const std::string& name) {
  if (job.Asked().erase(name) == 0 || !job.Past().AwaitsCheck()) return;
  const auto worker = fleet_.Workers().find(name);
  if (worker != fleet_.Workers().end() && worker->second.draining) return;
  options_.log->warn("worker {} vanished while it read the data of job {}", name, job.Id());
  Record(job, job.Plan()->LoseProbe(name, AttemptEnd::kLost,
                                    "it vanished while it read the data"));
  Touch(job);
}

void Engine::HearAnswer(Worker& worker, Job& job, const ProbeAnswer& answer) {
  plan::Plan& plan = *job.Plan();
  const bool was_asked = job.Asked().erase(worker.name) > 0;
  if (!was_asked || !plan.Past().AwaitsCheck()) return;
  Error error;
  if (answer.facts) {
    auto events = plan.Learn(*answer.facts);
    if (events) return Record(job, *std::move(events));
    error = events.error();
  } else {
    error = answer.facts.error();
  }
  Record(job, plan.SetAside(worker.name, std::move(error)));
  ShutOut(worker, job);
}

void Engine::TakeAnswer(std::shared_ptr<WorkerLink> link, ProbeAnswer answer) {
  PostMessage(std::move(link), [this, answer = std::move(answer)](Worker& worker) {
    worker.reading = false;
    fleet_.Feed(worker);
    Job* job = FindJob(answer.job);
    if (job == nullptr || job->Plan() == nullptr) return;
    HearAnswer(worker, *job, answer);
    Touch(*job);
  });
}

}  // namespace actsearch::engine
