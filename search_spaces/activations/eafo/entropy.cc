#include "search_spaces/activations/eafo/entropy.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <utility>

#include "search_spaces/activations/eafo/pieces.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/gaussian_rule.h"

namespace actsearch::activations::eafo {
namespace {

constexpr double kTiny = 1e-9;  // deviations, beside the values' size, that count as 0
constexpr double kSteps[] = {-0.3,  -0.1, -0.03, -0.01, -0.003, -0.001,
                             0.001, 0.003, 0.01, 0.03,  0.1,    0.3};

struct Standardised {
  std::vector<double> values;
  double deviation = 1;
};

std::optional<Standardised> Standardise(std::vector<double> y, const PreActivations& input) {
  const auto [mean, deviation] = MomentsOf(y, input.weight);
  if (!std::isfinite(deviation) || deviation <= kTiny * std::fabs(mean)) return std::nullopt;
  if (!(deviation > 0)) return std::nullopt;
  for (double& v : y) v = (v - mean) / deviation;
  return Standardised{std::move(y), deviation};
}

std::optional<Entropies> EntropiesOfValues(std::vector<double> y, const PreActivations& input,
                                           double width) {
  const auto standard = Standardise(std::move(y), input);
  if (!standard) return std::nullopt;
  Entropies h;
  h.normalised = SmoothedDensity(standard->values, input.weight, width).Entropy();
  h.plain = h.normalised + std::log(standard->deviation);
  const double normal =
      0.5 * std::log(2 * std::numbers::pi * std::numbers::e * (1 + width * width));
  h.negentropy = normal - h.normalised;
  return h;
}

}  // namespace

std::optional<Entropies> EntropiesOf(const expr::Expr& f, const PreActivations& input,
                                     double width) {
  return EntropiesOfValues(expr::EvaluateMany(f, input.x, expr::InitialParameters(f)), input,
                           width);
}

std::optional<EntropySlope> EntropySlope::Make(const expr::Expr& f, const PreActivations& input,
                                               double width) {
  auto standard =
      Standardise(expr::EvaluateMany(f, input.x, expr::InitialParameters(f)), input);
  if (!standard) return std::nullopt;
  EntropySlope slope;
  slope.weight_ = input.weight;
  slope.standard_ = std::move(standard->values);
  slope.deviation_ = standard->deviation;
  const SmoothedDensity density(slope.standard_, slope.weight_, width);
  slope.score_.reserve(slope.standard_.size());
  for (const double v : slope.standard_) slope.score_.push_back(density.ScoreAt(v));
  return slope;
}

double EntropySlope::Along(std::span<const double> change) const {
  const double mean = MomentsOf(change, weight_).mean;
  double covariance = 0;
  for (std::size_t i = 0; i < weight_.size(); ++i) {
    covariance += weight_[i] * standard_[i] * (change[i] - mean);
  }
  double sum = 0;
  for (std::size_t i = 0; i < weight_.size(); ++i) {
    const double moved = (change[i] - mean - standard_[i] * covariance) / deviation_;
    sum -= weight_[i] * score_[i] * moved;
  }
  return sum;
}

double PieceEntropy(const expr::Expr& slope) {
  static const expr::GaussianRule rule(8, 512);
  const std::vector<double> y = expr::EvaluateMany(slope, rule.x, expr::InitialParameters(slope));
  double sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (y[i] == 0) continue;
    const double log_density = -0.5 * rule.x[i] * rule.x[i] - 0.5 * std::log(2 * std::numbers::pi);
    sum += rule.weight[i] * (std::log(std::fabs(y[i])) - log_density);
  }
  return sum;
}

std::vector<Step> LineSearch(const expr::Expr& f, const expr::Expr& correction,
                             const PreActivations& input) {
  const std::vector<double> parameters = expr::InitialParameters(f);
  const std::vector<double> base = expr::EvaluateMany(f, input.x, parameters);
  const std::vector<double> change = expr::EvaluateMany(correction, input.x, parameters);
  static const expr::GaussianRule grid(static_cast<int>(kReach), 64);
  const std::vector<double> slope = expr::EvaluateMany(expr::Derive(f), grid.x, parameters);
  const std::vector<double> bend = expr::EvaluateMany(expr::Derive(correction), grid.x, parameters);
  std::vector<Step> steps;
  for (const double eps : kSteps) {
    std::vector<double> y = base;
    for (std::size_t i = 0; i < y.size(); ++i) y[i] += eps * change[i];
    const auto h = EntropiesOfValues(std::move(y), input, kWidth);
    Step step{.eps = eps, .normalised = h ? h->normalised : std::numeric_limits<double>::quiet_NaN()};
    for (std::size_t i = 0; i < slope.size(); ++i) {
      step.keeps_sense &= (slope[i] + eps * bend[i]) * slope[i] >= 0;
    }
    steps.push_back(step);
  }
  return steps;
}

}  // namespace actsearch::activations::eafo
