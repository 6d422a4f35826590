#include "coordinator/plan/plan.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "coordinator/plan/plan_state.h"
#include "evaluators/catalogue/tasks.h"
#include "search_spaces/base/version.h"

namespace actsearch::plan {
namespace {

Error DataDiffer(std::string_view theirs, std::string_view ours) {
  return {ErrorCode::kPrecondition, "its data have the digest " +
                                        (theirs.empty() ? "''" : std::string(theirs)) +
                                        ", those of the job " + std::string(ours) +
                                        "; give it the same files, or, where data are generated, "
                                        "the same build (whose data count is for task.digest to "
                                        "say, or else for the first outcome)"};
}

// Whether the facts can be those of a task of this kind.
Result<void> CheckFacts(const TaskSpec& task, const catalogue::DataFacts& data) {
  const auto info = catalogue::Tasks().Find(task.name);
  const bool has_digest = !data.digest.empty();
  const bool has_rows = std::ranges::all_of(data.Rows(), [](auto rows) { return rows > 0; });
  const bool is_sound = info && (*info)->takes_data
                            ? has_digest && has_rows && Numbers(data.inputs.shape) > 0
                            : has_digest;
  if (is_sound) return {};
  return Fail(ErrorCode::kInternal,
              "it says neither digest nor size of the data; use a worker of this build");
}

Result<void> CheckReported(std::uint64_t index, const Outcome& outcome, std::string_view digest) {
  const std::string trial = "trial " + std::to_string(index) + ": ";
  const auto is_finite = [](double loss) { return std::isfinite(loss); };
  const bool scored = outcome.status == Status::kScored;
  if (scored && (outcome.losses.empty() || !std::ranges::all_of(outcome.losses, is_finite))) {
    return Fail(ErrorCode::kInvalid, trial + "SCORED without a finite loss; report REJECTED");
  }
  if (outcome.status == Status::kRejected && !outcome.rejection) {
    return Fail(ErrorCode::kInvalid, trial + "REJECTED without stage and rule");
  }
  if (!scored && outcome.status != Status::kRejected) {
    return Fail(ErrorCode::kInvalid, trial + std::string(Name(outcome.status)) +
                                         " is for the coordinator to say, not for workers");
  }
  const bool one_network =
      outcome.losses.size() <= 1 &&
      std::ranges::all_of(outcome.rungs, [](const RungValue& rung) { return rung.network == 0; });
  if (!one_network) {
    return Fail(ErrorCode::kInvalid, trial + "losses of several networks; it asks for one");
  }
  // What a gate rejects before training may not have looked at the data.
  const bool has_looked = scored || !outcome.data_digest.empty();
  if (!digest.empty() && has_looked && outcome.data_digest != digest) {
    return std::unexpected(DataDiffer(outcome.data_digest, digest));
  }
  return {};
}

std::unexpected<Error> Stale(std::uint64_t index) {
  return Fail(ErrorCode::kStale,
              "trial " + std::to_string(index) + " has ended, or its lease is another's now");
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

const History& Plan::Past() const { return impl_->past; }

Event Plan::Create(std::string request_id, std::int64_t wall_ms) {
  const JobSpec& spec = impl_->past.Spec();
  Created created{.spec_json = JobSpecToJson(spec),
                  .request_id = std::move(request_id),
                  .wall_ms = wall_ms,
                  .version = std::string(ProgramVersion()),
                  .checks = NeedsCheck(spec)};
  impl_->past.Begin(created);
  return created;
}

std::vector<Event> Plan::Advance() {
  std::vector<Event> events;
  Impl& job = *impl_;
  while (job.past.State() == JobState::kRunning) {
    if (const auto duplicate = job.search.TakeDuplicate()) {
      const std::uint64_t first = *job.search.DuplicateOf(*duplicate);
      job.End(*duplicate, DuplicateOutcome(job.past.Records()[first]));
      events.push_back(Observed{*duplicate, *job.past.Records()[*duplicate].outcome});
    } else if (std::optional<Record> record = job.Next()) {
      events.push_back(static_cast<const Proposed&>(*record));
      job.Add(std::move(*record));
    } else if (job.stage == Stage::kDone) {
      events.push_back(job.Change(JobState::kDone));
    } else {
      break;
    }
  }
  return events;
}

std::optional<Assignment> Plan::Lease(std::string_view worker, TimeMs now, TimeMs ttl,
                                      const Elsewhere& elsewhere) {
  const History& past = impl_->past;
  if (past.State() != JobState::kRunning || past.IsAside(worker)) return std::nullopt;
  const auto may_have = [&](std::uint64_t index) {
    std::vector<std::string> failed;
    for (const Attempt& attempt : past.AttemptsAt(index)) failed.push_back(attempt.worker);
    const bool has_failed = std::ranges::find(failed, worker) != failed.end();
    return !has_failed || !elsewhere || !elsewhere(failed);
  };
  const auto limit = static_cast<std::size_t>(past.Spec().search.parallelism);
  const auto grant = impl_->leases.Lease(worker, now + ttl, limit, may_have);
  if (!grant) return std::nullopt;
  return Assignment{grant->index, grant->epoch,
                    TrialOf(past.Spec(), past.Records()[grant->index])};
}

bool Plan::CanLease() const {
  const auto limit = static_cast<std::size_t>(Spec().search.parallelism);
  return State() == JobState::kRunning && impl_->leases.HasOpen() &&
         impl_->leases.Count() < limit;
}

Result<std::vector<Event>> Plan::Complete(std::uint64_t index, std::uint64_t epoch,
                                          Outcome outcome) {
  if (!impl_->leases.Accepts(index, epoch)) return Stale(index);
  if (Result<void> ok = CheckReported(index, outcome, Past().Digest()); !ok) {
    return std::unexpected(ok.error());
  }
  impl_->End(index, std::move(outcome));
  return std::vector<Event>{Observed{index, *Records()[index].outcome}};
}

Result<std::vector<Event>> Plan::EndAttempt(std::uint64_t index, std::uint64_t epoch,
                                            Attempt attempt) {
  if (!impl_->leases.IsCurrent(index, epoch)) return Stale(index);
  impl_->leases.Release(index, epoch);
  return impl_->Note(index, std::move(attempt));
}

bool Plan::Renew(std::string_view worker, std::uint64_t index, std::uint64_t epoch, TimeMs now,
                 TimeMs ttl) {
  return impl_->leases.Renew(worker, index, epoch, now + ttl);
}

void Plan::Release(std::uint64_t index, std::uint64_t epoch) {
  impl_->leases.Release(index, epoch);
}

std::vector<Event> Plan::WorkerDied(std::string_view worker, std::optional<std::uint64_t> running) {
  impl_->leases.ReleaseAll(worker);
  return running ? Lose(*running, worker) : std::vector<Event>();
}

std::vector<Expired> Plan::ExpireLeases(TimeMs now) { return impl_->leases.Expire(now); }

std::vector<Event> Plan::Lose(std::uint64_t index, std::string_view worker) {
  if (index >= Records().size() || Records()[index].outcome) return {};
  Attempt attempt;
  attempt.end = AttemptEnd::kLost;
  attempt.worker = worker;
  return impl_->Note(index, std::move(attempt));
}

Result<std::vector<Event>> Plan::Learn(const catalogue::DataFacts& data) {
  const std::string& digest = Spec().task.digest;
  if (!digest.empty() && data.digest != digest) {
    return std::unexpected(DataDiffer(data.digest, digest));
  }
  if (!Past().AwaitsCheck() || Past().IsOver()) return std::vector<Event>();
  if (Result<void> ok = CheckFacts(Spec().task, data); !ok) return std::unexpected(ok.error());
  const Checked checked{data};
  impl_->past.Learn(checked);
  return std::vector<Event>{checked};
}

std::vector<Event> Plan::SetAside(std::string_view worker, Error error) {
  return impl_->NoteProbe(worker, AttemptEnd::kError, std::move(error));
}

History Plan::Retire() && { return std::move(impl_->past); }

void Plan::Readmit(std::string_view worker) { impl_->past.Readmit(worker); }
void Plan::ReadmitAll() { impl_->past.ReadmitAll(); }

std::vector<Event> Plan::LoseProbe(std::string_view worker, AttemptEnd end, std::string what) {
  return impl_->NoteProbe(worker, end, {ErrorCode::kUnavailable, std::move(what)});
}

std::vector<Event> Plan::Pause(std::string reason) {
  const bool goes_on = State() == JobState::kRunning || State() == JobState::kChecking;
  const bool takes_over = State() == JobState::kPaused && reason.empty() && !Reason().empty();
  if (!goes_on && !takes_over) return {};
  return {impl_->Change(JobState::kPaused, std::move(reason))};
}

std::vector<Event> Plan::Resume(std::string reason) {
  if (State() != JobState::kPaused) return {};
  return {impl_->Change(Past().AwaitsCheck() ? JobState::kChecking : JobState::kRunning,
                        std::move(reason))};
}

Result<std::vector<Event>> Plan::Extend(std::uint64_t candidates) {
  Impl& job = *impl_;
  if (Past().IsOver() || job.stage != Stage::kSearch) {
    return actsearch::Fail(
        ErrorCode::kPrecondition,
        "job '" + Spec().name + "' is " + std::string(Name(State())) + " in stage " +
            std::string(Name(CurrentStage())) +
            "; only its search stage can be extended: start a job with more candidates and the "
            "same seed instead");
  }
  JobSpec wanted = Spec();
  wanted.search.candidates = candidates;
  if (candidates < Spec().search.candidates) {
    return actsearch::Fail(ErrorCode::kInvalid,
                           "search.candidates: " + std::to_string(candidates) +
                               " is fewer than the job has: " +
                               std::to_string(Spec().search.candidates));
  }
  if (const auto checked = CheckJobSpec(wanted); !checked) return std::unexpected(checked.error());
  if (candidates == Spec().search.candidates) return std::vector<Event>();
  job.past.Extend(candidates);
  return std::vector<Event>{Changed{.state = std::string(kExtended), .candidates = candidates}};
}

std::vector<Event> Plan::Cancel() {
  if (Past().IsOver()) return {};
  return {impl_->Change(JobState::kCancelled)};
}

Counts Plan::Count() const {
  Counts counts = Past().Count();
  counts.leased = impl_->leases.Count();
  return counts;
}

}  // namespace actsearch::plan
