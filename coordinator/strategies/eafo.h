// Entropy-based activation function optimisation (arXiv 2405.12954) as a search: the best
// functions so far are corrected in the direction in which the entropy of their output changes
// fastest (Space::Correct), where the paper corrects one function by hand. Corrections alone
// stay near where they start, so they share the budget with mutations and fresh samples.
#pragma once

#include "coordinator/strategies/strategy.h"

namespace actsearch::strategies {

StrategyRow EafoRow();

}  // namespace actsearch::strategies
