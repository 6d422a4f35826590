// Searches that can find nothing: their space holds the baselines alone, each in several disguises
// that the layers around it absorb, and repeats are trained.
#pragma once

#include "evaluators/evaluator.h"

namespace actsearch::bench {

// How many of `jobs` small jobs on glyphs report something better than their baselines.
int BetterDisguises(evaluators::Evaluator& evaluator, int jobs);

}  // namespace actsearch::bench
