// Symbolic derivative = dual numbers = differences, on random expressions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/print.h"
#include "tests/support/dual.h"
#include "tests/support/random_expr.h"
#include "tests/support/trace.h"

namespace actsearch::expr {
namespace {

using testing::Dual;

Expr Random(Rng& rng) {
  return testing::RandomExpr(
      rng, {.primitives = 1 + static_cast<int>(rng.Below(8)), .max_parameters = 2});
}

// Not the initial ones: those are round numbers and sit on kinks.
std::vector<double> RandomParameters(const Expr& e, Rng& rng) {
  std::vector<double> params = InitialParameters(e);
  for (double& p : params) p += rng.Uniform(-0.5, 0.5);
  return params;
}

// False where the slope of a branch not taken is infinite: sqrt at 0.
bool IsFinite(const Expr& slope, double x, const std::vector<double>& params) {
  return std::ranges::all_of(testing::Trace(slope, x, params),
                             [](double v) { return std::isfinite(v); });
}

// By the input for k < 0, else by parameter k.
double DualSlope(const Expr& e, double x, const std::vector<double>& params, int k) {
  std::vector<Dual> duals;
  for (std::size_t i = 0; i < params.size(); ++i) {
    duals.emplace_back(params[i], static_cast<int>(i) == k ? 1 : 0);
  }
  return EvaluateAs<Dual>(e, Dual(x, k < 0 ? 1 : 0), duals).slope;
}

TEST(DeriveProperty, AgreesWithDualNumbers) {
  Rng rng(21);
  int compared = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Expr e = Random(rng);
    const auto params = RandomParameters(e, rng);
    const int k = static_cast<int>(rng.Below(params.size() + 1)) - 1;
    const Expr slope = k < 0 ? Derive(e) : DeriveParameter(e, k);
    EXPECT_EQ(slope.parameters, e.parameters);
    for (int point = 0; point < 4; ++point) {
      const double x = rng.Uniform(-3, 3);
      const double expected = DualSlope(e, x, params, k);
      if (!testing::IsTame(e, x, params) || !(std::abs(expected) < 1e6)) continue;
      if (!IsFinite(slope, x, params)) continue;
      ++compared;
      ASSERT_NEAR(Evaluate(slope, x, params), expected, 1e-7 * (1 + std::abs(expected)))
          << Print(e) << "\nby " << k << " at " << x << "\n"
          << Print(slope);
    }
  }
  EXPECT_GT(compared, 10'000);
}

TEST(DeriveProperty, AgreesWithDifferencesAwayFromKinks) {
  Rng rng(22);
  int compared = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Expr e = Random(rng);
    const Expr slope = Derive(e);
    const auto params = RandomParameters(e, rng);
    const double x = rng.Uniform(-3, 3);
    if (!testing::IsTame(e, x, params, 100)) continue;
    const auto difference = [&](double h) {
      return (Evaluate(e, x + h, params) - Evaluate(e, x - h, params)) / (2 * h);
    };
    // Where the function is smooth at this scale, the two differences agree.
    const double coarse = difference(1e-4);
    const double fine = difference(2.5e-5);
    if (!(std::abs(coarse - fine) < 1e-6 * (1 + std::abs(fine)))) continue;
    if (!IsFinite(slope, x, params)) continue;
    ++compared;
    ASSERT_NEAR(Evaluate(slope, x, params), fine, 1e-5 * (1 + std::abs(fine)))
        << Print(e) << "\nat " << x << "\n"
        << Print(slope);
  }
  EXPECT_GT(compared, 3'000);
}

}  // namespace
}  // namespace actsearch::expr
