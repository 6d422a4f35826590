// How the caller of a training follows it and stops it. Torch-free. Plain values.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
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

// Where a training that lasts keeps how far it is.
struct CheckpointPlace {
  std::string path;          // of a file in a folder that may not exist yet
  std::string identity;      // all that the training follows from: another one's file is ignored
  double every_seconds = 30;
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
  // With one, the training begins where the file says and writes there now and then how far it is;
  // its end removes the file. Tasks that answer without training ignore it.
  std::optional<CheckpointPlace> checkpoint;
  const std::atomic<bool>* cancel = nullptr;  // true: stop soon with CANCELLED
};

}  // namespace actsearch::training
