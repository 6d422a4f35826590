// Brings an expression to a shorter equal one: it exists where the original does (README.md), and
// values stay equal up to rounding there. Called by the spaces before a candidate is
// stored, by Derive and by fingerprints. Pure; safe from any thread.
#pragma once

#include "search_spaces/expr/expr.h"

namespace actsearch::expr {

// Constants folded and gathered, neutral and absorbing elements dropped, signs
// pulled out, like terms and repeated factors joined (x + x -> 2 * x, x * x ->
// square(x)), arguments of associative and commutative primitives in one order,
// common subexpressions shared, identities between primitives applied where they make the
// formula shorter (1 - sigmoid(x) -> sigmoid(-x), x * step(x) -> relu(x)). The parameters stay as
// they are. Idempotent. The result may have a node or two more than `e` (an explicit sign, the 1 of
// 1 / x), and a graph that would grow much, or take long, is only shared.
Expr Simplify(const Expr& e);

// Simplify; then parameters that say together what one says become one (merge_parameters.h),
// unused ones are dropped, and the rest are ordered and renamed p0, p1, ... by first appearance, in
// an order that does not depend on their names: spellings that differ in names and order only give
// equal results. Idempotent, and equal to Parse(Print(...)) of itself.
Expr Canonical(const Expr& e);

}  // namespace actsearch::expr
