// What is found of one candidate, in a plain sentence: how it stands against the baselines, how
// surely, where a gain ends, and what would tell more. Pure; any thread.
#pragma once

#include <vector>

#include "coordinator/plan/verdict.h"

namespace actsearch::plan {

// `entrant`: one of `losses.Entrants()`; `comparisons`: of the job, all.
Verdict VerdictOn(int entrant, const History& history, const FinalLosses& losses,
                  const std::vector<Comparison>& comparisons);

}  // namespace actsearch::plan
