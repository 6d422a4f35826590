#include "coordinator/plan/plan.h"

#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "coordinator/plan/finals.h"
#include "coordinator/plan/leases.h"
#include "coordinator/plan/search_stage.h"
#include "search_spaces/base/check.h"

namespace actsearch::plan {
namespace {

constexpr std::array<std::string_view, 5> kStates = {"running", "paused", "done", "cancelled",
                                                     "failed"};
constexpr std::string_view kExtended = "extended";
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::optional<JobState> StateNamed(std::string_view name) {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (kStates[i] == name) return static_cast<JobState>(i);
  }
  return std::nullopt;
}

Proposed ProposedOf(const Record& record) {
  return {.index = record.index, .stage = record.stage, .name = record.name, .trial = record.trial};
}

// Inside Plan, Fail is what ends a job.
std::unexpected<Error> Refuse(ErrorCode code, std::string message) {
  return Fail(code, std::move(message));
}

std::unexpected<Error> Corrupt(std::uint64_t index, const std::string& what) {
  return Refuse(ErrorCode::kCorrupt, "event log, trial " + std::to_string(index) + ": " + what);
}

std::unexpected<Error> Different(std::uint64_t index, const Event& logged, const Event& derived) {
  return Corrupt(index, "logged " + EventToJson(logged) + " but this program derives " +
                            EventToJson(derived) +
                            "; continue with the version of actsearch that began the job");
}

// Ends that say nothing about the candidate.
bool EndsNothing(Status status) {
  return status == Status::kLost || status == Status::kPreempted || status == Status::kCancelled;
}

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

std::string_view Name(JobState state) { return kStates[static_cast<std::size_t>(state)]; }

// Memory changes first, then the event is returned: a crash in between loses both.
struct Plan::Impl {
  Impl(JobSpec checked, std::uint64_t leader_epoch, std::unique_ptr<const Space> space,
       std::unique_ptr<strategies::Strategy> strategy)
      : spec(std::move(checked)),
        search(spec, std::move(space), std::move(strategy)),
        leases(leader_epoch, spec.search.max_attempts) {}

  bool IsOver() const { return state != JobState::kRunning && state != JobState::kPaused; }
  std::optional<Record> Next();
  void EnterNextStage();
  void Add(Record record);
  void End(std::uint64_t index, Outcome outcome);
  Event Change(JobState to, std::string why = {});
  std::vector<Event> Quarantine(const std::vector<std::uint64_t>& indices);

  Result<void> Fold(const Created& event);
  Result<void> Fold(const Proposed& event);
  Result<void> Fold(const Observed& event);
  Result<void> Fold(const Changed& event);
  Result<void> FoldExtension(const Changed& event);

