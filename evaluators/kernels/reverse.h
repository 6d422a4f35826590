// Gradients of a formula by reverse accumulation on its lowered graph: one adjoint for
// each node, so that x and all parameters share the way down from the output. Pure.
#pragma once

#include <vector>

#include "evaluators/kernels/lower.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::kernels {

struct Adjoints {
  NodeIndex result = 0;               // f itself
  NodeIndex input = 0;                // seed * df/dx
  std::vector<NodeIndex> parameters;  // seed * df/dp
};

// `seed` is a node of lowering's graph: the gradient of the loss by the output, or 1.
Adjoints Accumulate(const expr::Expr& f, NodeIndex seed, Lowering& lowering);

}  // namespace actsearch::kernels
