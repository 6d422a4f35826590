// What a Plan holds, and the changes that living on and replaying share. Private to
// plan*.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "coordinator/plan/leases.h"
#include "coordinator/plan/plan.h"
#include "coordinator/plan/search_stage.h"

namespace actsearch::plan {

inline constexpr std::string_view kExtended = "extended";  // Changed::state of an extension

std::optional<JobState> StateNamed(std::string_view name);

inline Proposed ProposedOf(const Record& record) {
  return {.index = record.index, .stage = record.stage, .name = record.name, .trial = record.trial};
}

// Inside Plan, Fail is what ends a job.
inline std::unexpected<Error> Refuse(ErrorCode code, std::string message) {
  return Fail(code, std::move(message));
}

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
  std::vector<std::uint64_t> finalists;  // once the search has ended
  std::vector<Record> planned;     // trials of the select or final stage
  std::uint64_t final_trials = 0;  // of the stages after the search, as known so far
};

}  // namespace actsearch::plan
