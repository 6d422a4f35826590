#include "search_spaces/activations/eafo/derivation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "search_spaces/base/check.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/gaussian_rule.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::activations::eafo {
namespace {

using expr::Expr;

constexpr std::array<double, 13> kSteps = {-0.3,  -0.1,  -0.03, -0.01, -0.003, -0.001, 0,
                                           0.001, 0.003, 0.01,  0.03,  0.1,    0.3};
constexpr double kNear = 0.001;     // the steps between which slopes are measured
constexpr double kInitial = 0.01;   // of the learnable eps, as the paper has it

bool KeepsSense(const Expr& slope, const Expr& bend, double eps) {
  static const expr::GaussianRule grid(static_cast<int>(kReach), 64);
  const std::vector<double> parameters = expr::InitialParameters(slope);
  const std::vector<double> before = expr::EvaluateMany(slope, grid.x, parameters);
  const std::vector<double> change = expr::EvaluateMany(bend, grid.x, parameters);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if ((before[i] + eps * change[i]) * before[i] < 0) return false;
  }
  return true;
}

void MeasureSteps(const Expr& f, const PreActivations& input, Derivation& d) {
  const Expr bend = expr::Derive(d.correction);
  const bool has_pieces = input.is_normal && d.pieces.IsMonotone();
  for (const double eps : kSteps) {
    const Expr moved = WithCorrection(f, d.correction, eps, /*learnable=*/false);
    Step step{.eps = eps, .entropies = EntropiesOf(moved, input)};
    step.keeps_sense = KeepsSense(d.slope, bend, eps);
    if (has_pieces) step.piece_entropy = PieceEntropy(expr::Derive(moved), d.pieces);
    d.steps.push_back(step);
  }
  if (!has_pieces) return;
  d.piece_predicted = PieceEntropySlope(d.slope, bend, d.pieces);
  d.piece_measured =
      (*d.StepAt(kNear).piece_entropy - *d.StepAt(-kNear).piece_entropy) / (2 * kNear);
}

double NormalisedAt(const Derivation& d, double eps) {
  const auto& entropies = d.StepAt(eps).entropies;
  return entropies ? entropies->normalised : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

const Step& Derivation::StepAt(double at) const {
  const auto step = std::ranges::find(steps, at, &Step::eps);
  ACTSEARCH_CHECK(step != steps.end(), "not a step");
  return *step;
}

Result<Derivation> DeriveCorrection(const Expr& f, const PreActivations& input) {
  Derivation d;
  d.slope = expr::Derive(f);
  d.curvature = expr::Derive(d.slope);
  Result<Pieces> pieces = FindPieces(d.slope);
  if (!pieces) return std::unexpected(pieces.error());
  d.pieces = *std::move(pieces);
  Result<SymbolicCorrection> symbolic = CorrectSymbolically(f, d.slope, d.pieces);
  if (!symbolic) return std::unexpected(symbolic.error());
  const auto score = EntropySlope::Make(f, input);
  if (!score) {
    return Fail(ErrorCode::kInvalid,
                "f is constant or not finite at the pre-activations; give a function that varies "
                "there");
  }
  if (input.is_normal) d.symbolic = *std::move(symbolic);
  if (d.IsFixedPoint()) return d;
  if (!d.symbolic || d.symbolic->guarded) {
    d.fit = FitBell(CorrectNumerically(*score, d.slope, input, Metric::kInverse), input,
                    kMostTerms);
    d.correction = expr::Simplify(FormulaOf(*d.fit, input, f.parameters));
  } else {
    d.correction = d.symbolic->correction;
  }
  MeasureSteps(f, input, d);
  d.predicted = score->Along(
      expr::EvaluateMany(d.correction, input.x, expr::InitialParameters(d.correction)));
  d.measured = (NormalisedAt(d, kNear) - NormalisedAt(d, -kNear)) / (2 * kNear);
  d.eps = NormalisedAt(d, kInitial) < NormalisedAt(d, -kInitial) ? kInitial : -kInitial;
  d.result = expr::Simplify(WithCorrection(f, d.correction, d.eps));
  return d;
}

}  // namespace actsearch::activations::eafo
