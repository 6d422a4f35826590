// Start: leadership and the logs. Read-only: following the log of another leader.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "coordinator/engine/engine.h"
#include "search_spaces/base/version.h"

namespace actsearch::engine {
namespace {

constexpr std::uint64_t kEventsARead = 2000;
constexpr std::int64_t kProgressMs = 2000;
constexpr std::int64_t kRefreshMs = 200;
constexpr std::size_t kMostDetail = 500;  // bytes of two events in a reason

std::string WriterOf(const std::string& version) {
  return version.empty() ? "an older actsearch (log version 1)" : "actsearch " + version;
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::Open(EngineOptions options, store::Store& store,
                                             const telemetry::Clock& clock,
                                             telemetry::Metrics& metrics) {
  options.heartbeat_ms = std::max(1, std::min(options.heartbeat_ms, options.lease_ttl_ms / 3));
  options.grace_ms = std::min(options.grace_ms, options.lease_ttl_ms);
  std::unique_ptr<Engine> engine(new Engine(std::move(options), store, clock, metrics));
  if (auto ready = engine->options_.read_only ? engine->Refresh() : engine->Begin(); !ready) {
    return std::unexpected(ready.error());
  }
  return engine;
}

Result<void> Engine::Begin() {
  stopped_ = true;  // nothing to undo unless it leads
  const auto epoch = store_.Lead(options_.owner, clock_.WallMs(), options_.lease_ttl_ms);
  if (!epoch) return std::unexpected(epoch.error());
  stopped_ = false;
  epoch_ = *epoch;
  next_lead_ms_ = clock_.MonotonicMs() + options_.lease_ttl_ms / 3;
  if (auto loaded = LoadAll(); !loaded) return loaded;
  for (auto& [id, job] : jobs_) {
    if (!job->RequestId().empty()) job_of_request_.emplace(job->RequestId(), id);
    Touch(*job);
    if (job->Active() && job->Past().Count().proposed > 0) {
      assign_after_ms_ = clock_.MonotonicMs() + options_.settle_ms;
    }
  }
  metrics_.Leader(true);
  return {};
}

Result<void> Engine::LoadAll() {
  auto ids = store_.Jobs();
  if (!ids) return std::unexpected(ids.error());
  for (std::string& id : *ids) {
    auto& job = jobs_.emplace(id, std::make_unique<Job>(id)).first->second;
    if (auto followed = Follow(*job); !followed) return followed;
    if (auto continued = Continue(*job); !continued) return continued;
  }
  return {};
}

// Hands the events from `offset` on to `take` until it returns false; returns how many it
// took. Renews the leadership meanwhile.
Result<std::uint64_t> Engine::ReadLog(Job& job, std::uint64_t offset,
                                      const std::function<bool(const std::string&)>& take) {
  std::int64_t told_ms = clock_.MonotonicMs();
  std::uint64_t count = 0;
  for (;;) {
    const auto events = store_.Read(job.Id(), offset + count, kEventsARead);
    if (!events) return std::unexpected(events.error());
    for (const std::string& event : *events) {
      if (!take(event)) return count;
      ++count;
    }
    if (!options_.read_only) RenewLead();
    if (lost_) return std::unexpected(*lost_);
    if (const std::int64_t now_ms = clock_.MonotonicMs(); now_ms - told_ms >= kProgressMs) {
      told_ms = now_ms;
      options_.log->info("job {}: {} events read", job.Id(), offset + count);
    }
    if (events->size() < kEventsARead) return count;
  }
}

// Folds what its log holds beyond what is known. A damaged log breaks this job
// and no other; only a store out of reach, or a lost leadership, is an error.
Result<void> Engine::Follow(Job& job) {
  if (job.Broken()) return {};
  const auto read = ReadLog(job, job.LogSize(), [&](const std::string& event) {
    return job.Load(event).has_value();  // its error is kept in the job
  });
  if (!read && (read.error().code == ErrorCode::kUnavailable || lost_)) {
    return std::unexpected(read.error());
  }
  if (!read) job.Break(read.error());
  if (job.Broken()) {
    options_.log->error("job {} cannot go on: {}", job.Id(), job.Broken()->message);
  }
  return {};
}

// Replays the whole log of a job that is not over through the code that would go on with it.
// When that proposes otherwise, or another program began the job, it is held as it is.
Result<void> Engine::Continue(Job& job) {
  if (job.Ended()) return {};
  const std::string& version = job.Past().Origin().version;
  const auto hold = [&](const std::string& what) {
    job.Hold({ErrorCode::kPrecondition,
              "its log was written by " + WriterOf(version) + " and this is actsearch " +
                      std::string(ProgramVersion()) + what.substr(0, kMostDetail) +
                  "; go on with a coordinator of the program that began it, or cancel it and "
                  "start a new job"});
    options_.log->warn("job {} is held: {}", job.Id(), job.Held()->message);
  };
  if (version != ProgramVersion()) return hold(""), Result<void>();
  auto spec = plan::JobSpecFromJson(job.CreatedSpec());
  auto plan = spec ? plan::Plan::Start(*std::move(spec), epoch_) : std::unexpected(spec.error());
  if (!plan) return hold(", which refuses its spec: " + plan.error().message), Result<void>();
  Result<void> replayed;
  const auto read = ReadLog(job, 0, [&](const std::string& json) {
    const auto event = plan::EventFromJson(json);
    replayed = event ? plan->Replay(*event) : std::unexpected(event.error());
    return replayed.has_value();
  });
  if (!read) return std::unexpected(read.error());
  if (!replayed)
    return hold(", which derives otherwise: " + replayed.error().message), Result<void>();
  plan->ReadmitAll();
  job.Continue(*std::move(plan));
  return {};
}

Result<void> Engine::Refresh() {
  auto ids = store_.Jobs();
  if (!ids) return std::unexpected(ids.error());
  std::erase_if(jobs_,
                [&](const auto& entry) { return !std::ranges::binary_search(*ids, entry.first); });
  for (const std::string& id : *ids) {
    auto& job = jobs_[id];
    if (!job) job = std::make_unique<Job>(id);
    if (auto followed = Follow(*job); !followed) return followed;
    NoteFinal(*job);
    const std::string& version = job->Past().Origin().version;
    if (version != ProgramVersion()) {
      job->Remark("only " + WriterOf(version) + " goes on with it, and this is actsearch " +
                  std::string(ProgramVersion()));
    }
  }
  refreshed_ms_ = clock_.MonotonicMs();
  if (!refusal_) {
    refusal_ = Error{ErrorCode::kPrecondition,
                     "this server only reads; send changes and workers to the coordinator that "
                     "leads the store"};
  }
  return {};
}

Result<void> Engine::Current() {
  if (!options_.read_only) return {};
  {
    const std::shared_lock lock(state_mutex_);
    if (clock_.MonotonicMs() - refreshed_ms_ < kRefreshMs) return {};
  }
  const std::unique_lock lock(state_mutex_);
  return Refresh();
}

Result<void> Engine::Inspect(std::string_view id, const std::function<void(const Job&)>& look) {
  if (auto current = Current(); !current) return current;
  const std::shared_lock lock(state_mutex_);
  if (uncommitted_) return std::unexpected(Unsettled());
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return std::unexpected(NoJob(id));
  look(*found->second);
  return {};
}

Result<void> Engine::InspectAll(std::string_view after,
                                const std::function<bool(const Job&)>& look) {
  if (auto current = Current(); !current) return current;
  const std::shared_lock lock(state_mutex_);
  if (uncommitted_) return std::unexpected(Unsettled());
  for (auto job = jobs_.upper_bound(after); job != jobs_.end() && look(*job->second); ++job) {
  }
  return {};
}

Error Engine::Unsettled() const {
  return {ErrorCode::kUnavailable, "the store does not take writes now; try again"};
}

}  // namespace actsearch::engine
