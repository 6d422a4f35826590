// The loss and metrics of a network on a subset of the data. One thread at a time.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>

#include "evaluators/datasets/dataset.h"
#include "evaluators/modules/network.h"
#include "evaluators/training/batches.h"
#include "evaluators/training/loss.h"
#include "search_spaces/trial.h"

namespace actsearch::training {

// Rows that pass the network together; of sequences as many as have kScoringElements. Always so
// many, the last chunk padded: libraries sum in an order that depends on the size, and a score
// must not.
inline constexpr std::int64_t kScoringChunk = 256;
inline constexpr std::int64_t kScoringElements = 16384;

class Scorer {
 public:
  // `trivial_loss`: of the best prediction that does not look at the input, on the subset.
  Scorer(const datasets::Dataset& data, datasets::Subset subset, const Loss& loss,
         double trivial_loss, const at::Device& device);

  // Means over the subset. `unit_losses`, if given, gets each unit's loss
  // (catalogue::RowsPerUnit), or
  // means of neighbours where there are more than kMostUnitLosses.
  RungValue Score(modules::Network& network, std::vector<float>* unit_losses = nullptr);

 private:
  datasets::Subset subset_;
  std::int64_t rows_, rows_per_unit_, chunk_;
  const Loss& loss_;
  double trivial_loss_;
  Filler filler_;
};

}  // namespace actsearch::training
