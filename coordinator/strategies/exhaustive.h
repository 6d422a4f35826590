// Every function of a finite space once, in the order of its points; then the job ends. What
// a small space deserves: nothing else finds its best with certainty.
#pragma once

#include "coordinator/strategies/strategy.h"

namespace actsearch::strategies {

StrategyRow ExhaustiveRow();

}  // namespace actsearch::strategies
