#include "search_spaces/expr/expr.h"

#include <algorithm>

#include "search_spaces/expr/primitives.h"

namespace actsearch::expr {

int ArityOf(const Node& node) {
  if (node.kind == Kind::kPrimitive) return Primitives()[node.id].arity;
  return node.kind == Kind::kReduction ? 1 : 0;
}

int InputCount(const Expr& e) {
  int count = 0;
  for (const Node& node : e.nodes) {
    if (node.kind == Kind::kInput) count = std::max(count, node.id + 1);
  }
  return count;
}

bool IsPointwise(const Expr& e) {
  return std::ranges::none_of(e.nodes,
                              [](const Node& node) { return node.kind == Kind::kReduction; });
}

}  // namespace actsearch::expr
