// What a model may learn from a scalar function without training it: how its output looks
// under a standard normal input. Pure; any thread.
#pragma once

#include <vector>

#include "search_spaces/expr/expr.h"

namespace actsearch::activations {

// At the initial parameters, clipped to finite numbers of moderate size, in this order:
// the standardised values on a grid of [-4, 4]; mean and log standard deviation; the depth
// scalar E f'^2 / Var f; log E f'^2, which is log chi_1 for weights of unit variance (Schoenholz
// et al. 2017); the shares of variance in Hermite degrees 1, 2 and 3; the slopes of
// both tails. Evaluates 128 points.
std::vector<double> ScalarFeatures(const expr::Expr& f);

}  // namespace actsearch::activations
