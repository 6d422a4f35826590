#include "search_spaces/expr/moments.h"

#include <cmath>
#include <cstddef>
#include <vector>

#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"

namespace actsearch::expr {

Moments MomentsOf(const Expr& f, const Expr& slope, std::span<const double> params,
                  const GaussianRule& rule) {
  const std::vector<double> y = EvaluateMany(f, rule.x, params);
  const std::vector<double> dy = EvaluateMany(slope, rule.x, params);
  Moments m;
  for (std::size_t i = 0; i < rule.x.size(); ++i) {
    m.mean += rule.weight[i] * y[i];
    m.second += rule.weight[i] * y[i] * y[i];
    m.slope_second += rule.weight[i] * dy[i] * dy[i];
  }
  // Second pass around the mean: a large offset must not swallow the variance.
  for (std::size_t i = 0; i < rule.x.size(); ++i) {
    m.variance += rule.weight[i] * (y[i] - m.mean) * (y[i] - m.mean);
  }
  if (!std::isfinite(m.second)) m.mean = m.variance = m.second = std::nan("");
  if (!std::isfinite(m.slope_second)) m.slope_second = std::nan("");
  m.rho = m.slope_second / m.variance;
  return m;
}

Moments MomentsOf(const Expr& f, const Expr& slope, std::span<const double> params) {
  static const GaussianRule rule(8, 32);
  return MomentsOf(f, slope, params, rule);
}

Moments MomentsOf(const Expr& f, std::span<const double> params) {
  return MomentsOf(f, Derive(f), params);
}

}  // namespace actsearch::expr
