// Learnable parameters that say together what one says. Called by Canonical. Pure.
#pragma once

#include <optional>

#include "search_spaces/expr/expr.h"

namespace actsearch::expr {

// One step towards fewer parameters in a simplified graph; nothing when there is none.
// The functions that the parameters reach stay the same, and so do the values at the
// initial parameters:
//   p * q * f, 2 * p * f, -p * f -> r * f               f + p - q, f + p + 1 -> f + r
//   p * (q * f + r * g) -> q * f + r * g, where q and r are at least as wide as p
// for p, q and r that occur nowhere else. The widest shape stays.
std::optional<Expr> MergeParameters(const Expr& e);

}  // namespace actsearch::expr
