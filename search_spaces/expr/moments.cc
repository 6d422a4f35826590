#include "search_spaces/expr/moments.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"

namespace actsearch::expr {
namespace {

// The midpoint rule on [-8, 8]: exact to rounding for smooth functions of moderate
// growth, and kinks and jumps at multiples of 1/32, 0 above all, fall between nodes.
constexpr std::size_t kNodes = 512;
constexpr double kEnd = 8;
constexpr double kSpacing = 2 * kEnd / kNodes;
constexpr double kNormalDensityAt0 = 0.3989422804014327;  // 1 / sqrt(2 pi)

struct Quadrature {
  std::array<double, kNodes> x;
  std::array<double, kNodes> weight;

  Quadrature() {
    for (std::size_t i = 0; i < kNodes; ++i) {
      x[i] = -kEnd + (static_cast<double>(i) + 0.5) * kSpacing;
      weight[i] = kSpacing * kNormalDensityAt0 * std::exp(-0.5 * x[i] * x[i]);
    }
  }
};

}  // namespace

Moments MomentsOf(const Expr& f, const Expr& slope, std::span<const double> params) {
  static const Quadrature rule;
  const std::vector<double> y = EvaluateMany(f, rule.x, params);
  const std::vector<double> dy = EvaluateMany(slope, rule.x, params);
  Moments m;
  for (std::size_t i = 0; i < kNodes; ++i) {
    m.mean += rule.weight[i] * y[i];
    m.second += rule.weight[i] * y[i] * y[i];
    m.slope_second += rule.weight[i] * dy[i] * dy[i];
  }
  // Second pass around the mean: a large offset must not swallow the variance.
  for (std::size_t i = 0; i < kNodes; ++i) {
    m.variance += rule.weight[i] * (y[i] - m.mean) * (y[i] - m.mean);
  }
  if (!std::isfinite(m.second)) m.mean = m.variance = m.second = std::nan("");
  if (!std::isfinite(m.slope_second)) m.slope_second = std::nan("");
  m.rho = m.slope_second / m.variance;
  return m;
}

Moments MomentsOf(const Expr& f, std::span<const double> params) {
  return MomentsOf(f, Derive(f), params);
}

}  // namespace actsearch::expr
