// d/dx log|g(x)| = g'(x) / g(x), the part of EAFO's correction that depends on the function.
// Written factor by factor, so that what cancels in the quotient never appears and no factor
// that tends to 0 is divided by: sech(x)^2 gives -2 tanh(x). Pure; any thread.
#pragma once

#include "search_spaces/expr/expr.h"

namespace actsearch::activations::eafo {

// `g` is pointwise. Where g is a choice between a formula and 0, the formula's result holds
// for both: what EAFO does with ReLU, whose flat half gets the correction of the other.
// Keeps the parameters of `g`. Has poles at zeros of g that are not such choices.
expr::Expr LogDerivative(const expr::Expr& g);

}  // namespace actsearch::activations::eafo
