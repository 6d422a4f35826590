// EAFO (arXiv 2405.12954): the direction in which the entropy of f(X), X standard normal,
// changes fastest, as a formula. In the space of inverse functions, which is the paper's,
// forward to first order (docs/eafo.md):
//   correction(x) = exp(-x^2/2) (x + f''(x) / f'(x)),
// and f + eps * correction has more differential entropy for small eps > 0, less for eps < 0.
// Nothing is normalised here, so judge the sign by entropy.h. Pure; any thread.
#pragma once

#include "search_spaces/activations/eafo/pieces.h"
#include "search_spaces/base/error.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::activations::eafo {

// |f'| is not let below this where f' passes through 0.
inline constexpr double kLeastSlope = 0.05;

struct SymbolicCorrection {
  expr::Expr quotient;    // f'' / f', simplified
  expr::Expr correction;  // simplified
  bool guarded = false;      // f' of the quotient is sign(f') max(|f'|, kLeastSlope)
  bool fixed_point = false;  // the correction is 0: f is a scaled normal distribution function
};

// `f` is pointwise and reads x only, `slope` is its derivative and `pieces` are those of the
// slope. Flat pieces have no density and are left out; the correction's formula goes on over
// them, as the paper has it for ReLU. kInvalid when f or the correction is not finite on
// [-kReach, kReach], or f is flat all over.
Result<SymbolicCorrection> CorrectSymbolically(const expr::Expr& f, const expr::Expr& slope,
                                               const Pieces& pieces);

// f + eps * correction, not simplified. `eps` is a learnable number for each layer with this
// initial value; fixed when `learnable` is false. The correction has f's parameters.
expr::Expr WithCorrection(const expr::Expr& f, const expr::Expr& correction, double eps,
                          bool learnable = true);

}  // namespace actsearch::activations::eafo
