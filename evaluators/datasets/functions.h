// Data from known functions: points drawn in the range of the training and, for extrapolation,
// in a far range outside of it. Used by the loaders of polynomials, harmonics and feynman. Pure.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "evaluators/datasets/dataset.h"
#include "search_spaces/base/rng.h"

namespace actsearch::datasets {

// The near range is [low, high). The far one is as wide as half of it beside each open side, so
// that no far point has a variable in the near range.
struct Variable {
  std::string name;
  double low = -1;
  double high = 1;
  bool both_sides = false;  // far: below low too, or above high only
};

struct Function {
  std::string name;  // of the data set and what it was asked for: part of the digest
  std::vector<Variable> variables;
  std::function<double(std::span<const double> x)> value;
};

// `examples` points of train, a quarter as many of each other subset, at least 256. Each subset
// has draws of its own.
Result<std::unique_ptr<const Dataset>> Sampled(const Function& function, const Source& source);

}  // namespace actsearch::datasets
