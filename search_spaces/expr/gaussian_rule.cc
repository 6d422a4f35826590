#include "search_spaces/expr/gaussian_rule.h"

#include <cmath>

namespace actsearch::expr {

GaussianRule::GaussianRule(int end, int per_unit) {
  constexpr double kNormalDensityAt0 = 0.3989422804014327;  // 1 / sqrt(2 pi)
  const double spacing = 1.0 / per_unit;
  const int count = 2 * end * per_unit;
  x.reserve(count);
  weight.reserve(count);
  for (int i = 0; i < count; ++i) {
    x.push_back(-end + (i + 0.5) * spacing);
    weight.push_back(spacing * kNormalDensityAt0 * std::exp(-0.5 * x.back() * x.back()));
  }
}

}  // namespace actsearch::expr
