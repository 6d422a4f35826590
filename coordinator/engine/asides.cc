// Workers that cannot serve a job, and jobs that nobody can serve.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "coordinator/engine/engine.h"

namespace actsearch::engine {
namespace {

constexpr std::size_t kWorkersNamed = 5;  // in the reason of a pause

// A job that was paused for want of workers stays so at least this long, so that one that
// connects again and again cannot fill the log.
constexpr std::int64_t kLeastPauseMs = 10'000;

// What people can do about it. A spec that makes no sense to a worker stays as it is.
std::string Remedy(const Error& error) {
  if (error.code == ErrorCode::kInvalid) {
    return "; if that is the job's fault, cancel it and start a corrected one; it goes on when "
           "another worker connects, or is resumed";
  }
  return "; it goes on when another worker connects, or is resumed when that is mended";
}

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
         aside.front().error.message + Remedy(aside.front().error);
}

std::string ProbesLostReason(const plan::History& past) {
  return std::to_string(past.ProbesLost()) +
         " times a worker vanished or fell silent while it read the data; look at task.data_dir "
         "and the workers' logs, then resume it";
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

// Somebody is here who has not been tried. Jobs that people paused wait for people.
void Engine::ResumeWhenSomebodyCan(Job& job) {
  const plan::History& past = job.Past();
  if (job.Plan() == nullptr || job.State() != plan::JobState::kPaused) return;
  if (past.Reason().empty() || clock_.MonotonicMs() < job.ResumableFromMs()) return;
  if (past.TooManyProbesLost()) return;
  for (const auto& [name, worker] : fleet_.Workers()) {
    if (!worker.TakesWork() || past.IsAside(name)) continue;
    options_.log->info("job {} goes on: worker {} may serve it", job.Id(), name);
    Record(job, job.Plan()->Resume("worker '" + name + "' may serve it"));
    return Record(job, job.Plan()->Advance());  // it may have proposed nothing yet
  }
}

// Workers that are away for a moment may still serve it.
void Engine::PauseWhenNobodyIsLeft(Job& job) {
  const plan::History& past = job.Past();
  if (!job.Active()) return;
  if (past.TooManyProbesLost()) return PauseForWant(job, ProbesLostReason(past));
  if (past.Aside().empty()) return;
  bool anybody = false;
  for (const auto& [name, worker] : fleet_.Workers()) {
    if (worker.draining || (worker.link && worker.slots == 0)) continue;
    if (!past.IsAside(name)) return;
    anybody = true;
  }
  if (anybody) PauseForWant(job, PauseReason(past.Aside()));
}

void Engine::PauseForWant(Job& job, const std::string& reason) {
  options_.log->error("job {} is paused: {}", job.Id(), reason);
  job.ResumableFromMs() = clock_.MonotonicMs() + kLeastPauseMs;
  Record(job, job.Plan()->Pause(reason));
}

}  // namespace actsearch::engine
