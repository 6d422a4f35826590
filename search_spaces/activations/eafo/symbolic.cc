#include "search_spaces/activations/eafo/symbolic.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "search_spaces/activations/eafo/builder.h"
#include "search_spaces/activations/eafo/log_derivative.h"
#include "search_spaces/base/exact_text.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/gaussian_rule.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::activations::eafo {
namespace {

using expr::Expr;
using expr::NodeIndex;
namespace rows = expr::rows;

constexpr double kNoCorrection = 1e-12;

// f'' / sign(f') max(|f'|, kLeastSlope); where f' is 0 the quotient is taken as on its left.
Expr GuardedQuotient(const Expr& slope) {
  Builder builder(slope.parameters);
  const NodeIndex s = builder.Import(slope);
  const NodeIndex above = builder.Make<rows::MaxRow>(s, builder.Constant(kLeastSlope));
  const NodeIndex below = builder.Make<rows::MinRow>(s, builder.Constant(-kLeastSlope));
  const NodeIndex kept = builder.Make<rows::SelectRow>(s, above, below);
  const NodeIndex curvature = builder.Import(expr::Derive(slope));
  return expr::Simplify(builder.Finish(builder.Make<rows::DivRow>(curvature, kept)));
}

Expr CorrectionWith(const Expr& quotient) {
  Builder builder(quotient.parameters);
  const NodeIndex x = builder.Input();
  const NodeIndex square = builder.Make<rows::SquareRow>(x);
  const NodeIndex bell =
      builder.Make<rows::ExpRow>(builder.Make<rows::MulRow>(builder.Constant(-0.5), square));
  const NodeIndex sum = builder.Make<rows::AddRow>(x, builder.Import(quotient));
  return expr::Simplify(builder.Finish(builder.Make<rows::MulRow>(sum, bell)));
}

// The largest |e| on the grid; kInvalid names the first point where e is not finite.
Result<double> Largest(const Expr& e, std::string_view name) {
  static const expr::GaussianRule rule(static_cast<int>(kReach), 16);
  const std::vector<double> values =
      expr::EvaluateMany(e, rule.x, expr::InitialParameters(e));
  double largest = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      return Fail(ErrorCode::kInvalid, std::string(name) + " is not finite at x = " +
                                           ExactText(rule.x[i]) +
                                           "; give a function with finite slopes on [-5, 5]");
    }
    largest = std::max(largest, std::fabs(values[i]));
  }
  return largest;
}

std::string FreeName(const std::vector<expr::Parameter>& taken) {
  std::string name = "eps";
  for (int i = 2; std::ranges::find(taken, name, &expr::Parameter::name) != taken.end(); ++i) {
    name = "eps" + std::to_string(i);
  }
  return name;
}

}  // namespace

Result<SymbolicCorrection> CorrectSymbolically(const Expr& f, const Expr& slope,
                                               const Pieces& pieces) {
  if (const Result<double> finite = Largest(f, "f"); !finite) {
    return std::unexpected(finite.error());
  }
  if (pieces.IsFlat()) {
    return Fail(ErrorCode::kInvalid,
                "f' is 0 wherever it exists on [-5, 5], so f(X) has no density to correct; give a "
                "function that rises or falls somewhere");
  }
  SymbolicCorrection result;
  result.guarded = !pieces.critical.empty();
  result.quotient = result.guarded ? GuardedQuotient(slope) : LogDerivative(slope);
  result.correction = CorrectionWith(result.quotient);
  const Result<double> largest = Largest(result.correction, "the correction");
  if (!largest) return std::unexpected(largest.error());
  result.fixed_point = *largest < kNoCorrection;
  return result;
}

Expr WithCorrection(const Expr& f, const Expr& correction, double eps, bool learnable) {
  Builder builder(f.parameters);
  const NodeIndex base = builder.Import(f);
  const NodeIndex added = builder.Import(correction);
  const NodeIndex scale =
      learnable ? builder.Add({.name = FreeName(f.parameters),
                               .shape = expr::Shape::kLayer,
                               .initial = eps})
                : builder.Constant(eps);
  return builder.Finish(
      builder.Make<rows::AddRow>(base, builder.Make<rows::MulRow>(scale, added)));
}

}  // namespace actsearch::activations::eafo
