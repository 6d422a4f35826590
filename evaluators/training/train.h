// The training loop: a recipe's steps on minibatches under a trial's budget, hurdles and seed. On
// the CPU the same arguments give the same outcome, bit for bit. One thread at a time.
#pragma once

#include <c10/core/Device.h>

#include <optional>

#include "evaluators/datasets/dataset.h"
#include "evaluators/modules/network.h"
#include "evaluators/training/control.h"
#include "evaluators/training/loss.h"
#include "search_spaces/trial.h"

namespace actsearch::training {

struct Setup {
  const Trial& trial;
  const datasets::Dataset& data;
  const Loss& loss;
  catalogue::Subset subset = catalogue::Subset::kSearch;  // that the trial is scored on
  double trivial_loss = 0;  // on that subset (catalogue::TaskInfo)
  double chance_loss = 0;   // above this, a share of it, a candidate is no better than chance
  at::Device device;
};

// Trains `network` (not yet initialised) on the training part and scores it on the trial's
// split. Timing is set for this call; its exceptions are LibTorch's.
Outcome Train(const Setup& setup, modules::Network& network, const Control& control);

}  // namespace actsearch::training
