// Workers that cannot serve a job, and what a job's data are.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "coordinator/engine/engine.h"

namespace actsearch::engine {
namespace {

// A worker answers after the trial that it trains now; another one may be free.
constexpr std::int64_t kAskNextMs = 30'000;
constexpr std::size_t kWorkersNamed = 5;  // in the reason of a pause

// A job that was paused for want of workers stays so at least this long, so that one that
// connects again and again cannot fill the log.
constexpr std::int64_t kLeastPauseMs = 10'000;

// Of those that are still here: Readmit forgets the others.
std::string PauseReason(std::span<const plan::SetAside> aside) {
  std::string names;
  for (std::size_t i = 0; i < std::min(aside.size(), kWorkersNamed); ++i) {
    names += (i == 0 ? "'" : ", '") + aside[i].worker + "'";
  }
  if (aside.size() > kWorkersNamed) {
    names += " and " + std::to_string(aside.size() - kWorkersNamed) + " more";
  }
  return "no connected worker can serve it: " + names + "; the first said: " +
         aside.front().error.message +
         "; it goes on when another worker connects, or is resumed when that is mended";
}

}  // namespace

// The worker could not do its last trial: what else it holds of the job goes elsewhere too.
void Engine::ShutOut(Worker& worker, Job& job) {
  const std::string& why = job.Plan()->Past().Aside().back().error.message;
  options_.log->warn("worker {} gets no more of job {}: {}", worker.name, job.Id(), why);
  for (const LeaseId& lease :
       fleet_.RevokeJob(worker, job.Id(), "this worker cannot serve the job: " + why)) {
    job.Plan()->Release(lease.index, lease.epoch);
  }
}

// A worker that has left is no longer set aside, and one that connects may have been mended.
void Engine::Readmit(const std::string& worker) {
  for (auto& [id, job] : jobs_) {
    if (job->Plan() == nullptr) continue;
    job->Asked().erase(worker);
    job->Plan()->Readmit(worker);
    if (job->State() != plan::JobState::kRunning) Touch(*job);
  }
}

// One worker at a time, and the next when it takes long: the first answer counts.
void Engine::AskAboutData(Job& job, std::int64_t now_ms) {
  if (job.State() != plan::JobState::kChecking) return;
  auto& asked = job.Asked();
  std::erase_if(asked, [&](const auto& entry) {
    const auto found = fleet_.Workers().find(entry.first);
    return found == fleet_.Workers().end() || !found->second.link;
  });
  const bool waits = std::ranges::any_of(
      asked, [&](const auto& entry) { return now_ms - entry.second < kAskNextMs; });
  if (waits) return;
  Worker* chosen = nullptr;
  for (auto& [name, worker] : fleet_.Workers()) {
    const bool may = worker.TakesWork() && !asked.contains(name) && !job.Past().IsAside(name);
    if (may && (chosen == nullptr || worker.held.size() < chosen->held.size())) chosen = &worker;
  }
  if (chosen == nullptr) return;
  asked.emplace(chosen->name, now_ms);
  fleet_.Ask(*chosen, {job.Id(), job.Past().Spec().task});
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

// Somebody is here who has not been tried. Jobs that people paused wait for people.
void Engine::ResumeWhenSomebodyCan(Job& job) {
  const plan::History& past = job.Past();
  if (job.Plan() == nullptr || job.State() != plan::JobState::kPaused) return;
  if (past.Reason().empty() || clock_.MonotonicMs() < job.ResumableFromMs()) return;
  for (const auto& [name, worker] : fleet_.Workers()) {
    if (!worker.TakesWork() || past.IsAside(name)) continue;
    options_.log->info("job {} goes on: worker {} may serve it", job.Id(), name);
    return Record(job, job.Plan()->Resume("worker '" + name + "' may serve it"));
  }
}

// Workers that are away for a moment may still serve it.
void Engine::PauseWhenNobodyIsLeft(Job& job) {
  const plan::History& past = job.Past();
  if (!job.Active() || past.Aside().empty()) return;
  bool anybody = false;
  for (const auto& [name, worker] : fleet_.Workers()) {
    if (worker.draining || (worker.link && worker.slots == 0)) continue;
    if (!past.IsAside(name)) return;
    anybody = true;
  }
  if (!anybody) return;
  const std::string reason = PauseReason(past.Aside());
  options_.log->error("job {} is paused: {}", job.Id(), reason);
  job.ResumableFromMs() = clock_.MonotonicMs() + kLeastPauseMs;
  Record(job, job.Plan()->Pause(reason));
}

}  // namespace actsearch::engine
