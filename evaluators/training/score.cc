#include "evaluators/training/score.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

namespace actsearch::training {

Scorer::Scorer(const datasets::Dataset& data, datasets::Subset subset, const Loss& loss,
               const at::Device& device)
    : subset_(subset),
      rows_(data.Rows(subset)),
      loss_(loss),
      filler_(data, kScoringChunk, device) {}

RungValue Scorer::Score(modules::Network& network, std::vector<float>* unit_losses) {
  const at::NoGradGuard no_grad;
  modules::Run run{.mode = modules::Mode::kScore};
  Tally tally;
  std::vector<std::int64_t> rows(kScoringChunk);
  for (std::int64_t begin = 0; begin < rows_; begin += kScoringChunk) {
    const std::int64_t count = std::min(kScoringChunk, rows_ - begin);
    for (std::int64_t i = 0; i < kScoringChunk; ++i) {
      rows[static_cast<std::size_t>(i)] = i < count ? begin + i : begin;
    }
    const Examples& examples = filler_.Fill(subset_, rows);
    loss_.Score(network.Forward(run, examples.inputs), examples.targets, count, tally);
  }
  const auto units = static_cast<double>(tally.unit_losses.size());
  RungValue value;
  for (const float loss : tally.unit_losses) value.loss += loss / units;
  for (const Metric& sum : tally.sums) value.metrics.push_back({sum.name, sum.value / units});
  if (unit_losses != nullptr) *unit_losses = std::move(tally.unit_losses);
  return value;
}

}  // namespace actsearch::training
