// The choice of a learning rate and of a stopping point on the select split, by the same rule for
// every entrant: a grid of rates that is extended by octaves while its edge wins. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "coordinator/plan/job_spec.h"
#include "coordinator/plan/record.h"

namespace actsearch::plan {

// Of one entrant in one setting.
struct Choice {
  double learning_rate = 0;
  int stop = 0;          // step after which the training ends
  double loss = 0;       // mean over the seeds, select split
  bool at_edge = false;  // no rate beyond it has been tried: the best may lie there
};

// The rate and stop with the least mean loss among one entrant's trials in one setting. A rate
// counts when all its trials were scored: one that diverges for some seeds is no choice. Nothing
// when no rate counts.
std::optional<Choice> BestChoice(std::span<const Record> trials);

// The trials of one entrant in one setting, in the order of their indices.
std::vector<Record> TrialsOf(std::span<const Record> trials, int entrant, Setting setting);

// Steps after which a training in this setting may stop: the last alone where the task has one
// budget.
std::vector<int> StopsAt(const JobSpec& spec, Setting setting);

// What is to be trained first for `entrant`: each rate of the grid times `rate`, each with
// select_seeds seeds. Without indices.
std::vector<Record> FirstGrid(const JobSpec& spec, const Record& entrant, Stage stage,
                              Setting setting, double rate, std::string_view digest);

// What is to be trained next, when all `trials` of one entrant in one setting have ended: a rate
// beyond the edge where the best stands, or below all of them when none counts. Empty: the choice
// is made.
std::vector<Record> NextOctave(const JobSpec& spec, std::span<const Record> trials,
                               std::string_view digest);

// The seed of the which-th training on a split of these data: the same in every job, so that
// repeated functions are the same trainings.
std::uint64_t ReplicateSeed(std::string_view digest, Split split, int replicate);

}  // namespace actsearch::plan
