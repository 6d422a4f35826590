// What a network's outputs are worth: the number that training makes small, and what is
// reported of each row of a split. Constant; one thread at a time.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "search_spaces/trial.h"

namespace at {
class Tensor;
}

namespace actsearch::training {

// Over the rows scored so far (a row: an image, a line of a table, a window of a text).
struct Tally {
  std::vector<float> row_losses;
  std::vector<Metric> sums;  // of each metric; divided by the rows at the end
};

class Loss {
 public:
  virtual ~Loss() = default;

  // Mean over the batch, under autograd. outputs: one row of numbers for each row of the batch,
  // or for each element of its sequences; targets as in Examples (batches.h). `smoothing`: share
  // of a class that is spread over all (label smoothing).
  virtual at::Tensor Train(const at::Tensor& outputs, const at::Tensor& targets,
                           double smoothing) const = 0;

  // Adds the first `count` rows; the others are padding.
  virtual void Score(const at::Tensor& outputs, const at::Tensor& targets, std::int64_t count,
                     Tally& tally) const = 0;

  // Metrics that follow from the mean loss over a subset; `trivial`: that of the best prediction
  // that does not look at the input.
  virtual void AddMetrics(double /*loss*/, double /*trivial*/, std::vector<Metric>&) const {}
};

// Cross-entropy of class probabilities, nats, and the accuracy; of sequences, each a mean over
// their elements.
const Loss& CrossEntropy();

// Mean squared error of standardised targets (in variances of the training's targets), and the
// root of its ratio to that of a constant.
const Loss& SquaredError();

}  // namespace actsearch::training
