// Several strategies share one budget: a bandit gives each proposal to the strategy (an arm)
// whose candidates did well lately. A reward is the loss's quantile among recent ones, raised
// to a power; a new best earns the whole. What arms know of each other:
//   - a function is trained once: an arm that proposes what another did is asked again, and
//     gets the outcome of the first as the one of its own proposal;
//   - every scored candidate is offered to the other arms (Strategy::Adopt).
// An arm counts its own proposals from 0, so it works as if it were alone. One that is
// exhausted leaves.
#pragma once

#include "coordinator/strategies/strategy.h"

namespace actsearch::strategies {

StrategyRow PortfolioRow();

}  // namespace actsearch::strategies
