#include "search_spaces/activations/eafo/numeric.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "search_spaces/activations/eafo/builder.h"
#include "search_spaces/activations/numbers.h"
#include "search_spaces/expr/evaluate.h"

namespace actsearch::activations::eafo {
namespace {

using expr::NodeIndex;
namespace rows = expr::rows;

using Column = std::array<double, kMostTerms>;

// Sums over the input of products of powers, and of powers with the correction.
struct Normal {
  std::array<Column, kMostTerms> matrix = {};
  Column right = {};
  double square = 0;  // of the correction
};

Normal NormalEquations(std::span<const double> correction, const PreActivations& input) {
  Normal n;
  for (std::size_t i = 0; i < correction.size(); ++i) {
    const double bell = input.BellAt(input.x[i]);
    Column basis;
    double power = bell;
    for (double& b : basis) {
      b = power;
      power *= input.x[i];
    }
    for (int a = 0; a < kMostTerms; ++a) {
      n.right[a] += input.weight[i] * basis[a] * correction[i];
      for (int b = 0; b < kMostTerms; ++b) n.matrix[a][b] += input.weight[i] * basis[a] * basis[b];
    }
    n.square += input.weight[i] * correction[i] * correction[i];
  }
  return n;
}

// The least squares solution with the powers in `chosen` (bits), by Cholesky's method.
Column Solve(const Normal& n, unsigned chosen) {
  std::array<int, kMostTerms> terms = {};
  int count = 0;
  for (int k = 0; k < kMostTerms; ++k) {
    if (chosen >> k & 1) terms[count++] = k;
  }
  std::array<Column, kMostTerms> lower = {};
  Column y = {};
  for (int i = 0; i < count; ++i) {
    for (int j = 0; j <= i; ++j) {
      double sum = n.matrix[terms[i]][terms[j]];
      for (int k = 0; k < j; ++k) sum -= lower[i][k] * lower[j][k];
      lower[i][j] = i == j ? std::sqrt(std::max(sum, 1e-300)) : sum / lower[j][j];
    }
    double sum = n.right[terms[i]];
    for (int k = 0; k < i; ++k) sum -= lower[i][k] * y[k];
    y[i] = sum / lower[i][i];
  }
  Column solution = {};
  for (int i = count - 1; i >= 0; --i) {
    double sum = y[i];
    for (int k = i + 1; k < count; ++k) sum -= lower[k][i] * solution[terms[k]];
    solution[terms[i]] = sum / lower[i][i];
  }
  return solution;
}

double Explained(const Normal& n, const Column& c) {
  double gain = 0;
  for (int k = 0; k < kMostTerms; ++k) gain += c[k] * n.right[k];
  return gain / n.square;
}

}  // namespace

std::vector<double> CorrectNumerically(const EntropySlope& score, const expr::Expr& slope,
                                       const PreActivations& input, Metric metric) {
  std::vector<double> correction = score.Score();
  for (double& value : correction) value /= -score.Deviation();
  if (metric == Metric::kWeighted) return correction;
  for (std::size_t i = 0; i < correction.size(); ++i) correction[i] *= input.BellAt(input.x[i]);
  if (metric == Metric::kFlat) return correction;
  const std::vector<double> slopes =
      expr::EvaluateMany(slope, input.x, expr::InitialParameters(slope));
  for (std::size_t i = 0; i < correction.size(); ++i) {
    correction[i] = std::isfinite(slopes[i]) ? correction[i] * slopes[i] : 0;
  }
  return correction;
}

BellFit FitBell(std::span<const double> correction, const PreActivations& input, int terms) {
  BellFit fit;
  const Normal n = NormalEquations(correction, input);
  if (!(n.square > 0)) return fit;
  Column best = {};
  for (unsigned chosen = 1; chosen < 1u << kMostTerms; ++chosen) {
    if (std::popcount(chosen) > terms) continue;
    const Column c = Solve(n, chosen);
    const double explained = Explained(n, c);
    if (explained > fit.explained) {
      fit.explained = explained;
      best = c;
    }
  }
  double largest = 0;
  for (const double c : best) {
    if (std::fabs(c) > std::fabs(largest)) largest = c;
  }
  if (largest == 0) return {};
  fit.scale = std::fabs(largest);
  for (int k = 0; k < kMostTerms; ++k) fit.coefficients[k] = RoundedNumber(best[k] / fit.scale);
  return fit;
}

expr::Expr FormulaOf(const BellFit& fit, const PreActivations& input,
                     std::vector<expr::Parameter> parameters) {
  Builder builder(std::move(parameters));
  const NodeIndex x = builder.Input();
  const NodeIndex powers[] = {x, x, builder.Make<rows::SquareRow>(x),
                              builder.Make<rows::CubeRow>(x)};
  std::optional<NodeIndex> sum;
  for (int k = 0; k < kMostTerms; ++k) {
    if (fit.coefficients[k] == 0) continue;
    NodeIndex term = builder.Constant(fit.coefficients[k]);
    if (k > 0) term = builder.Make<rows::MulRow>(term, powers[k]);
    sum = sum ? builder.Make<rows::AddRow>(*sum, term) : term;
  }
  if (!sum) return builder.Finish(builder.Constant(0));
  const NodeIndex apart =
      input.is_normal ? x
                      : builder.Make<rows::SubRow>(x, builder.Constant(RoundedNumber(input.mean)));
  const double rate = input.is_normal ? -0.5 : -0.5 / (input.deviation * input.deviation);
  const NodeIndex exponent = builder.Make<rows::MulRow>(
      builder.Constant(RoundedNumber(rate)), builder.Make<rows::SquareRow>(apart));
  return builder.Finish(
      builder.Make<rows::MulRow>(*sum, builder.Make<rows::ExpRow>(exponent)));
}

}  // namespace actsearch::activations::eafo
