// Canonical may change how a value is computed, never where it exists nor, beyond rounding, what
// it is: on random formulas, at points from the smallest to the largest numbers.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"
#include "tests/support/random_expr.h"
#include "tests/support/wide.h"

namespace actsearch::expr {
namespace {

using testing::Wide;

std::vector<double> Points() {
  std::vector<double> points;
  for (const double size : {0.0, 5e-324, 1e-310, 1e-30, 1e-8, 0.3, 1.0, 2.7, 10.0, 50.0, 700.0, 1e5,
                            1e16, 1e154, 1e300}) {
    points.push_back(size);
    points.push_back(-size);
  }
  return points;
}

Wide ValueOf(const Expr& e, double x) {
  std::vector<Wide> parameters;
  for (const Parameter& p : e.parameters) parameters.emplace_back(p.initial);
  return EvaluateAs<Wide>(e, Wide(x), parameters);
}

bool IsClose(long double value, long double expected, long double relative, long double slack = 0) {
  return std::fabs(value - expected) <= relative * std::fabs(expected) + slack;
}

// False where small errors on the way make large ones of the result, or lead elsewhere.
bool IsConditioned(const Expr& e, double x, const Wide& exact) {
  bool is_conditioned = true;
  for (int trial = 0; trial < 8 && is_conditioned; ++trial) {
    testing::WideNoise noise{.rng = Rng(static_cast<std::uint64_t>(trial / 2))};
    if (trial % 2 != 0) noise.size = -noise.size;
    testing::wide_noise = &noise;
    const Wide noisy = ValueOf(e, x);
    const bool is_same = std::isfinite(exact.value)
                             ? IsClose(noisy.value, exact.value, 1e-7L)
                             : !std::isfinite(noisy.value);
    is_conditioned = is_same;
  }
  testing::wide_noise = nullptr;
  return is_conditioned;
}

// What is wrong with the value of `simple` at x, where e is read at `as`; empty where nothing is.
std::string FaultAs(const Expr& e, const Expr& simple, double x, double as) {
  const Wide expected = ValueOf(e, as);
  const Wide value = ValueOf(simple, x);
  if (expected.has_overflown || value.has_overflown) return "";
  if (expected.has_cancelled || !IsConditioned(e, as, expected)) return "";
  if (!std::isfinite(expected.value)) {
    // What a function makes of a pole is open, tanh(1 / x) at 0; but the pole must be there.
    const bool exists = std::isfinite(value.value) && !(expected.has_pole && value.has_pole);
    return exists ? "exists, and should not" : "";
  }
  const double written = Evaluate(e, as, InitialParameters(e));
  const double rounded = Evaluate(simple, x, InitialParameters(simple));
  const bool is_same = std::isfinite(written) ? IsClose(rounded, written, 1e-9L)
                                              : !std::isfinite(rounded);
  if (expected.has_pole || value.has_cancelled || is_same) return "";
  if (!std::isfinite(value.value)) return "does not exist, and should";
  if (!IsClose(value.value, expected.value, 1e-9L)) return "is another number";
  if (!expected.fits_double || !value.fits_double) return "";
  const bool is_worse = IsClose(written, expected.value, 1e-9L) &&
                        !IsClose(rounded, expected.value, 1e-6L, 1e-300L);
  return is_worse ? "rounds to another number" : "";
}

// On which side of 0 a zero stands is open.
std::string Fault(const Expr& e, const Expr& simple, double x) {
  const std::string fault = FaultAs(e, simple, x, x);
  return fault.empty() || x != 0 ? fault : FaultAs(e, simple, x, -x);
}

int CountFaults(const Expr& e, const Expr& simple) {
  int faults = 0;
  for (const double x : Points()) {
    const std::string fault = Fault(e, simple, x);
    if (fault.empty()) continue;
    ++faults;
    ADD_FAILURE() << Print(e) << "\nbecomes\n"
                  << Print(simple) << "\nwhich at " << x << " " << fault << ": "
                  << static_cast<double>(ValueOf(simple, x).value) << " for "
                  << static_cast<double>(ValueOf(e, x).value);
  }
  return faults;
}

TEST(ExistenceProperty, CanonicalKeepsWhereFormulasExistAndWhatTheyAre) {
  Rng rng(51);
  int faults = 0;
  for (int i = 0; i < 20'000 && faults < 10; ++i) {
    const int primitives = 1 + static_cast<int>(rng.Below(8));
    const Expr e = testing::RandomExpr(rng, {.primitives = primitives, .max_parameters = 2});
    faults += CountFaults(e, Canonical(e));
  }
}

// What the rules of Simplify look for, over parts that are undefined or have poles somewhere.
constexpr const char* kMet[] = {
    "a - a", "a + b - a", "0 * a", "0 * a * b", "a * (1 / a)", "a / b * b", "a / (b / a)",
    "a / (a / b)", "square(a / b)", "a * a / b", "3 * a - 2 * a", "(a - b) * 0 + b",
    "exp(log(a))", "exp(log1p(a))", "expm1(log1p(a))", "expm1(log(a))", "log(exp(a))",
    "log1p(expm1(a))", "log1p(a - 1)", "log(a + 1)", "log1p(exp(a))", "log(exp(a) + 1)",
    "square(sqrt(a))", "sqrt(square(a))", "sqrt(a) * sqrt(a) * b", "b / square(sqrt(a))",
    "gaussian(sqrt(a))", "gaussian(exp(a))", "tan(atan(a))", "asinh(sinh(a))", "sinh(asinh(a))",
    "exp(a) * exp(b)", "exp(a) * exp(-a)", "exp(a) / exp(b)", "exp(a) / exp(a)",
    "exp(a) * sigmoid(-a)", "b / (1 + exp(a))", "b / (2 + 2 * exp(-a))",
    "relu(a) * min0(a)", "relu(a) * step(a)", "min0(a) * step(a)", "a * step(a)", "b * step(a)",
    "a * relu(a)", "a * min0(a)", "abs(a) * relu(a)", "abs(a) * min0(a)", "a * sign(a)",
    "abs(a) * sign(a)", "cube(sign(a)) * b", "square(step(a)) * b", "square(abs(a))",
    "relu(a) + min0(a)", "relu(a) - relu(-a)", "a - relu(a)", "a + abs(a)", "abs(a) - relu(a)",
    "relu(a) - abs(a) + min0(a)", "tanh(relu(a)) + tanh(min0(a))", "expm1(a) - expm1(relu(a))",
    "max(a, -a)", "min(a, -a)", "max(a, 2)", "min(a, -1)", "max(tanh(a), 2)", "max(sin(a), abs(a))",
    "max(a, relu(a))", "min(a, exp(a))", "max(log_abs(a), abs(a))", "min(sinh(a), cosh(a))",
    "max(max(a, b), relu(b))", "max(tanh(a), exp(b) + 2)", "relu(a * exp(b))", "relu(a * tanh(b))",
    "relu(square(a) * b)", "min0(square(a) * b)", "abs(a * b)", "abs(a / b)", "abs(tanh(a) * -b)",
    "relu(sinh(a))", "relu(1 / a)", "abs(cube(a))", "step(sqrt(a))", "step(log1p(a))",
    "sign(cube(a) * 3)", "step(-2 * a)", "sign(relu(a))", "step(tanh(a))",
    "select(a, a, 0)", "select(sqrt(a), sqrt(a), 0)", "select(a, sqrt(a), 0)", "select(a, 0, a)",
    "select(a, a, -a)", "select(a, -a, a)", "select(a, 1, 0)", "select(a, b, b)",
    "select(2 * a, b, 0)", "select(sqrt(a), b, 1)", "select(-1, a, b)", "select(a, tanh(a), 0)",
    "sigmoid(a) + sigmoid(-a)", "sigmoid(a) - sigmoid(-a)", "1 - sigmoid(a)", "2 * sigmoid(a) - 1",
    "1 - tanh(a)", "1 + erf(a)", "normal_cdf(a) + normal_cdf(-a)", "softplus(a) - a",
    "softplus(a) - softplus(-a)", "square(cosh(a)) - square(sinh(a))",
    "square(sin(a)) + square(cos(a))", "cosh(a) + sinh(a)", "cosh(a) - sinh(a)", "exp(a) - cosh(a)",
    "exp(a) - sinh(a)", "exp(a) - 1", "tanh(a) * cosh(a)", "a * sinc(a)",
    "lerp(a, b, 0)", "lerp(a, b, 1)", "lerp(a, a, b)", "lerp(a, 0, b)", "lerp(0, a, b)",
    "gaussian_kernel(a, a, b)", "gaussian_kernel(a, b, 0)", "laplace_kernel(a, b, 0)",
    "gaussian_kernel(0, a, 1)", "gaussian_kernel(a, a + b, 2)", "div_eps(0, a)", "div_eps(a, -2)",
    "div_eps(b, a)", "gate(a, b)", "gate(1, a)", "erfc(-0.7071067811865476 * a)",
    "p * a - p * b", "p * a + a", "a + p - b", "q * p * a", "p * (a + b) - p * a", "exp(p) * a",
};
constexpr const char* kParts[] = {
    "x", "-x", "x - 1", "2 - x", "3 * x", "square(x)", "cube(x)", "abs(x)", "relu(x)", "min0(x)",
    "tanh(x)", "sin(x)", "exp(x)", "exp(-x)", "log(x)", "log(abs(x))", "log1p(x)", "sqrt(x)",
    "1 / x", "-1 / x", "1 / square(x)", "1 / relu(x)", "1 / min0(x)", "x / abs(x)", "acosh(x)",
    "asin(x)", "atanh(x)", "step(x)", "sign(x)", "1 + square(x)", "1 / (1 + exp(x))", "1e10 * x",
    "x / 1024", "rsqrt(x)", "pow_abs(x, -1)", "tan(x)", "cosh(x)", "p", "0", "-2", "sinh(x)",
};
constexpr const char* kAround[] = {
    "m", "m", "m", "1 / m", "tanh(m)", "atan(m)", "exp(m)", "relu(m)", "step(m)", "m + x", "m * x",
    "square(m)", "abs(m)", "max(m, 1)", "select(m, x, 1)", "log(m)", "sqrt(m)", "m - tanh(x)",
    "m / (1 + square(x))",
};

TEST(ExistenceProperty, RulesKeepWhereTheirPartsExist) {
  Rng rng(52);
  int faults = 0;
  for (int i = 0; i < 40'000 && faults < 10; ++i) {
    const auto pick = [&rng](const auto& list) {
      return std::string(list[rng.Below(std::size(list))]);
    };
    const std::string text = pick(kAround) + " where p: layer = 0.75, q: layer = -2, a := " +
                             pick(kParts) + ", b := " + pick(kParts) + ", m := " + pick(kMet);
    const auto e = Parse(text);
    ASSERT_TRUE(e) << text << ": " << e.error().message;
    faults += CountFaults(*e, Canonical(*e));
  }
}

}  // namespace
}  // namespace actsearch::expr
