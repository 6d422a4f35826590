// One trial of a job as it is listed, and the trial that workers get for it. Values; any
// thread.
#pragma once

#include <optional>
#include <span>

#include "coordinator/plan/event.h"
#include "coordinator/plan/job_spec.h"
#include "search_spaces/trial.h"

namespace actsearch::plan {

struct Record : Proposed {
  std::optional<Outcome> outcome;
};

inline bool IsScored(const Record& record) {
  return record.outcome && record.outcome->status == Status::kScored;
}

// The records of one stage; `records` are in the order of their indices.
std::span<const Record> StageOf(std::span<const Record> records, Stage stage);

// Those of the select and confirm stages.
std::span<const Record> TunedOf(std::span<const Record> records);

// What differs between trials is the proposal's, all else is the job's. To repeats, and after the
// search, no gate applies: who came this far is measured, not judged.
Trial TrialOf(const JobSpec& spec, const Proposed& proposed);

}  // namespace actsearch::plan
