// Symbolic derivatives, from the derivative texts of the primitives' rows. The
// result keeps the parameters of `e` in their order, is simplified, and shares
// common subexpressions. Called by kernels, gates and EAFO. Pure; any thread.
// Pointwise graphs only (IsPointwise): what a reduction gives depends on every element.
// At most 65,535 nodes: first derivatives of what Parse's default limits let through
// fit by far; check sizes before differentiating large derivatives again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "search_spaces/expr/expr.h"

namespace actsearch::expr {

// A primitive's derivatives by its arguments, as formulas in which parameters 0, 1, 2
// stand for the arguments a, b, c.
using DerivativeRules = std::array<Expr, kMaxArity>;
const DerivativeRules& RulesOf(std::uint16_t primitive);

// d e / d x.
Expr Derive(const Expr& e);

// d e / d x for input 0, d e / d u for input 1.
Expr DeriveInput(const Expr& e, int input);

// d e / d parameter k, k < e.parameters.size().
Expr DeriveParameter(const Expr& e, std::size_t k);

}  // namespace actsearch::expr
