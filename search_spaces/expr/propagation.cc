#include "search_spaces/expr/propagation.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/gaussian_rule.h"

namespace actsearch::expr {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kAgreement = 0.01;  // relative
// sigma_b^2 of positively homogeneous functions is 0 up to the error of the rule.
constexpr double kRounding = 1e-6;

// `fine` where the rules agree to a share of `scale`.
double Settled(double coarse, double fine, double scale) {
  return std::fabs(fine - coarse) <= kAgreement * scale ? fine : kNan;
}

Moments SettledMoments(const Moments& coarse, const Moments& fine) {
  Moments m;
  m.mean = Settled(coarse.mean, fine.mean, std::sqrt(fine.second));
  m.variance = Settled(coarse.variance, fine.variance, fine.variance);
  m.second = Settled(coarse.second, fine.second, fine.second);
  m.slope_second = Settled(coarse.slope_second, fine.slope_second, fine.slope_second);
  m.rho = m.slope_second / m.variance;
  return m;
}

// dV/dq = sigma_w^2 E[z f f'] at q = 1 and, by parts once more, sigma_w^2 E[(z^2 - 1) f^2] / 2:
// this form needs no derivative, so jumps and replaced gradients do not disturb it.
double HalfHermiteMoment(const Expr& f, std::span<const double> params, const GaussianRule& rule) {
  const std::vector<double> y = EvaluateMany(f, rule.x, params);
  double sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    sum += rule.weight[i] * (rule.x[i] * rule.x[i] - 1) * y[i] * y[i];
  }
  return 0.5 * sum;
}

EdgeOfChaos EdgeOf(const Moments& moments, double half_hermite) {
  if (!(moments.slope_second > 0)) return {kNan, kNan, kNan};
  EdgeOfChaos edge;
  edge.weight_variance = 1 / moments.slope_second;
  edge.bias_variance = 1 - edge.weight_variance * moments.second;
  if (std::fabs(edge.bias_variance) < kRounding) edge.bias_variance = 0;
  edge.length_slope = edge.weight_variance * half_hermite;
  return edge;
}

}  // namespace

Propagation PropagationOf(const Expr& f, const Expr& slope, std::span<const double> params) {
  const GaussianRule coarse(8, 256);
  const GaussianRule fine(16, 1024);
  Propagation p;
  p.moments =
      SettledMoments(MomentsOf(f, slope, params, coarse), MomentsOf(f, slope, params, fine));
  p.variance_gain = 1 / std::sqrt(p.moments.variance);
  p.second_gain = 1 / std::sqrt(p.moments.second);
  p.edge = EdgeOf(p.moments, HalfHermiteMoment(f, params, fine));
  return p;
}

}  // namespace actsearch::expr
