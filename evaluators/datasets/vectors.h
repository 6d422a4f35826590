// Rows of numbers with numbers or a class as targets, standardised: each input (of planes each
// channel) and each numeric target minus its mean, over its standard deviation, both over the
// training subset and the same in all subsets; what is constant there is only moved. Used by the
// loaders. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "evaluators/datasets/dataset.h"

namespace actsearch::datasets {

// Of one subset, row after row.
struct VectorRows {
  std::vector<double> inputs;        // rows x numbers of the shape; planes channels-last
  std::vector<double> targets;       // rows x outputs, where there are no classes
  std::vector<std::int64_t> labels;  // rows, where there are
};

struct Vectors {
  std::string name;
  Shape shape;
  std::int64_t outputs = 0;  // numbers of a target; 0: classes
  int classes = 0;           // labels are below
  std::array<VectorRows, catalogue::kSubsetCount> subsets;
};

// kInvalid when a near subset has no rows, a value is not finite, or all targets of `train` are
// equal.
Result<std::unique_ptr<const Dataset>> Standardised(Vectors vectors);

}  // namespace actsearch::datasets
