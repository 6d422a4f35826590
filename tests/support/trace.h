// What happens inside an expression at one point: lets property tests leave out
// points where rounding, overflow or kinks make a comparison meaningless.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/reductions.h"

namespace actsearch::testing {

// The value of every node at x.
inline std::vector<double> Trace(const expr::Expr& e, double x, std::span<const double> params) {
  std::vector<double> values;
  for (const expr::Node& node : e.nodes) {
    switch (node.kind) {
      case expr::Kind::kInput:
        values.push_back(x);
        break;
      case expr::Kind::kConstant:
        values.push_back(node.value);
        break;
      case expr::Kind::kParameter:
        values.push_back(params[node.id]);
        break;
      case expr::Kind::kPrimitive: {
        const double args[] = {values[node.args[0]], values[node.args[1]], values[node.args[2]]};
        values.push_back(expr::ApplyPrimitive<double>(node.id, args));
        break;
      }
      case expr::Kind::kReduction:
        values.push_back(expr::Reductions()[node.id].evaluate({&values[node.args[0]], 1}));
        break;
    }
  }
  return values;
}

// All values inside are 0 or of moderate size: nothing overflows and cancellation
// costs at most some digits.
inline bool IsTame(const expr::Expr& e, double x, std::span<const double> params,
                   double largest = 1e4) {
  return std::ranges::all_of(Trace(e, x, params), [largest](double v) {
    return v == 0 || (std::abs(v) < largest && std::abs(v) > 1 / largest);
  });
}

}  // namespace actsearch::testing
