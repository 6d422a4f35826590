// What a network's outputs are worth: the number that training makes small, and what is
// reported of each unit of a split. Constant; one thread at a time.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "search_spaces/trial.h"

namespace at {
class Tensor;
}

namespace actsearch::training {

// Sums over the units scored so far (a unit: an image, a row, ...).
struct Tally {
  std::vector<float> unit_losses;
  std::vector<Metric> sums;  // of each metric; divided by the units at the end
};

class Loss {
 public:
  virtual ~Loss() = default;

  // Mean over the batch, under autograd. outputs: N x classes; targets: N labels.
  virtual at::Tensor Train(const at::Tensor& outputs, const at::Tensor& targets) const = 0;

  // Adds the first `count` rows; the others are padding.
  virtual void Score(const at::Tensor& outputs, const at::Tensor& targets, std::int64_t count,
                     Tally& tally) const = 0;
};

// Cross-entropy of class probabilities, nats, and the accuracy.
const Loss& CrossEntropy();

}  // namespace actsearch::training
