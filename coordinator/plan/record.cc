#include "coordinator/plan/record.h"

#include <algorithm>

namespace actsearch::plan {

std::span<const Record> StageOf(std::span<const Record> records, Stage stage) {
  const auto [first, last] = std::ranges::equal_range(records, stage, {}, &Record::stage);
  return {first, last};
}

Trial TrialOf(const JobSpec& spec, const Proposed& proposed) {
  Trial trial;
  trial.space = spec.space.name;
  trial.candidate = proposed.candidate;
  trial.sites = spec.sites;
  trial.task = spec.task;
  trial.task.learning_rate = proposed.learning_rate;
  trial.split = proposed.stage == Stage::kSearch   ? Split::kSearch
                : proposed.stage == Stage::kSelect ? Split::kSelect
                                                   : Split::kFinal;
  trial.seed = proposed.seed;
  trial.gates = spec.gates;
  if (proposed.stage != Stage::kSearch) trial.gates.probes = trial.gates.chance = false;
  trial.hurdles = proposed.hurdles;
  trial.audit = proposed.audit;
  return trial;
}

}  // namespace actsearch::plan
