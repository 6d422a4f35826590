// Aging evolution (Real, Aggarwal, Huang, Le 2019, "Regularized Evolution for
// Image Classifier Architecture Search", algorithm 1) with a warm start from
// known functions. The population is the P most recently observed candidates
// that were scored, shared out among islands that exchange members now and then
// (Real et al. 2020, "AutoML-Zero"); a parent is the best of a uniform sample of
// its island. What was rejected or failed takes no place. The best of each size
// re-enter (PySR, Cranmer 2023). Fitness is the loss: lower is better.
#pragma once

#include "coordinator/strategies/strategy.h"

namespace actsearch::strategies {

StrategyRow EvolutionRow();

}  // namespace actsearch::strategies
