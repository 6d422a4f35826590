// Random expressions for property tests and benchmarks of every area, and other
// spellings of an expression. All randomness comes from the generator passed in.
#pragma once

#include "search_spaces/base/rng.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::testing {

struct RandomExprOptions {
  int primitives = 8;             // applications in the tree
  int max_parameters = 2;         // declared ones; each may be used several times or not at all
  double parameter_share = 0.15;  // of the leaves
  double constant_share = 0.15;
  bool all_shapes = false;     // parameters of groups and small vectors too
  double second_share = 0;     // of u among the inputs
  double reduction_share = 0;  // of the applications
};

// Over all primitives whose gradient is their own, uniformly; in the order in which Parse makes
// nodes.
expr::Expr RandomExpr(Rng& rng, const RandomExprOptions& options = {});

// An equal function in another spelling: arguments commuted and regrouped, products
// distributed, zeros added, ones multiplied, signs doubled, primitives replaced by
// their definitions, parameters reordered and renamed.
expr::Expr Disguise(const expr::Expr& e, Rng& rng);

// The same spelling with other names and another order of the parameters, and
// commutative arguments swapped.
expr::Expr Shuffle(const expr::Expr& e, Rng& rng);

}  // namespace actsearch::testing
