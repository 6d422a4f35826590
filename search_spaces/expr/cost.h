// How dear one evaluation is: the sum of the costs of the graph's primitives
// and reductions, relative to an addition. Shared subexpressions count once. Pure.
#pragma once

#include "search_spaces/expr/expr.h"

namespace actsearch::expr {

int Cost(const Expr& e);

}  // namespace actsearch::expr
