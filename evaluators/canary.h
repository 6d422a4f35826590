// Known answers: a worker asks for them before it takes work (after KataGo's self-test)
// so that a broken library, processor or build cannot fill the store with wrong scores.
// Called by the Evaluator; torch-free.
#pragma once

#include <string>

#include "evaluators/evaluator.h"
#include "search_spaces/base/error.h"
#include "search_spaces/trial.h"

namespace actsearch::evaluators {

struct KnownScore {
  Trial trial;
  double loss = 0;
  double tolerance = 0;  // relative; other BLAS libraries add in another order
};

// SiLU in a small mlp on generated glyphs.
KnownScore KnownSiluScore();

// kInternal when `evaluator` scores the trial otherwise; the message has both losses.
Result<void> CheckScore(Evaluator& evaluator, const KnownScore& known);

// Value and slope of `formula` as the training kernels of `device` compute them against
// doubles on a grid; kInternal names the point and both values.
Result<void> CheckKernels(const std::string& formula, const std::string& reference,
                          const std::string& device);

}  // namespace actsearch::evaluators
