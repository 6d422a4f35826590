#include "search_spaces/expr/cost.h"

#include "search_spaces/expr/primitives.h"
#include "search_spaces/expr/reductions.h"

namespace actsearch::expr {

int Cost(const Expr& e) {
  int cost = 0;
  for (const Node& node : e.nodes) {
    if (node.kind == Kind::kPrimitive) cost += Primitives()[node.id].cost;
    if (node.kind == Kind::kReduction) cost += Reductions()[node.id].cost;
  }
  return cost;
}

}  // namespace actsearch::expr
