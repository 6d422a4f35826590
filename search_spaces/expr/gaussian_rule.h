// Expectations over a standard normal z by the midpoint rule: E g(z) is the sum of
// weight[i] g(x[i]). Exact to rounding for smooth g of moderate growth; kinks and jumps at
// multiples of the spacing, 0 above all, fall between nodes and cost nothing. A value; any
// thread.
#pragma once

#include <vector>

namespace actsearch::expr {

struct GaussianRule {
  // Nodes in [-end, end], `per_unit` of them in each unit of length.
  GaussianRule(int end, int per_unit);

  std::vector<double> x;
  std::vector<double> weight;
};

}  // namespace actsearch::expr
