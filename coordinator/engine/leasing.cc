// Workers that come and go, and the leases they get.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "coordinator/engine/engine.h"

namespace actsearch::engine {
namespace {

constexpr std::int64_t kTickMs = 250;
constexpr int kMostReused = 256;  // outcomes from the cache in one turn
constexpr int kMostSlots = 512;  // keeps one Assignments message far below the size limit

}  // namespace

void Engine::PostMessage(std::shared_ptr<WorkerLink> link,
                         std::move_only_function<void(Worker&)> handle) {
  Post([this, link = std::move(link), handle = std::move(handle)](const Error* refusal) mutable {
    if (refusal != nullptr) {
      link->Close(*refusal);
    } else if (Worker* worker = fleet_.Behind(link.get())) {
      handle(*worker);
    }
    link->Handled();
  });
}

void Engine::Connect(std::shared_ptr<WorkerLink> link, Hello hello) {
  Post([this, link = std::move(link), hello = std::move(hello),
        asked_us = clock_.MonotonicUs()](const Error* refusal) mutable {
    if (refusal != nullptr) {
      link->Close(*refusal);
    } else {
      Greet(link, std::move(hello), asked_us);
    }
    link->Handled();
  });
}

void Engine::Greet(const std::shared_ptr<WorkerLink>& link, Hello hello, std::int64_t asked_us) {
  if (hello.language != options_.language) {
    options_.log->warn("worker {} {} speaks another language version", hello.worker, hello.version);
    return link->Close({ErrorCode::kPrecondition,
                        "worker '" + hello.worker + "' " + hello.version +
                            " speaks another version of the candidate language; use the worker "
                            "of the coordinator's build"});
  }
  Worker& worker = fleet_.Join(link, hello.worker, std::clamp(hello.slots, 1, kMostSlots));
  worker.asked_us = asked_us;
  worker.machine = MachineOf(hello);
  const auto at_risk = worker.AtRisk();
  const bool lost = at_risk && std::ranges::find(hello.leases, *at_risk) == hello.leases.end();
  Bury(worker.name, std::exchange(worker.held, {}), lost ? at_risk : std::nullopt);
  worker.running.reset();
  if (!worker.reading.empty()) worker.read_before = std::exchange(worker.reading, {});
  worker.is_slow = false;
  Readmit(worker.name);
  fleet_.Greet(worker, {options_.heartbeat_ms, Keep(worker, hello.leases)});
  fleet_.Feed(worker);
  connected_ = static_cast<std::uint32_t>(fleet_.Connected());
  options_.log->info("worker {} on {}: {} slots, keeps {} leases", worker.name, hello.device,
                     worker.slots, worker.held.size());
  if (draining_) link->Send(engine::Drain{});
}

std::vector<LeaseId> Engine::Keep(Worker& worker, const std::vector<LeaseId>& claimed) {
  const std::int64_t now_ms = clock_.MonotonicMs();
  for (const LeaseId& lease : claimed) {
    Job* job = FindJob(lease.job);
    if (job == nullptr || job->Plan() == nullptr) continue;
    if (!job->Plan()->Renew(worker.name, lease.index, lease.epoch, now_ms, options_.lease_ttl_ms)) {
      continue;
    }
    worker.held.push_back(lease);
  }
  return {worker.held.begin(), worker.held.end()};
}

// Opens everything that a worker held. `running` counts as killed by it or killing it.
void Engine::Bury(const std::string& name, std::deque<LeaseId> held,
                  const std::optional<LeaseId>& running) {
  for (const LeaseId& lease : held) {
    Job* job = FindJob(lease.job);
    if (job == nullptr || job->Plan() == nullptr) continue;
    if (running == lease) {
      Record(*job, job->Plan()->WorkerDied(name, lease.index));
    } else {
      job->Plan()->Release(lease.index, lease.epoch);
    }
    Touch(*job);
  }
}

void Engine::Beat(std::shared_ptr<WorkerLink> link, std::optional<LeaseId> running,
                  std::string reading) {
  PostMessage(std::move(link), [this, running = std::move(running),
                                reading = std::move(reading)](Worker& worker) mutable {
    worker.running = std::move(running);
    NoteReading(worker, std::move(reading));
    const std::deque<LeaseId> held = worker.held;
    for (const LeaseId& lease : held) {
      Job* job = FindJob(lease.job);
      const bool renewed = job != nullptr && job->Plan() != nullptr &&
                           job->Plan()->Renew(worker.name, lease.index, lease.epoch,
                                              clock_.MonotonicMs(), options_.lease_ttl_ms);
      if (!renewed)
        fleet_.RevokeLease(worker, lease, "another worker holds it now, or it has ended");
    }
    fleet_.Feed(worker);
  });
}

void Engine::StartDraining(std::shared_ptr<WorkerLink> link, std::vector<LeaseId> released) {
  PostMessage(std::move(link), [this, released = std::move(released)](Worker& worker) {
    worker.draining = true;
    for (const LeaseId& lease : released) {
      if (!worker.Drop(lease)) continue;
      if (Job* job = FindJob(lease.job); job != nullptr && job->Plan() != nullptr) {
        job->Plan()->Release(lease.index, lease.epoch);
        Touch(*job);
      }
    }
    fleet_.Feed(worker);
  });
}

void Engine::HalfClose(std::shared_ptr<WorkerLink> link) {
  PostMessage(link, [this, link](Worker& worker) {
    worker.slots = 0;
    fleet_.Feed(worker);
    half_closed_.push_back(link);
  });
}

void Engine::Disconnect(std::shared_ptr<WorkerLink> link) {
  PostMessage(std::move(link), [this](Worker& worker) {
    fleet_.Leave(worker, clock_.MonotonicMs());
    connected_ = static_cast<std::uint32_t>(fleet_.Connected());
    options_.log->info("worker {} left, holding {} leases", worker.name, worker.held.size());
    const bool may_come_back = !worker.held.empty() || !worker.reading.empty();
    if (!worker.draining && may_come_back) return;
    Bury(worker.name, std::exchange(worker.held, {}), std::nullopt);
    Readmit(worker.name);
    fleet_.Forget(std::string(worker.name));
  });
}

void Engine::Tick() {
  const std::int64_t now_ms = clock_.MonotonicMs();
  next_tick_ms_ = now_ms + std::clamp<std::int64_t>(options_.lease_ttl_ms / 20, 10, kTickMs);
  BuryAbsent(now_ms);
  ExpireLeases(now_ms);
  FreeSlowReaders(now_ms);
  for (Job* job : active_) {
    if (!job->Past().Aside().empty() || job->State() == plan::JobState::kChecking) Touch(*job);
  }
  for (const auto& [id, job] : jobs_) {
    if (job->State() == plan::JobState::kPaused) Touch(*job);
  }
  Publish();
}

void Engine::BuryAbsent(std::int64_t now_ms) {
  std::vector<std::string> dead;
  for (const auto& [name, worker] : fleet_.Workers()) {
    const bool absent = !worker.link;
    if (absent && now_ms - worker.absent_since_ms >= options_.grace_ms) dead.push_back(name);
  }
  for (const std::string& name : dead) {
    Worker& worker = fleet_.Workers().find(name)->second;
    options_.log->warn("worker {} is taken for dead; its {} leases are open again", name,
                       worker.held.size());
    const auto at_risk = worker.AtRisk();
    Bury(name, std::exchange(worker.held, {}), at_risk);
    NoteLostReader(worker, worker.reading);
    Readmit(name);
    fleet_.Forget(name);
  }
}

// Of what a silent worker holds, only the trial that it was training may be to blame.
void Engine::ExpireLeases(std::int64_t now_ms) {
  for (auto& [id, job] : jobs_) {
    if (job->Plan() == nullptr) continue;
    const auto expired = job->Plan()->ExpireLeases(now_ms);
    if (expired.empty()) continue;
    metrics_.LeasesExpired(expired.size());
    options_.log->warn("job {}: {} leases of silent workers are open again", id, expired.size());
    for (const plan::Expired& lease : expired) {
      const auto worker = fleet_.Workers().find(lease.worker);
      const bool is_known = worker != fleet_.Workers().end();
      if (is_known && worker->second.AtRisk() != LeaseId{id, lease.index, lease.epoch}) continue;
      Record(*job, job->Plan()->Lose(lease.index, lease.worker));
    }
    Touch(*job);
  }
}

void Engine::Assign() {
  const std::int64_t now_us = clock_.MonotonicUs();
  if (draining_ || now_us / 1000 < assign_after_ms_) return;
  std::vector<Job*> open = active_;
  std::vector<Worker*> served_nothing;  // nothing that is open is for them
  reused_ = 0;
  while (!open.empty() && reused_ < kMostReused) {
    Worker* worker = fleet_.NextHungry();
    if (worker == nullptr) break;
    if (GrantOne(*worker, open, now_us)) {
      fleet_.Feed(*worker);
    } else {
      served_nothing.push_back(worker);
    }
  }
  for (Worker* worker : served_nothing) fleet_.Feed(*worker);
  if (reused_ >= kMostReused) next_tick_ms_ = 0;  // go on in the next turn, at once
}

// A lease of the next job in turn that has one for the worker; jobs without any leave `open`.
bool Engine::GrantOne(Worker& worker, std::vector<Job*>& open, std::int64_t now_us) {
  std::erase_if(open, [](const Job* job) {
    return job->Plan() == nullptr || !job->Plan()->CanLease();
  });
  for (std::size_t tried = 0; tried < open.size(); ++tried, ++next_job_) {
    next_job_ %= open.size();
    Job& job = *open[next_job_];
    const auto elsewhere = [&](std::span<const std::string> failed) {
      return std::ranges::any_of(fleet_.Workers(), [&](const auto& entry) {
        const auto& [name, other] = entry;
        return name != worker.name && other.TakesWork() && !job.Past().IsAside(name) &&
               std::ranges::find(failed, name) == failed.end();
      });
    };
    auto leased = job.Plan()->Lease(worker.name, now_us / 1000, options_.lease_ttl_ms, elsewhere);
    if (!leased) continue;
    if (const auto wait = job.TakeWait(leased->index, now_us)) metrics_.QueueWait(*wait);
    if (Reuse(worker, job, *leased)) return true;
    fleet_.Grant(worker, {{job.Id(), leased->index, leased->epoch},
                          std::move(leased->trial),
                          job.Past().Spec().search.max_trial_seconds});
    ++next_job_;
    return true;
  }
  return false;
}

// Ends a trial that was trained before, on such a machine.
bool Engine::Reuse(const Worker& worker, Job& job, const plan::Assignment& leased) {
  if (!job.Past().Spec().search.cache) return false;
  auto outcome = results_.Find(ResultKey(leased.trial, worker.machine), clock_.MonotonicMs());
  if (!outcome) return false;
  auto events = job.Plan()->Complete(leased.index, leased.epoch, *std::move(outcome));
  if (!events) return false;  // of other data after all: it is trained
  Record(job, *std::move(events));
  Record(job, job.Plan()->Advance());
  Touch(job);
  NoteState(job);
  ++reused_;
  return true;
}

void Engine::Publish() {
  std::uint64_t idle = 0, busy = 0, draining = 0, absent = 0;
  for (const auto& [name, worker] : fleet_.Workers()) {
    if (!worker.link) {
      ++absent;
    } else if (worker.draining) {
      ++draining;
    } else {
      ++(worker.held.empty() ? idle : busy);
    }
  }
  metrics_.Workers(idle, busy, draining, absent);
  std::uint64_t open = 0, leased = 0;
  double best = std::numeric_limits<double>::quiet_NaN();
  for (const Job* job : active_) {
    const plan::Counts counts = job->Plan()->Count();
    open += job->Plan()->Records().size() - job->EndedTrials().size() - counts.leased;
    leased += counts.leased;
    if (job->BestLoss()) best = std::fmin(best, *job->BestLoss());
  }
  metrics_.QueueDepth(open, leased);
  metrics_.BestLoss(best);
}

}  // namespace actsearch::engine
