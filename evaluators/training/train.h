// The training loop: Adam on minibatches under a trial's budget, hurdles and seed.
// Called by the tasks. One thread at a time. On the CPU the same arguments give the
// same outcome, bit for bit.
#pragma once

#include <optional>

#include "evaluators/evaluator.h"
#include "evaluators/training/examples.h"
#include "evaluators/training/network.h"
#include "search_spaces/trial.h"

namespace actsearch::training {

// Trains `network` (not yet initialised) on data.train and scores it on the trial's
// split. `earlier` is the rejection by a gate of an audited trial. Timing is set for
// this call; its exceptions are LibTorch's.
Outcome Train(const Trial& trial, const Data& data, Network& network,
              const evaluators::Control& control, std::optional<Rejection> earlier);

}  // namespace actsearch::training
