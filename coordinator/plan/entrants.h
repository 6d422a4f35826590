// Who takes part in the stages after the search: finalists, functions that people gave, and
// baselines, in this order. All are tuned and scored alike. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "coordinator/plan/job_spec.h"
#include "coordinator/plan/record.h"
#include "search_spaces/space.h"

namespace actsearch::plan {

// Indices of the finalists: the best search candidates, lowest mean loss first, without those
// that are one with a better one, a given function or a baseline (Space::KeyOf), or nearer than
// `finals.apart` to a better one.
std::vector<std::uint64_t> FinalistsOf(const JobSpec& spec, const Space& space,
                                       std::span<const Record> search);

// One record each, as trials of theirs begin: who it is, nothing of rates, seeds or settings.
std::vector<Record> EntrantsOf(const JobSpec& spec, const Space& space,
                               std::span<const Record> search);

inline bool IsBaseline(const Proposed& entrant) { return !entrant.original && !entrant.given; }

}  // namespace actsearch::plan
