// The stages after the search, as lists of trials that follow from the records
// alone: `select` tries the finalists and the baselines at several learning rates,
// `final` repeats each at its best rate over seeds (design.md section 7). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "coordinator/plan/job_spec.h"
#include "coordinator/plan/record.h"
#include "search_spaces/space.h"

namespace actsearch::plan {

// Indices of the finalists: the best scored search candidates, lowest loss first, without those
// that are nearer than `finals.apart` to a better one.
std::vector<std::uint64_t> FinalistsOf(const FinalSpec& finals, const Space& space,
                                       std::span<const Record> search);

// Trials of the select stage, to be proposed from index search.size() on: for each
// finalist, then for each baseline, `select_seeds` for each learning rate.
std::vector<Record> SelectTrials(const JobSpec& spec, std::span<const Record> search,
                                 std::span<const std::uint64_t> finalists);

// Trials of the select stage for one finalist or baseline: they stand together.
std::size_t TrialsOfEntrant(const FinalSpec& finals);

// A learning rate and the mean select loss at it.
struct RateChoice {
  double learning_rate = 0;
  double loss = 0;
};

// The rate with the lowest mean loss among one entrant's trials of the select stage.
// A rate counts when all its trials were scored: one that diverges for some seeds is
// no choice. Nothing when no rate counts.
std::optional<RateChoice> BestRate(std::span<const Record> trials);

// Trials of the final stage, to be proposed from index `first` on. `select` are the
// ended trials of SelectTrials, in order; whom no learning rate scored is left out.
std::vector<Record> FinalTrials(const JobSpec& spec, std::span<const Record> select,
                                std::uint64_t first);

// Trials of the final stage that follow `select_trials` of the select stage, when all entrants
// are scored.
std::uint64_t FinalTrialsAfter(const JobSpec& spec, std::uint64_t select_trials);

// Trials of both stages together, supposing that the search finds enough
// finalists and that all of them are scored.
std::uint64_t FinalTrialsPlanned(const JobSpec& spec);

}  // namespace actsearch::plan
