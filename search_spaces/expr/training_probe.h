// What evaluation hides, made visible to fingerprints: draws evaluate to their mean, and
// a surrogate to the value whose gradient it replaces. Pure; safe from any thread.
#pragma once

#include "search_spaces/expr/expr.h"

namespace actsearch::expr {

// Whether training sees more of `e` than its values and their slopes.
bool HidesFromEvaluation(const Expr& e);

// `e` with another value of each distribution in place of its mean, and with what gives
// the gradient in place of each surrogate. Distributions and gradients that differ give
// functions that differ.
Expr TrainingProbe(const Expr& e);

}  // namespace actsearch::expr
