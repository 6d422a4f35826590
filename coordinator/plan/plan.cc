#include "coordinator/plan/plan.h"

#include <cmath>
#include <utility>

#include "coordinator/plan/finals.h"
#include "coordinator/plan/plan_state.h"

namespace actsearch::plan {
namespace {

Result<void> CheckReported(std::uint64_t index, const Outcome& outcome) {
  const std::string trial = "trial " + std::to_string(index) + ": ";
  if (outcome.status == Status::kScored && !std::isfinite(outcome.loss)) {
    return Refuse(ErrorCode::kInvalid, trial + "SCORED without a finite loss; report REJECTED");
  }
  if (outcome.status == Status::kRejected && !outcome.rejection) {
    return Refuse(ErrorCode::kInvalid, trial + "REJECTED without stage and rule");
  }
  if (outcome.status == Status::kDuplicate || outcome.status == Status::kQuarantined) {
    return Refuse(ErrorCode::kInvalid, trial + std::string(Name(outcome.status)) +
                                           " is for the coordinator to say, not for workers");
  }
  return {};
}

}  // namespace

Result<Plan> Plan::Start(JobSpec spec, std::uint64_t leader_epoch) {
  Result<JobSpec> checked = CheckJobSpec(std::move(spec));
  if (!checked) return std::unexpected(checked.error());
  Result<std::unique_ptr<Space>> space = MakeSpace(checked->space);
  if (!space) return std::unexpected(space.error());
  const auto row = strategies::Strategies().Find(checked->strategy.name);
  if (!row) return std::unexpected(row.error());
  std::unique_ptr<strategies::Strategy> strategy = (*row)->make(**space, checked->strategy.options);
  return Start(std::move(*checked), leader_epoch, std::move(*space), std::move(strategy));
}

Result<Plan> Plan::Start(JobSpec spec, std::uint64_t leader_epoch,
                         std::unique_ptr<const Space> space,
                         std::unique_ptr<strategies::Strategy> strategy) {
  Result<JobSpec> checked = CheckJobSpec(std::move(spec));
  if (!checked) return std::unexpected(checked.error());
  return Plan(std::make_unique<Impl>(std::move(*checked), leader_epoch, std::move(space),
                                     std::move(strategy)));
}

Plan::Plan(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Plan::Plan(Plan&&) noexcept = default;
Plan& Plan::operator=(Plan&&) noexcept = default;
Plan::~Plan() = default;

std::vector<Event> Plan::Advance() {
  std::vector<Event> events;
  Impl& job = *impl_;
  while (job.state == JobState::kRunning) {
    if (const auto repeated = job.search.TakeDuplicate()) {
      const std::uint64_t original = *job.search.OriginalOf(*repeated);
      job.End(*repeated, DuplicateOutcome(job.records[original]));
      events.push_back(Observed{*repeated, *job.records[*repeated].outcome});
    } else if (std::optional<Record> record = job.Next()) {
      events.push_back(ProposedOf(*record));
      job.Add(std::move(*record));
    } else if (job.stage == Stage::kDone) {
      events.push_back(job.Change(JobState::kDone));
    } else {
      break;
    }
  }
  return events;
}

std::optional<Assignment> Plan::Lease(std::string_view worker, TimeMs now, TimeMs ttl) {
  if (impl_->state != JobState::kRunning) return std::nullopt;
  const auto limit = static_cast<std::size_t>(impl_->spec.search.parallelism);
  const auto grant = impl_->leases.Lease(worker, now + ttl, limit);
  if (!grant) return std::nullopt;
  return Assignment{grant->index, grant->epoch, impl_->records[grant->index].trial};
}

Result<std::vector<Event>> Plan::Complete(std::uint64_t index, std::uint64_t epoch,
                                          Outcome outcome) {
  if (!impl_->leases.Accepts(index, epoch)) {
    return Refuse(ErrorCode::kStale,
                  "trial " + std::to_string(index) + " has ended, or its lease is another's now");
  }
  if (Result<void> ok = CheckReported(index, outcome); !ok) return std::unexpected(ok.error());
  if (SaysNothing(outcome.status)) {
    impl_->leases.Release(index, epoch);
    return std::vector<Event>();
  }
  impl_->End(index, std::move(outcome));
  return std::vector<Event>{Observed{index, *impl_->records[index].outcome}};
}

bool Plan::Renew(std::string_view worker, std::uint64_t index, std::uint64_t epoch, TimeMs now,
                 TimeMs ttl) {
  return impl_->leases.Renew(worker, index, epoch, now + ttl);
}

void Plan::Release(std::uint64_t index, std::uint64_t epoch) {
  impl_->leases.Release(index, epoch);
}

std::vector<Event> Plan::WorkerDied(std::string_view worker, std::optional<std::uint64_t> running) {
  return impl_->Quarantine(impl_->leases.WorkerDied(worker, running));
}

std::vector<Event> Plan::ExpireLeases(TimeMs now, std::uint64_t* expired) {
  return impl_->Quarantine(impl_->leases.Expire(now, expired));
}

std::vector<Event> Plan::Pause() {
  if (impl_->state != JobState::kRunning) return {};
  return {impl_->Change(JobState::kPaused)};
}

std::vector<Event> Plan::Resume() {
  if (impl_->state != JobState::kPaused) return {};
  return {impl_->Change(JobState::kRunning)};
}

Result<std::vector<Event>> Plan::Extend(std::uint64_t candidates) {
  Impl& job = *impl_;
  if (job.IsOver() || job.stage != Stage::kSearch) {
    return Refuse(ErrorCode::kPrecondition,
                  "job '" + job.spec.name + "' is " + std::string(Name(job.state)) + " in stage " +
                      std::string(Name(job.stage)) +
                      "; only its search stage can be extended: start a job with more "
                      "candidates and the same seed instead");
  }
  JobSpec wanted = job.spec;
  wanted.search.candidates = candidates;
  if (candidates < job.spec.search.candidates) {
    return Refuse(ErrorCode::kInvalid,
                  "search.candidates: " + std::to_string(candidates) +
                      " is fewer than the job has: " + std::to_string(job.spec.search.candidates));
  }
  if (const auto checked = CheckJobSpec(wanted); !checked) return std::unexpected(checked.error());
  if (candidates == job.spec.search.candidates) return std::vector<Event>();
  job.spec.search.candidates = candidates;
  return std::vector<Event>{Changed{.state = std::string(kExtended), .candidates = candidates}};
}

std::vector<Event> Plan::Cancel() {
  if (impl_->IsOver()) return {};
  return {impl_->Change(JobState::kCancelled)};
}

std::vector<Event> Plan::Fail(std::string reason) {
  if (impl_->IsOver()) return {};
  return {impl_->Change(JobState::kFailed, std::move(reason))};
}

const JobSpec& Plan::Spec() const { return impl_->spec; }
JobState Plan::State() const { return impl_->state; }
std::string_view Plan::Reason() const { return impl_->reason; }
Stage Plan::CurrentStage() const { return impl_->stage; }
std::span<const Record> Plan::Records() const { return impl_->records; }
std::span<const std::uint64_t> Plan::Finalists() const { return impl_->finalists; }

Counts Plan::Count() const {
  const bool searching = impl_->stage == Stage::kSearch;
  return {.proposed = impl_->searched,
          .finished = impl_->search.Finished(),
          .final_trials = searching ? FinalTrialsPlanned(impl_->spec) : impl_->final_trials,
          .final_finished = impl_->ended - impl_->search.Finished(),
          .leased = impl_->leases.Count()};
}

}  // namespace actsearch::plan