  JobSpec spec;
  JobState state = JobState::kRunning;
  std::string reason;
  Stage stage = Stage::kSearch;
  std::vector<Record> records;
  std::uint64_t ended = 0;
  SearchStage search;
  Leases leases;
  std::uint64_t searched = 0;      // records of the search stage
  std::uint64_t stage_begin = 0;   // index of the stage's first record
  std::vector<Record> planned;     // trials of the select or final stage
  std::uint64_t final_trials = 0;  // of the stages after the search, as known so far
};

// The next trial in the job's fixed order; nothing while outcomes are awaited and at
// the end. Whoever asks must Add it.
std::optional<Record> Plan::Impl::Next() {
  while (stage != Stage::kDone) {
    if (stage == Stage::kSearch) {
      if (std::optional<Record> record = search.Propose(records)) return record;
      if (!search.IsComplete(records.size())) return std::nullopt;
    } else {
      const std::uint64_t next = records.size() - stage_begin;
      if (next < planned.size()) return planned[next];
      if (ended < records.size()) return std::nullopt;
    }
    EnterNextStage();
  }
  return std::nullopt;
}

void Plan::Impl::EnterNextStage() {
  const std::span<const Record> ended_stage = std::span(records).subspan(stage_begin);
  const std::uint64_t first = records.size();
  switch (stage) {
    case Stage::kSearch:
      search.Finish(records);
      planned = SelectTrials(spec, ended_stage);
      final_trials = planned.size() + planned.size() / spec.finals.learning_rates.size() *
                                          static_cast<std::uint64_t>(spec.finals.seeds);
      stage = planned.empty() ? Stage::kDone : Stage::kSelect;
      break;
    case Stage::kSelect:
      planned = FinalTrials(spec, ended_stage, first);
      final_trials = ended_stage.size() + planned.size();
      stage = planned.empty() ? Stage::kDone : Stage::kFinal;
      break;
    case Stage::kFinal:
    case Stage::kDone:
      stage = Stage::kDone;
      break;
  }
  stage_begin = first;
}

void Plan::Impl::Add(Record record) {
  ACTSEARCH_CHECK(record.index == records.size(), "trials are added in order");
  records.push_back(std::move(record));
  const Record& added = records.back();
  if (added.stage == Stage::kSearch) {
    ++searched;
    if (!search.Admit(added, records)) return;  // a repetition is never leased
  }
  leases.Open(added.index);
}

void Plan::Impl::End(std::uint64_t index, Outcome outcome) {
  Record& record = records[index];
  ACTSEARCH_CHECK(!record.outcome, "trial " + std::to_string(index) + " ends twice");
  record.outcome = std::move(outcome);
  ++ended;
  leases.Close(index);
  if (record.stage == Stage::kSearch) search.Observe(index, records);
}

Event Plan::Impl::Change(JobState to, std::string why) {
  state = to;
  reason = why;
  if (IsOver()) leases.CloseAll();
  return Changed{.state = std::string(Name(to)), .reason = std::move(why)};
}

std::vector<Event> Plan::Impl::Quarantine(const std::vector<std::uint64_t>& indices) {
  std::vector<Event> events;
  for (const std::uint64_t index : indices) {
    End(index, {.status = Status::kQuarantined, .loss = kNone, .accuracy = kNone});
    events.push_back(Observed{index, *records[index].outcome});
  }
  return events;
}

Result<void> Plan::Impl::Fold(const Created& event) {
  const std::string own = JobSpecToJson(spec);
  if (records.empty() && event.spec_json == own) return {};
  return Refuse(ErrorCode::kCorrupt,
                "event log: created with " + event.spec_json + " but the job is " + own);
}

Result<void> Plan::Impl::Fold(const Proposed& event) {
  if (IsOver()) return Corrupt(event.index, "proposed after the job was over");
  // The strategy had nothing more when the log was written.
  if (event.stage != Stage::kSearch && stage == Stage::kSearch) search.Exhaust();
  std::optional<Record> record = Next();
  if (!record) {
    return Corrupt(event.index,
                   "proposed before the outcomes that it depends on: " + EventToJson(event));
  }
  const Proposed own = ProposedOf(*record);
  if (own.index != event.index || own.stage != event.stage || own.name != event.name ||
      own.trial != event.trial) {
    return Different(event.index, event, own);
  }
  Add(std::move(*record));
  return {};
}

Result<void> Plan::Impl::Fold(const Observed& event) {
  if (IsOver()) return Corrupt(event.index, "ended after the job was over");
  if (event.index >= records.size()) return Corrupt(event.index, "ended before it was proposed");
  const Record& record = records[event.index];
  if (record.outcome) return Corrupt(event.index, "ended twice");
  const auto original =
      record.stage == Stage::kSearch ? search.OriginalOf(event.index) : std::nullopt;
  if (original && records[*original].outcome) {
    const Observed own{event.index, DuplicateOutcome(records[*original])};
    if (EventToJson(own) != EventToJson(event)) return Different(event.index, event, own);
  } else if (original || event.outcome.status == Status::kDuplicate) {
    return Corrupt(event.index,
                   "ended as " + std::string(Name(event.outcome.status)) +
                       (original ? " before the trial that it repeats" : " but repeats no trial"));
  }
  End(event.index, event.outcome);
  return {};
}

Result<void> Plan::Impl::FoldExtension(const Changed& event) {
  if (stage != Stage::kSearch || event.candidates < spec.search.candidates) {
    return Refuse(ErrorCode::kCorrupt, "event log: extended to " +
                                           std::to_string(event.candidates) + " candidates from " +
                                           std::to_string(spec.search.candidates) + " in stage " +
                                           std::string(Name(stage)));
  }
  spec.search.candidates = event.candidates;
  return {};
}

Result<void> Plan::Impl::Fold(const Changed& event) {
  const auto to = StateNamed(event.state);
  if (IsOver() || (!to && event.state != kExtended)) {
    return Refuse(ErrorCode::kCorrupt, "event log: job cannot become '" + event.state +
                                           "' when it is " + std::string(Name(state)));
  }
  if (!to) return FoldExtension(event);
  if (to == JobState::kDone) {
    if (stage == Stage::kSearch) search.Exhaust();  // as for a proposal of a later stage
    if (Next() || stage != Stage::kDone) {
      return Refuse(ErrorCode::kCorrupt, "event log: job done with trials to come");
    }
  }
  Change(*to, event.reason);
  return {};
}

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

Result<void> Plan::Replay(const Event& event) {
  return std::visit([this](const auto& body) { return impl_->Fold(body); }, event);
}

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
  if (EndsNothing(outcome.status)) {
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

Counts Plan::Count() const {
  const bool searching = impl_->stage == Stage::kSearch;
  return {.proposed = impl_->searched,
          .finished = impl_->search.Finished(),
          .final_trials = searching ? FinalTrialsPlanned(impl_->spec) : impl_->final_trials,
          .final_finished = impl_->ended - impl_->search.Finished(),
          .leased = impl_->leases.Count()};
}

}  // namespace actsearch::plan
