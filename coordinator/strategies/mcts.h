// Monte Carlo tree search over the choices that build a candidate, bisected (Negrinho, Gordon
// 2017, "DeepArchitect"). A candidate's reward is its loss's quantile among recent ones, raised
// to a power, so that branches with a few excellent candidates beat those with many fair ones.
#pragma once

#include "coordinator/strategies/strategy.h"

namespace actsearch::strategies {

StrategyRow MctsRow();

}  // namespace actsearch::strategies
