#include "coordinator/plan/plan_state.h"

#include <algorithm>
#include <span>

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
      if (next < planned.size()) return planned[next];
      if (past.Ended() < records.size()) return std::nullopt;
    }
    EnterNextStage();
  }
  return std::nullopt;
}

void Plan::Impl::EnterNextStage() {
  const std::span<const Record> records = past.Records();
  const std::span<const Record> ended_stage = records.subspan(stage_begin);
  switch (stage) {
    case Stage::kSearch: {
      search.Finish(records);
      const JobSpec& spec = past.Spec();
      planned = SelectTrials(spec, ended_stage,
                             FinalistsOf(spec.finals, search.SearchSpace(), ended_stage));
      stage = planned.empty() ? Stage::kDone : Stage::kSelect;
      break;
    }
    case Stage::kSelect:
      planned = FinalTrials(past.Spec(), ended_stage, records.size());
      stage = planned.empty() ? Stage::kDone : Stage::kFinal;
      break;
    case Stage::kFinal:
    case Stage::kDone:
      stage = Stage::kDone;
      break;
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
