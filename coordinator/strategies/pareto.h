// Evolution towards several objectives at once. A parent is a random non-dominated member of a
// sample (Liu, Brock, Simonyan, Le 2020, "Evolving Normalization-Activation Layers"); who stays
// in the population is decided by fronts and crowding (NSGA-II, Deb et al. 2002) or by age.
// Objectives are those that a repeated run gives again: never a measured time.
#pragma once

#include "coordinator/strategies/strategy.h"

namespace actsearch::strategies {

StrategyRow ParetoRow();

}  // namespace actsearch::strategies
