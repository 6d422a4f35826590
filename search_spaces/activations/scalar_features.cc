#include "search_spaces/activations/scalar_features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/gaussian_rule.h"

namespace actsearch::activations {
namespace {

constexpr int kReach = 4;
constexpr int kPerUnit = 16;
constexpr std::size_t kEvery = 4;  // grid points between two features
constexpr double kLimit = 8;       // of a feature
constexpr double kLargest = 1e6;   // of a value: others would swamp the moments
constexpr double kTiny = 1e-12;

double Bounded(double value) { return std::isnan(value) ? 0 : std::clamp(value, -kLimit, kLimit); }

std::array<double, 3> Hermite(double x) {
  return {x, (x * x - 1) / std::sqrt(2.0), (x * x * x - 3 * x) / std::sqrt(6.0)};
}

}  // namespace

std::vector<double> ScalarFeatures(const expr::Expr& f) {
  static const expr::GaussianRule rule(kReach, kPerUnit);
  const std::vector<double>& x = rule.x;
  std::vector<double> y = expr::EvaluateMany(f, x, expr::InitialParameters(f));
  for (double& v : y) v = std::isnan(v) ? 0 : std::clamp(v, -kLargest, kLargest);

  double mean = 0;
  for (std::size_t i = 0; i < x.size(); ++i) mean += rule.weight[i] * y[i];
  double variance = kTiny;
  double slope_square = 0;
  std::array<double, 3> hermite{};
  for (std::size_t i = 0; i < x.size(); ++i) {
    variance += rule.weight[i] * (y[i] - mean) * (y[i] - mean);
    const std::array<double, 3> basis = Hermite(x[i]);
    for (std::size_t k = 0; k < basis.size(); ++k) hermite[k] += rule.weight[i] * y[i] * basis[k];
    if (i > 0) slope_square += rule.weight[i] * std::pow((y[i] - y[i - 1]) * kPerUnit, 2);
  }
  const double deviation = std::sqrt(variance);

  std::vector<double> features;
  for (std::size_t i = kEvery / 2; i < x.size(); i += kEvery) {
    features.push_back(Bounded((y[i] - mean) / deviation));
  }
  features.push_back(Bounded(mean));
  features.push_back(Bounded(std::log(deviation)));
  features.push_back(Bounded(slope_square / variance));
  features.push_back(Bounded(std::log(std::max(slope_square, kTiny))));
  for (const double h : hermite) features.push_back(Bounded(h * h / variance));
  const std::size_t last = x.size() - 1;
  features.push_back(Bounded((y[kPerUnit] - y[0]) / deviation));
  features.push_back(Bounded((y[last] - y[last - kPerUnit]) / deviation));
  return features;
}

}  // namespace actsearch::activations
