#include "coordinator/plan/plan_state.h"

#include <algorithm>
#include <span>

#include "coordinator/plan/audits.h"
#include "coordinator/plan/entrants.h"
#include "coordinator/plan/finals.h"

namespace actsearch::plan {
namespace {

constexpr std::size_t kAttemptsNamed = 5;  // in the reason of a quarantine

// Ends that may be the candidate's doing.
bool CountsAgainst(const Attempt& attempt) {
  return attempt.end == AttemptEnd::kLost || attempt.end == AttemptEnd::kTimedOut ||
         attempt.end == AttemptEnd::kOutOfMemory;
}

}  // namespace

// The next trial in the job's fixed order; nothing while outcomes are awaited and at
// the end. Whoever asks must Add it.
std::optional<Record> Plan::Impl::Next() {
  const std::span<const Record> records = past.Records();
  while (stage != Stage::kDone) {
    if (stage == Stage::kSearch) {
      if (std::optional<Record> record = search.Propose(records)) return record;
      if (!search.IsComplete(records.size())) return std::nullopt;
    } else {
      const std::uint64_t next = records.size() - stage_begin;
      if (next < planned.size()) {
        Record record = planned[next];
        record.index = records.size();
        return record;
      }
      if (past.Ended() < records.size()) return std::nullopt;
      if (ExtendStage()) continue;
    }
    EnterNextStage();
  }
  return std::nullopt;
}

// Rates beyond those of the stage, where the best stand at an edge. False: there are none.
bool Plan::Impl::ExtendStage() {
  if (stage != Stage::kSelect && stage != Stage::kConfirm) return false;
  std::vector<Record> more =
      MoreTuning(past.Spec(), past.Records().subspan(stage_begin), past.SeedDigest());
  for (Record& trial : more) planned.push_back(std::move(trial));
  return !more.empty();
}

// The next stage that has trials.
void Plan::Impl::EnterNextStage() {
  const JobSpec& spec = past.Spec();
  const std::span<const Record> records = past.Records();
  if (stage == Stage::kSearch) {
    search.Finish(records);
    stage = Stage::kAudit;
    planned = AuditTrials(spec, records);
  } else if (stage == Stage::kAudit) {
    stage = Stage::kSelect;
    planned = SelectTrials(
        spec, EntrantsOf(spec, search.SearchSpace(), StageOf(records, Stage::kSearch)),
        past.SeedDigest());
  } else if (stage == Stage::kSelect) {
    stage = Stage::kConfirm;
    planned = ConfirmTrials(spec, StageOf(records, Stage::kSelect), past.SeedDigest());
  } else if (stage == Stage::kConfirm) {
    stage = Stage::kFinal;
    planned = FinalTrials(spec, TunedOf(records), past.SeedDigest());
  } else {
    stage = Stage::kDone;
    planned.clear();
  }
  stage_begin = records.size();
}

void Plan::Impl::Add(Record record) {
  past.Add(std::move(record));
  const Record& added = past.Records().back();
  // A repetition is never leased.
  if (added.stage == Stage::kSearch && !search.Admit(added, past.Records())) return;
  leases.Open(added.index);
}

void Plan::Impl::End(std::uint64_t index, Outcome outcome) {
  past.End(index, std::move(outcome));
  leases.Close(index);
  if (past.Records()[index].stage == Stage::kSearch) search.Observe(index, past.Records());
}

Event Plan::Impl::Change(JobState to, std::string why) {
  Changed changed = past.Change(to, std::move(why));
  if (past.IsOver()) leases.CloseAll();
  return changed;
}

std::vector<Event> Plan::Impl::Note(std::uint64_t index, Attempt attempt) {
  Attempted attempted{.index = index, .attempt = std::move(attempt)};
  past.Note(attempted);
  std::vector<Event> events = {std::move(attempted)};
  const auto counted = std::ranges::count_if(past.AttemptsAt(index), CountsAgainst);
  if (counted < past.Spec().search.max_attempts) return events;
  Outcome outcome;
  outcome.status = Status::kQuarantined;
  outcome.reason = QuarantineReason(index);
  End(index, std::move(outcome));
  events.push_back(Observed{index, *past.Records()[index].outcome});
  return events;
}

std::vector<Event> Plan::Impl::NoteProbe(std::string_view worker, AttemptEnd end, Error error) {
  if (past.IsOver()) return {};
  Attempted attempted;
  attempted.attempt.end = end;
  attempted.attempt.error = std::move(error);
  attempted.attempt.worker = worker;
  past.Note(attempted);
  return {std::move(attempted)};
}

std::string Plan::Impl::QuarantineReason(std::uint64_t index) const {
  std::string text;
  std::size_t count = 0;
  for (const Attempt& attempt : past.AttemptsAt(index)) {
    if (!CountsAgainst(attempt)) continue;
    if (++count > kAttemptsNamed) continue;
    text += (count > 1 ? ", " : ": ") + std::string(Name(attempt.end)) + " on worker '" +
            attempt.worker + "'";
  }
  if (count > kAttemptsNamed) text += " and " + std::to_string(count - kAttemptsNamed) + " more";
  return std::to_string(count) + " attempts came to nothing" + text;
}

}  // namespace actsearch::plan
