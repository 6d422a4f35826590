// How signals and gradients travel through a deep network of random weights with f
// between its layers. Weights have variance sigma_w^2 / fan-in, biases sigma_b^2; a layer
// maps the variance q of its inputs to V(q) = sigma_w^2 E f(sqrt(q) z)^2 + sigma_b^2 for a
// standard normal z (Poole et al. 2016; Schoenholz et al. 2017; Hayou et al. 2019; gains
// after Brock et al. 2021). Figures to look at, not reasons to reject: GELU and SiLU have
// unstable lengths, softplus no edge of chaos, and all three train. Pure; any thread.
#pragma once

#include <span>

#include "search_spaces/expr/expr.h"
#include "search_spaces/expr/moments.h"

namespace actsearch::expr {

// Where neither gradients nor distances grow or vanish, at the fixed point V(1) = 1:
// sigma_w^2 E f'^2 = 1. NaN where f is flat almost everywhere or a moment is NaN.
struct EdgeOfChaos {
  double weight_variance = 0;  // sigma_w^2 = 1 / E f'^2
  double bias_variance = 0;    // sigma_b^2 = 1 - sigma_w^2 E f^2
  double length_slope = 0;     // dV/dq at q = 1; below 1 lengths return to the fixed point

  // There is no such network when sigma_b^2 would be negative.
  bool Exists() const { return bias_variance >= 0; }
};

struct Propagation {
  // Those that two rules of different spacing and reach do not agree on within 1 % are
  // NaN: the expectation is infinite (sqrt(abs(x)) for E f'^2), or f oscillates too fast.
  Moments moments;
  double variance_gain = 0;  // 1 / sqrt(Var f); infinite for constants
  double second_gain = 0;    // 1 / sqrt(E f^2)
  EdgeOfChaos edge;
};

// `slope` is Derive(f). f reads x only and is pointwise. Evaluates some 40,000 points.
Propagation PropagationOf(const Expr& f, const Expr& slope, std::span<const double> params);

}  // namespace actsearch::expr
