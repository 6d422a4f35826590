#include "coordinator/plan/plan_state.h"

#include <array>
#include <limits>
#include <span>

#include "coordinator/plan/finals.h"
#include "search_spaces/base/check.h"

namespace actsearch::plan {
namespace {

constexpr std::array<std::string_view, 5> kStates = {"running", "paused", "done", "cancelled",
                                                     "failed"};
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

}  // namespace

std::string_view Name(JobState state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<JobState> StateNamed(std::string_view name) {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (kStates[i] == name) return static_cast<JobState>(i);
  }
  return std::nullopt;
}

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
      finalists = FinalistsOf(spec.finals, search.SearchSpace(), ended_stage);
      planned = SelectTrials(spec, ended_stage, finalists);
      final_trials = planned.size() + planned.size() / TrialsOfEntrant(spec.finals) *
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

}  // namespace actsearch::plan
