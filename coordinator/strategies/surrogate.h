// Candidates in the order in which a model of the losses seen so far expects most of them
// (Bingham, Miikkulainen 2023, "AQuaSurF": functions with like outputs train alike; Cummings et
// al. 2022, "LINAS": refit often, propose from the model). A Gaussian process over the
// space's features scores a pool of samples and of neighbours of the best; the bound mean +
// kappa * deviation decides, with a kappa drawn for each proposal, so that proposals made
// before their outcomes differ. The model orders and never vetoes: a share of proposals passes
// it by.
#pragma once

#include "coordinator/strategies/strategy.h"

namespace actsearch::strategies {

StrategyRow SurrogateRow();

}  // namespace actsearch::strategies
