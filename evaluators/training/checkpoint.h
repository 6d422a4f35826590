// Where a long training stands, in a file: who trains the same trial again after a worker was
// killed goes on from there, on the CPU to the same bits. One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "evaluators/training/control.h"
#include "search_spaces/trial.h"

namespace actsearch::training {

// What does not follow from the trial alone, after `step` steps.
struct TrainingState {
  int step = 0;
  std::vector<at::Tensor> tensors;  // on the CPU
  std::optional<RungValue> best;    // at a stop
  std::vector<RungValue> rungs;
  std::vector<float> unit_losses;   // at the best stop
};

class Checkpoint {
 public:
  explicit Checkpoint(const CheckpointPlace& place);

  // Whether so much was trained since the last Write, or since the start, that it is worth one.
  bool IsDue() const;

  // In place of what was there, whole or not at all. What cannot be written is left: a training
  // does without.
  void Write(const TrainingState& state);

  // Nothing when there is no file, it is of another trial or program, or it is damaged.
  std::optional<TrainingState> Read() const;

  void Remove() const;

 private:
  CheckpointPlace place_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace actsearch::training
