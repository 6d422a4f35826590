// How the caller of a training follows it and stops it. Torch-free. Plain values.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "search_spaces/trial.h"

namespace actsearch::training {

// Called now and then during training, on the training thread.
struct Progress {
  int step = 0;
  int steps = 0;
  double loss = 0;  // running training loss
};

// A parameter of the network, or its gradient. Values in the order of the indices of its
// shape.
struct ParameterValues {
  std::string_view name;  // layer1_linear.weight
  std::span<const std::int64_t> shape;
  std::span<const float> values;
  int step = 0;
};

struct Control {
  std::function<void(const Progress&)> on_progress;  // may be empty
  // May be empty. After the start values are drawn and scaled (step 0), and after the last
  // step.
  std::function<void(const ParameterValues&)> on_parameters;
  // May be empty. Of the first step's loss (step 1).
  std::function<void(const ParameterValues&)> on_gradients;
  // May be empty. After the last step, for each split that the trial is not scored on: the same
  // network there.
  std::function<void(Split, const RungValue&)> on_other_split;
  const std::atomic<bool>* cancel = nullptr;  // true: stop soon with CANCELLED
};

}  // namespace actsearch::training
