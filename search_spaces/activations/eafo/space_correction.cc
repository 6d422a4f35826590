#include "search_spaces/activations/eafo/space_correction.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

#include "search_spaces/activations/eafo/entropy.h"
#include "search_spaces/activations/eafo/numeric.h"
#include "search_spaces/activations/eafo/pieces.h"
#include "search_spaces/activations/eafo/symbolic.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"

namespace actsearch::activations::eafo {
namespace {

// Coarser than what people are shown, for speed.
PreActivations QuickInput() { return PreActivations::StandardNormal(16, 5); }
constexpr double kQuickWidth = 0.1;
constexpr int kTerms = 3;  // of a fitted correction, at most

constexpr double kAgainst = 0.25;  // chance of the sign that raises the entropy
constexpr std::array<double, 4> kSizes = {0.01, 0.03, 0.1, 0.3};
constexpr double kSmall = 1e-6;    // changes of standardised outputs that count as none

// 1 where the correction is to be added, -1 where it is to be taken away.
double DrawSign(const EntropySlope& score, std::span<const double> correction, Rng& rng) {
  const double lowering = score.Along(correction) > 0 ? -1 : 1;
  return rng.Chance(kAgainst) ? -lowering : lowering;
}

double Dot(std::span<const double> weight, std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < weight.size(); ++i) sum += weight[i] * a[i] * b[i];
  return sum;
}

// To mean 0 and variance 1; false when that cannot be.
bool Standardise(std::vector<double>& y, std::span<const double> weight) {
  const auto [mean, deviation] = MomentsOf(y, weight);
  if (!std::isfinite(deviation) || !(deviation > kSmall * std::fabs(mean))) return false;
  for (double& v : y) v = (v - mean) / deviation;
  return true;
}

}  // namespace

std::optional<expr::Expr> CorrectedFormula(const expr::Expr& f, Rng& rng, const Admit& admit) {
  const PreActivations input = QuickInput();
  const auto score = EntropySlope::Make(f, input, kQuickWidth);
  if (!score) return std::nullopt;
  const expr::Expr slope = expr::Derive(f);
  const auto pieces = FindPieces(slope);
  if (!pieces || pieces->IsFlat()) return std::nullopt;
  const std::vector<double> measured =
      CorrectNumerically(*score, slope, input, Metric::kInverse);
  const double eps = rng.Pick(kSizes) * DrawSign(*score, measured, rng);
  const auto child = [&](const expr::Expr& correction) {
    auto e = admit(WithCorrection(f, correction, eps));
    return e ? e : admit(WithCorrection(f, correction, eps, /*learnable=*/false));
  };
  if (pieces->critical.empty()) {
    const auto symbolic = CorrectSymbolically(f, slope, *pieces);
    if (!symbolic || symbolic->fixed_point) return std::nullopt;
    if (auto e = child(symbolic->correction)) return e;
  }
  for (int terms = kTerms; terms > 0; --terms) {
    const BellFit fit = FitBell(measured, input, terms);
    if (fit.explained <= 0) return std::nullopt;
    if (auto e = child(FormulaOf(fit, input, f.parameters))) return e;
  }
  return std::nullopt;
}

std::optional<CorrectionJudge> CorrectionJudge::Make(const expr::Expr& f, Rng& rng) {
  CorrectionJudge judge;
  judge.input_ = QuickInput();
  const std::vector<double>& weight = judge.input_.weight;
  const auto score = EntropySlope::Make(f, judge.input_, kQuickWidth);
  if (!score) return std::nullopt;
  judge.standard_ = expr::EvaluateMany(f, judge.input_.x, expr::InitialParameters(f));
  if (!Standardise(judge.standard_, weight)) return std::nullopt;
  std::vector<double> d =
      CorrectNumerically(*score, expr::Derive(f), judge.input_, Metric::kInverse);
  const double sign = DrawSign(*score, d, rng);
  const double mean = MomentsOf(d, weight).mean;
  for (double& v : d) v -= mean;
  const double along = Dot(weight, d, judge.standard_);
  for (std::size_t i = 0; i < d.size(); ++i) d[i] -= along * judge.standard_[i];
  const double length = std::sqrt(Dot(weight, d, d));
  if (!(length > kSmall * score->Deviation())) return std::nullopt;
  for (double& v : d) v *= sign / length;
  judge.direction_ = std::move(d);
  return judge;
}

std::optional<double> CorrectionJudge::Agreement(const expr::Expr& other) const {
  const std::vector<double>& weight = input_.weight;
  std::vector<double> y = expr::EvaluateMany(other, input_.x, expr::InitialParameters(other));
  if (!Standardise(y, weight)) return std::nullopt;
  const double alike = Dot(weight, y, standard_);
  const double apart = std::sqrt(std::fmax(2 - 2 * std::fabs(alike), 0.0));
  if (!(apart > kSmall)) return std::nullopt;
  return std::copysign(1.0, alike) * Dot(weight, y, direction_) / apart;
}

}  // namespace actsearch::activations::eafo
