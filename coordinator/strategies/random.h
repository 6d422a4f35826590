// Random search: independent samples of the space without repetition. The
// baseline that every other strategy must beat, and the right choice for spaces
// small enough to be exhausted.
#pragma once

#include "coordinator/strategies/strategy.h"

namespace actsearch::strategies {

StrategyRow RandomRow();

}  // namespace actsearch::strategies
