// Late acceptance hill climbing (Burke, Bykov 2017; for activation functions SAFS, Loni et al.
// 2023): a walker moves to a neighbour that is no worse than where it stands or than where it
// stood some steps ago. Several walkers take turns, so that late outcomes hold up none of them;
// one that finds nothing better for a while starts again elsewhere.
#pragma once

#include "coordinator/strategies/strategy.h"

namespace actsearch::strategies {

StrategyRow LahcRow();

}  // namespace actsearch::strategies
