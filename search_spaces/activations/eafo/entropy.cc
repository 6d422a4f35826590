#include "search_spaces/activations/eafo/entropy.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

#include "search_spaces/activations/eafo/smoothed_density.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/gaussian_rule.h"

namespace actsearch::activations::eafo {
namespace {

constexpr double kTiny = 1e-9;  // deviations, beside the values' size, that count as 0

const expr::GaussianRule& FineRule() {
  static const expr::GaussianRule rule(8, 512);
  return rule;
}

// The expectation of g(i, x) over the points x_i of FineRule in pieces that are not flat. The
// first and last piece go on beyond what was searched.
template <class Function>
double OverPieces(const Pieces& where, Function g) {
  const expr::GaussianRule& rule = FineRule();
  double sum = 0;
  std::size_t piece = 0;
  for (std::size_t i = 0; i < rule.x.size(); ++i) {
    while (piece + 1 < where.pieces.size() && rule.x[i] > where.pieces[piece].high) ++piece;
    if (where.pieces[piece].sense != 0) sum += rule.weight[i] * g(i, rule.x[i]);
  }
  return sum;
}

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

double PieceEntropy(const expr::Expr& slope, const Pieces& where) {
  const std::vector<double> y =
      expr::EvaluateMany(slope, FineRule().x, expr::InitialParameters(slope));
  return OverPieces(where, [&](std::size_t i, double x) {
    const double log_density = -0.5 * x * x - 0.5 * std::log(2 * std::numbers::pi);
    return y[i] == 0 ? 0 : std::log(std::fabs(y[i])) - log_density;
  });
}

double PieceEntropySlope(const expr::Expr& slope, const expr::Expr& bend, const Pieces& where) {
  const std::vector<double> parameters = expr::InitialParameters(slope);
  const std::vector<double> y = expr::EvaluateMany(slope, FineRule().x, parameters);
  const std::vector<double> change = expr::EvaluateMany(bend, FineRule().x, parameters);
  return OverPieces(where, [&](std::size_t i, double) { return y[i] == 0 ? 0 : change[i] / y[i]; });
}

}  // namespace actsearch::activations::eafo
