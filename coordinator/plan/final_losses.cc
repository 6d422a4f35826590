#include "coordinator/plan/final_losses.h"

#include <algorithm>
#include <optional>

#include "evaluators/catalogue/tasks.h"

namespace actsearch::plan {
namespace {

Training TrainingOf(const Record& trial) {
  if (!IsScored(trial)) return {.loss = 0, .units = {}, .failed = true};
  return {.loss = trial.outcome->Loss(), .units = trial.outcome->unit_losses, .failed = false};
}

}  // namespace

FinalLosses::FinalLosses(const History& history) {
  for (const Record& trial : TunedOf(history.Records())) {
    entrants_.try_emplace(trial.entrant, trial);
  }
  for (const Record& trial : StageOf(history.Records(), Stage::kFinal)) {
    trainings_[{trial.entrant, trial.setting}].push_back(TrainingOf(trial));
    const bool is_new = std::ranges::find(settings_, trial.setting) == settings_.end();
    if (is_new) settings_.push_back(trial.setting);
  }
  const std::optional<catalogue::DataFacts>& data = history.Data();
  trivial_loss_ =
      catalogue::TrivialLoss(history.Spec().task, data ? &*data : nullptr, Split::kFinal);
  for (auto& [key, trainings] : trainings_) FillFailures({trainings}, trivial_loss_);
}

std::span<const Training> FinalLosses::At(int entrant, Setting setting) const {
  const auto at = trainings_.find({entrant, setting});
  return at == trainings_.end() ? std::span<const Training>() : at->second;
}

Difference FinalLosses::Between(int a, int b, Setting setting) const {
  auto all_a = At(a, setting), all_b = At(b, setting);
  const std::size_t count = std::min(all_a.size(), all_b.size());
  all_a = all_a.first(count);
  all_b = all_b.first(count);
  const std::vector<bool> counts = DistinctReplicates(all_a, all_b);
  std::vector<Training> kept_a, kept_b;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (!counts[k]) continue;
    kept_a.push_back(all_a[k]);
    kept_b.push_back(all_b[k]);
  }
  FillFailures({kept_a, kept_b}, trivial_loss_);
  return Compare(kept_a, kept_b);
}

}  // namespace actsearch::plan
