#include "evaluators/training/score.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <span>
#include <utility>

namespace actsearch::training {

namespace {

std::int64_t ChunkOf(const catalogue::DataFacts& data) {
  const Shape& shape = data.inputs.shape;
  if (shape.kind != Shape::Kind::kSequence) return kScoringChunk;
  return std::max<std::int64_t>(1, kScoringElements / shape.length);
}

// Means of so many losses in a row; the last may be of fewer.
std::vector<float> MeansOf(std::vector<float> losses, std::int64_t each) {
  if (each == 1) return losses;
  std::vector<float> means;
  for (std::size_t begin = 0; begin < losses.size(); begin += static_cast<std::size_t>(each)) {
    const auto part = std::span(losses).subspan(begin).first(
        std::min(static_cast<std::size_t>(each), losses.size() - begin));
    double sum = 0;
    for (const float loss : part) sum += loss;
    means.push_back(static_cast<float>(sum / static_cast<double>(part.size())));
  }
  return means;
}

// Neighbours in one where there are more units than travel.
std::vector<float> AtMost(std::size_t most, std::vector<float> units) {
  const std::size_t each = (units.size() + most - 1) / most;
  return MeansOf(std::move(units), static_cast<std::int64_t>(std::max<std::size_t>(each, 1)));
}

}  // namespace

Scorer::Scorer(const datasets::Dataset& data, datasets::Subset subset, const Loss& loss,
               double trivial_loss, const at::Device& device)
    : subset_(subset),
      rows_(data.Rows(subset)),
      rows_per_unit_(catalogue::RowsPerUnit(data.Facts())),
      chunk_(ChunkOf(data.Facts())),
      loss_(loss),
      trivial_loss_(trivial_loss),
      filler_(data, chunk_, device) {}

RungValue Scorer::Score(modules::Network& network, std::vector<float>* unit_losses) {
  const at::NoGradGuard no_grad;
  modules::Run run{.mode = modules::Mode::kScore};
  Tally tally;
  std::vector<std::int64_t> rows(static_cast<std::size_t>(chunk_));
  for (std::int64_t begin = 0; begin < rows_; begin += chunk_) {
    const std::int64_t count = std::min(chunk_, rows_ - begin);
    for (std::int64_t i = 0; i < chunk_; ++i) {
      rows[static_cast<std::size_t>(i)] = i < count ? begin + i : begin;
    }
    const Examples& examples = filler_.Fill(subset_, rows);
    loss_.Score(network.Forward(run, examples.inputs), examples.targets, count, tally);
  }
  std::vector<float> units = MeansOf(std::move(tally.row_losses), rows_per_unit_);
  RungValue value;
  for (const float loss : units) value.loss += loss / static_cast<double>(units.size());
  for (const Metric& sum : tally.sums) {
    value.metrics.push_back({sum.name, sum.value / static_cast<double>(rows_)});
  }
  loss_.AddMetrics(value.loss, trivial_loss_, value.metrics);
  if (unit_losses != nullptr) *unit_losses = AtMost(kMostUnitLosses, std::move(units));
  return value;
}

}  // namespace actsearch::training
