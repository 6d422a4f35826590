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

// Memory changes first, then the event is returned: a crash in between loses both.
struct Plan::Impl {
  Impl(JobSpec checked, std::uint64_t leader_epoch, std::unique_ptr<const Space> space,
       std::unique_ptr<strategies::Strategy> strategy)
      : past(std::move(checked)),
        search(past.Spec(), std::move(space), std::move(strategy)),
        leases(leader_epoch) {}

  std::optional<Record> Next();
  bool ExtendStage();
  void EnterNextStage();
  void Add(Record record);
  void End(std::uint64_t index, Outcome outcome);
  Event Change(JobState to, std::string why = {});
  std::vector<Event> Note(std::uint64_t index, Attempt attempt);
  // The same of what is no trial: saying what the data are, or serving the job at all.
  std::vector<Event> NoteProbe(std::string_view worker, AttemptEnd end, Error error);
  std::string QuarantineReason(std::uint64_t index) const;

  Result<void> Fold(const Created& event);
  Result<void> Fold(const Proposed& event);
  Result<void> Fold(const Observed& event);
  Result<void> Fold(const Attempted& event);
  Result<void> Fold(const Checked& event);
  Result<void> Fold(const Changed& event);

  History past;
  SearchStage search;
  Leases leases;
  Stage stage = Stage::kSearch;    // of what is proposed next
  std::uint64_t stage_begin = 0;   // index of the stage's first record
  std::vector<Record> planned;     // trials of a stage after the search, without indices
};

}  // namespace actsearch::plan
