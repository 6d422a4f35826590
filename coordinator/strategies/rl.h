// Reinforcement learning (Ramachandran, Zoph, Le 2017, "Searching for Activation Functions"):
// an LSTM answers the questions by which a space builds a candidate and is trained by PPO on
// what came of its answers. The reward is a power of the loss's quantile among recent ones, 0
// for what was rejected, failed or is no candidate, against a moving baseline. The best
// candidates so far are also imitated (Abolafia et al. 2018, "Neural Program Synthesis with
// Priority Queue Training"), without which a few hundred proposals teach little.
#pragma once

#include "coordinator/strategies/strategy.h"

namespace actsearch::strategies {

StrategyRow RlRow();

}  // namespace actsearch::strategies
