#include "coordinator/plan/record.h"

#include <algorithm>

namespace actsearch::plan {

std::span<const Record> StageOf(std::span<const Record> records, Stage stage) {
  const auto [first, last] = std::ranges::equal_range(records, stage, {}, &Record::stage);
  return {first, last};
}

std::span<const Record> TunedOf(std::span<const Record> records) {
  const auto first = std::ranges::lower_bound(records, Stage::kSelect, {}, &Record::stage);
  const auto last = std::ranges::lower_bound(records, Stage::kFinal, {}, &Record::stage);
  return {first, last};
}

Trial TrialOf(const JobSpec& spec, const Proposed& proposed) {
  Trial trial;
  trial.space = spec.space.name;
  trial.candidate = proposed.candidate;
  trial.sites = spec.sites;
  trial.task = TaskAt(spec, proposed.setting);
  trial.task.learning_rate = proposed.learning_rate;
  trial.split = proposed.stage <= Stage::kAudit   ? Split::kSearch
                : proposed.stage == Stage::kFinal ? Split::kFinal
                                                  : Split::kSelect;
  trial.seed = proposed.seed;
  trial.replicate = proposed.replicate;
  trial.stops = proposed.stops;
  trial.unit_losses = proposed.stage == Stage::kFinal;
  trial.gates = spec.gates;
  const bool is_measured = proposed.stage != Stage::kSearch || proposed.original;
  if (is_measured) trial.gates.probes = trial.gates.chance = false;
  trial.hurdles = proposed.hurdles;
  return trial;
}

}  // namespace actsearch::plan
