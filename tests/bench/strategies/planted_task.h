// A regression task with a known best activation: a teacher network computes
//   y = sum_j v_j f(w_j . x + b_j)
// with a hidden f. A candidate is given x, the w and the b, and its v by least squares, with an
// intercept: an affine map of its output changes nothing, and only f, up to such a map, leaves
// nothing unexplained. Immutable; any thread.
#pragma once

#include <vector>

#include "search_spaces/base/rng.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::bench {

class PlantedTask {
 public:
  // The weights come from `rng`. `teacher` reads x only, and so does each candidate.
  PlantedTask(const expr::Expr& teacher, Rng& rng);

  // Root mean square of what the candidate leaves unexplained, in standard deviations of y:
  // 0 to 1. Infinite when its values are not finite.
  double LossOf(const expr::Expr& candidate) const;

 private:
  std::vector<double> hidden_;  // w_j . x_i + b_j, unit by unit
  std::vector<double> target_;  // mean 0, variance 1
};

}  // namespace actsearch::bench
