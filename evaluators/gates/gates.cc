#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "evaluators/gates/gate.h"
#include "evaluators/kernels/cpu/evaluate.h"
#include "search_spaces/base/number_text.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::gates {
namespace {

using Finding = std::optional<std::string>;

constexpr double kLargestValue = 1e4;  // |f| on [-5, 5]
constexpr double kSmallestVariance = 1e-4;
constexpr double kLinearRho = 1.001;
constexpr double kFlatRho = 0.01;
// Bumps like e^-|x| (5.4) and max(0, 1 - |x|) (5.8) still train, sin(3 x) (9) does not.
constexpr double kOscillatingRho = 6;
constexpr double kLargestError = 0.02;  // of float against double, in standard deviations

// [low, high] in steps of 1/16, all of them floats.
std::vector<double> Grid(double low, double high) {
  std::vector<double> points;
  for (double x = low; x <= high; x += 0.0625) points.push_back(x);
  return points;
}

Finding IgnoresInput(Probe& probe) {
  const expr::Expr simple = expr::Simplify(probe.function());
  const bool reads_x = std::ranges::any_of(
      simple.nodes, [](const expr::Node& node) { return node.kind == expr::Kind::kInput; });
  if (reads_x) return std::nullopt;
  return "x has no influence on the output";
}

// The first point where e is not a float's number.
Finding NotFinite(const expr::Expr& e, std::span<const double> points, Probe& probe,
                  const std::string& what) {
  const std::vector<double> values = expr::EvaluateMany(e, points, probe.parameters());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::fabs(values[i]) <= std::numeric_limits<float>::max()) continue;
    return what + " is " + NumberText(values[i]) + " at x = " + NumberText(points[i]) +
           ", not a finite float";
  }
  return std::nullopt;
}

std::vector<double> FinitePoints() {
  std::vector<double> points = Grid(-8, 8);
  points.insert(points.end(), {-50, -20, 20, 50});
  return points;
}

Finding NonFinite(Probe& probe) {
  return NotFinite(probe.function(), FinitePoints(), probe, "the value");
}

// Not asked at 0 itself, where kinks like sqrt(abs(x)) may be steep: training meets
// exact zeros only where it does not matter.
Finding NonFiniteSlope(Probe& probe) {
  std::vector<double> points = FinitePoints();
  std::ranges::replace(points, 0.0, 1e-3);
  return NotFinite(probe.slope(), points, probe, "the slope");
}

Finding Range(Probe& probe) {
  static const std::vector<double> points = Grid(-5, 5);
  const std::vector<double> values =
      expr::EvaluateMany(probe.function(), points, probe.parameters());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::fabs(values[i]) <= kLargestValue) continue;
    return "|value| is " + NumberText(std::fabs(values[i])) + " at x = " + NumberText(points[i]) +
           ", above " + NumberText(kLargestValue);
  }
  return std::nullopt;
}

Finding Constant(Probe& probe) {
  const double variance = probe.moments().variance;
  if (variance >= kSmallestVariance || std::isnan(variance)) return std::nullopt;
  return "variance over a standard normal x is " + NumberText(variance) + ", below " +
         NumberText(kSmallestVariance);
}

Finding Flat(Probe& probe) {
  const double rho = probe.moments().rho;
  if (rho >= kFlatRho || std::isnan(rho)) return std::nullopt;
  return "mean squared slope over variance is " + NumberText(rho) + ", below " +
         NumberText(kFlatRho) + ": gradients vanish";
}

// Functions that jump may have any rho below 1; only a rho of 1 means a line. A function
// with parameters may be a line at their initial values only, as PReLU at 1 is.
Finding Linear(Probe& probe) {
  const auto is_line = [](double rho) { return std::fabs(rho - 1) < kLinearRho - 1; };
  if (!is_line(probe.moments().rho) || !is_line(probe.shifted_moments().rho)) return std::nullopt;
  return "mean squared slope over variance is " + NumberText(probe.moments().rho) +
         ", within 0.001 of a straight line's 1";
}

// Moments that do not exist (a pole between the grid's points) end here too.
Finding Oscillating(Probe& probe) {
  const double rho = probe.moments().rho;
  if (rho <= kOscillatingRho) return std::nullopt;
  return "mean squared slope over variance is " + NumberText(rho) + ", above " +
         NumberText(kOscillatingRho);
}

// Training computes in float: a function whose digits cancel trains on noise. Mean
// absolute error of the tile loops over [-4, 4].
Finding Imprecise(Probe& probe) {
  static const std::vector<double> points = Grid(-4, 4);
  const std::vector<double> exact =
      expr::EvaluateMany(probe.function(), points, probe.parameters());
  const std::vector<float> x(points.begin(), points.end());
  std::vector<float> y(x.size());
  const std::vector<float> numbers(probe.parameters().begin(), probe.parameters().end());
  kernels::cpu::EvaluateInFloat(probe.function(), x, numbers, y);
  double error = 0;
  for (std::size_t i = 0; i < y.size(); ++i) error += std::fabs(y[i] - exact[i]);
  error /= static_cast<double>(y.size()) * std::sqrt(probe.moments().variance);
  if (error <= kLargestError) return std::nullopt;
  return "float differs from double by " + NumberText(error) +
         " standard deviations on average, above " + NumberText(kLargestError);
}

}  // namespace

Probe::Probe(const expr::Expr& f) : f_(f), parameters_(expr::InitialParameters(f)) {}

const expr::Expr& Probe::slope() {
  if (!slope_) slope_ = expr::Derive(f_);
  return *slope_;
}

const expr::Moments& Probe::moments() {
  if (!moments_) moments_ = expr::MomentsOf(f_, slope(), parameters_);
  return *moments_;
}

const expr::Moments& Probe::shifted_moments() {
  if (parameters_.empty()) return moments();
  if (!shifted_moments_) {
    std::vector<double> shifted = parameters_;
    for (double& p : shifted) p = 0.7 * p + 0.1;
    shifted_moments_ = expr::MomentsOf(f_, slope(), shifted);
  }
  return *shifted_moments_;
}

const Registry<Gate>& Gates() {
  static const Registry<Gate> gates(
      "gate",
      {
          {"ignores_input", "probe", 3, "The output does not depend on x.", IgnoresInput},
          {"non_finite", "probe", 5,
           "The value overflows float, or is undefined, on [-8, 8] or at +-20, +-50.", NonFinite},
          {"range", "probe", 5, "|f| is above 1e4 somewhere on [-5, 5].", Range},
          {"non_finite_slope", "probe", 15,
           "The derivative overflows float, or is undefined, at the same points but 0.",
           NonFiniteSlope},
          {"constant", "probe", 30, "The variance over a standard normal x is below 1e-4.",
           Constant},
          {"flat", "probe", 30, "E f'^2 / Var f is below 0.01: a step without gradient.", Flat},
          {"linear", "probe", 30,
           "E f'^2 / Var f is within 0.001 of 1, which only straight lines have.", Linear},
          {"oscillating", "probe", 30, "E f'^2 / Var f is above 6: too wild to train.",
           Oscillating},
          {"imprecise", "probe", 60,
           "float differs from double by more than 2 % of the standard deviation.", Imprecise},
      });
  return gates;
}

std::optional<Rejection> CheckGates(const expr::Expr& f) {
  Probe probe(f);
  for (const Gate& gate : Gates().Rows()) {
    if (Finding finding = gate.check(probe)) {
      return Rejection{std::string(gate.stage), std::string(gate.name), *std::move(finding)};
    }
  }
  return std::nullopt;
}

}  // namespace actsearch::gates
