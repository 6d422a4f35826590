// EAFO without formulas: for functions that rise and fall, and for pre-activations of a
// trained network. The density of the output is measured, and the correction is fitted by a
// bell curve times a polynomial, so that a formula comes out all the same. Pure; any thread.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "search_spaces/activations/eafo/entropy.h"
#include "search_spaces/activations/eafo/pre_activations.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::activations::eafo {

// Directions of steepest descent of the entropy, by the metric in which steps are measured;
// s = (log q)'(f(x)) of the output's density q, p the input's density up to a factor.
// For monotone f and normal X, s f' = -(x + f''/f').
enum class Metric {
  kInverse,   // p f' s: the paper's, steps of the inverse function; no poles where f' is 0
  kFlat,      // p s: steps of f, all x alike
  kWeighted,  // s: steps of f, x counts by its probability
};

// Minus the direction, so that a positive multiple raises the (plain) entropy as the symbolic
// correction does; at input.x. `score` is that of f (EntropySlope), `slope` is f'.
std::vector<double> CorrectNumerically(const EntropySlope& score, const expr::Expr& slope,
                                       const PreActivations& input, Metric metric);

inline constexpr int kMostTerms = 4;

// bell(x) (c0 + c1 x + c2 x^2 + c3 x^3), the largest |c| 1, three digits.
struct BellFit {
  std::array<double, kMostTerms> coefficients = {};
  double scale = 1;      // the correction is about scale times the bell curve
  double explained = 0;  // share of the correction's square, 0 to 1
};

// The best fit with at most `terms` non-zero coefficients; the input's density weighs the
// errors. All 0 where the correction is.
BellFit FitBell(std::span<const double> correction, const PreActivations& input, int terms);

// Its formula, not simplified; `parameters` as those of the function to be corrected.
expr::Expr FormulaOf(const BellFit& fit, const PreActivations& input,
                     std::vector<expr::Parameter> parameters);

}  // namespace actsearch::activations::eafo
