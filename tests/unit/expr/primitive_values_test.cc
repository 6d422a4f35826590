// Values of primitives at 0, far from it and on jumps.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/primitives.h"
#include "tests/unit/expr/row_rules.h"

namespace actsearch::expr {
namespace {

// ---- extremes: what has a finite value, or a known infinite one, must not be NaN

double At(std::string_view name, double a) {
  return ApplyPrimitive<double>((*FindPrimitive(name))->id, &a);
}

TEST(Primitives, AreStableFarFromZero) {
  EXPECT_EQ(At("sigmoid", 1000), 1);
  EXPECT_EQ(At("sigmoid", -1000), 0);
  EXPECT_DOUBLE_EQ(At("sigmoid", -700), std::exp(-700.0));
  EXPECT_EQ(At("softplus", 1000), 1000);
  EXPECT_EQ(At("softplus", -1000), 0);
  EXPECT_DOUBLE_EQ(At("softplus", -40), std::exp(-40.0));
  EXPECT_EQ(At("tanh", 1000), 1);
  EXPECT_EQ(At("tanh", -1000), -1);
  EXPECT_EQ(At("normal_cdf", 40), 1);
  EXPECT_NEAR(At("normal_cdf", -10) / 7.619853024160526e-24, 1, 1e-12);
  EXPECT_NEAR(At("normal_cdf", -30) / 4.906713927148187e-198, 1, 1e-11);
  EXPECT_NEAR(At("erfc", 10) / 2.088487583762545e-45, 1, 1e-12);
  EXPECT_EQ(At("gaussian", 1e200), 0);
  EXPECT_NEAR(At("asinh", 1e300), 691.4686750787737, 1e-9);
  EXPECT_DOUBLE_EQ(At("asinh", -1e-300), -1e-300);
  EXPECT_DOUBLE_EQ(At("atan", 1e300), M_PI / 2);
  EXPECT_DOUBLE_EQ(At("log_abs", 0), std::log(1e-7));
  EXPECT_DOUBLE_EQ(At("expm1", 1e-20), 1e-20);
  EXPECT_DOUBLE_EQ(At("log1p", 1e-20), 1e-20);
}

double At(std::string_view name, double a, double b, double c = 0) {
  const double args[] = {a, b, c};
  return ApplyPrimitive<double>((*FindPrimitive(name))->id, args);
}

double SlopeAt(std::string_view name, double a) {
  return RuleAt(**FindPrimitive(name), 0, {a, 0, 0});
}

// Values from 25-digit arithmetic.
TEST(Primitives, BesselFunctionsAreExactToADozenDigitsAndMore) {
  const struct {
    double a, i0e, i1e;
  } rows[] = {{1e-3, 0.9990007495835155742613, 0.0004995003123542213473713642},
              {1, 0.4657596075936404365019, 0.2079104153497084488694},
              {8, 0.1434317818568503107109, 0.1341424932926981783069},
              {8.5, 0.1390018430548475968153, 0.1305493550945958550915},
              {30, 0.0731459464822372939289, 0.0719163305986475545471},
              {100, 0.0399443792990966826476, 0.0397441530251302526737}};
  for (const auto& row : rows) {
    EXPECT_NEAR(At("bessel_i0e", row.a) / row.i0e, 1, 1e-15) << row.a;
    EXPECT_NEAR(At("bessel_i1e", row.a) / row.i1e, 1, 1e-15) << row.a;
    EXPECT_EQ(At("bessel_i1e", -row.a), -At("bessel_i1e", row.a));
  }
  EXPECT_EQ(At("bessel_i0e", 0), 1);
  EXPECT_EQ(SlopeAt("bessel_i1e", 0), 0.5);
  EXPECT_NEAR(At("bessel_i0e", 1e300) / (0.3989422804014327 * 1e-150), 1, 1e-14);
}

TEST(Primitives, CompositesAreStableFarFromZero) {
  EXPECT_EQ(At("mish", 100), 100);
  EXPECT_NEAR(At("mish", -100) / (-100 * std::exp(-100.0)), 1, 1e-12);
  EXPECT_EQ(SlopeAt("gumbel_cdf", -100), 0);
  EXPECT_EQ(SlopeAt("gumbel_cdf", -1000), 0);
  EXPECT_EQ(SlopeAt("cloglog", 1000), 0);
  EXPECT_DOUBLE_EQ(At("cloglog", -50), std::exp(-50.0));
  EXPECT_DOUBLE_EQ(At("log_cosh", 1000), 1000 - std::log(2.0));
  EXPECT_DOUBLE_EQ(At("log_cosh", 1e-10), 5e-21);
  EXPECT_EQ(At("sech", 1000), 0);
  EXPECT_DOUBLE_EQ(At("isru", 1e200), 1);
  EXPECT_DOUBLE_EQ(At("isru", -1e-200), -1e-200);
  EXPECT_DOUBLE_EQ(At("hypot", 3e200, 4e200), 5e200);
  EXPECT_DOUBLE_EQ(At("hypot", 3e-200, 4e-200), 5e-200);
  EXPECT_EQ(At("hypot", 0, 0), 0);
  EXPECT_EQ(At("log_add_exp", 1000, 1000), 1000 + std::log(2.0));
  EXPECT_EQ(At("log_add_exp", -1e300, 5), 5);
  EXPECT_NEAR(At("log_sigmoid", -800), -800, 1e-12);
  EXPECT_NEAR(At("acosh", 1e300), 691.4686750787737, 1e-9);
  EXPECT_DOUBLE_EQ(At("acosh", 1 + 1e-12), std::acosh(1 + 1e-12));
  EXPECT_DOUBLE_EQ(At("atanh", 1e-20), 1e-20);
  EXPECT_DOUBLE_EQ(At("atanh", -1 + 1e-10), std::atanh(-1 + 1e-10));
  EXPECT_DOUBLE_EQ(At("asin", 1), M_PI / 2);
  EXPECT_DOUBLE_EQ(At("asin", -0.999), std::asin(-0.999));
  EXPECT_DOUBLE_EQ(At("acos", -1), M_PI);
  EXPECT_DOUBLE_EQ(At("acos", 1 - 1e-12), std::acos(1 - 1e-12));
}

// Beside the numbers that mpmath gives, rounded to double.
TEST(Primitives, CubeRootsKeepTheirDigits) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(At("cbrt", 27), 3);
  EXPECT_EQ(At("cbrt", -8), -2);
  EXPECT_DOUBLE_EQ(At("cbrt", 1e300), 1e100);
  EXPECT_DOUBLE_EQ(At("cbrt", 1e-300), 1e-100);
  EXPECT_DOUBLE_EQ(At("cbrt", 1.7976931348623157e308), 5.643803094122362e102);
  EXPECT_DOUBLE_EQ(At("cbrt", -5e-324), -1.7031839360032603e-108);
  EXPECT_DOUBLE_EQ(At("cbrt", 2), 1.2599210498948732);
  EXPECT_EQ(At("cbrt", 0), 0);
  EXPECT_EQ(At("cbrt", infinity), infinity);
  EXPECT_EQ(At("cbrt", -infinity), -infinity);
  EXPECT_TRUE(std::isnan(At("cbrt", std::nan(""))));
  const PrimitiveRow& row = **FindPrimitive("cbrt");
  EXPECT_DOUBLE_EQ(RuleAt(row, 0, {27, 0, 0}), 0.037037037037037035);
  EXPECT_DOUBLE_EQ(RuleAt(row, 0, {-8, 0, 0}), 0.083333333333333329);
  EXPECT_DOUBLE_EQ(RuleAt(row, 0, {1e300, 0, 0}), 3.3333333333333333e-201);
}

// A pole beside 0 is as bad as one at 0.
TEST(Primitives, TheProtectedDivisionHasNoPole) {
  EXPECT_DOUBLE_EQ(At("div_eps", 1, -1e-7), -5e6);
  EXPECT_DOUBLE_EQ(At("div_eps", 1, 0), 1e7);
  EXPECT_DOUBLE_EQ(At("div_eps", 1, 1e-7), 5e6);
  EXPECT_DOUBLE_EQ(At("div_eps", -3, -2), 3 / (2 + 1e-7));
  const PrimitiveRow& row = **FindPrimitive("div_eps");
  for (double b = -2e-7; b <= 2e-7; b += 1e-9) {
    EXPECT_LE(std::abs(At("div_eps", 1, b)), 1e7) << b;
    EXPECT_LE(std::abs(RuleAt(row, 1, {1, b, 0})), 1.0001e14) << b;
  }
  const Interval args[] = {Interval(1), Interval(-1, 1)};
  EXPECT_LE(row.range(args).hi, 1.0001e7);
  EXPECT_GE(row.range(args).lo, -1.0001e7);
}

TEST(Primitives, PowersOfZeroAreThoseOfPow) {
  EXPECT_EQ(At("pow_abs", 0, 0), 1);
  EXPECT_EQ(At("pow_abs", 0, 0.5), 0);
  EXPECT_EQ(At("pow_abs", 0, -1), std::numeric_limits<double>::infinity());
  EXPECT_NEAR(At("pow_abs", -3, 4), 81, 1e-12);
  EXPECT_TRUE(std::isnan(At("pow_abs", 2, std::nan(""))));
  const PrimitiveRow& row = **FindPrimitive("pow_abs");
  EXPECT_EQ(RuleAt(row, 0, {0, 2, 0}), 0);
  EXPECT_EQ(RuleAt(row, 1, {0, 2, 0}), 0);
}

TEST(Primitives, JumpsAreOnTheSideTheyPromise) {
  EXPECT_EQ(At("step", 0), 0);
  EXPECT_EQ(At("step_ge", 0), 1);
  EXPECT_EQ(At("step_ge", -1e-300), 0);
  EXPECT_EQ(At("greater", 2, 2), 0);
  EXPECT_EQ(At("greater", 2, 1.9), 1);
  EXPECT_EQ(At("clip", 5, 0, 3), 3);
  EXPECT_EQ(At("clip", -5, 0, 3), 0);
  EXPECT_EQ(At("clip", 1, 0, 3), 1);
}

TEST(Primitives, DrawsEvaluateToTheirMean) {
  EXPECT_EQ(At("uniform", 1, 4), 2.5);
  EXPECT_EQ(At("normal", 1, 4), 1);
  EXPECT_EQ(At("bernoulli", 0.25), 0.25);
  EXPECT_EQ(std::ranges::count(Primitives(), true, &PrimitiveRow::random), 3);
}

TEST(Primitives, SurrogateHasTheValueOfOneAndTheGradientOfTheOther) {
  const Expr slope = Derive(*Parse("surrogate(step(x), sigmoid(x))"));
  EXPECT_EQ(At("surrogate", 3, 7), 3);
  EXPECT_EQ(slope, Derive(*Parse("sigmoid(x)")));
}

TEST(Primitives, SincIsSmoothThroughZero) {
  EXPECT_EQ(At("sinc", 0), 1);
  for (const double a : {1e-8, 0.0199999, 0.0200001, 0.5}) {
    EXPECT_DOUBLE_EQ(At("sinc", a), std::sin(a) / a) << a;
  }
}

TEST(Primitives, BoundedOnesAreNeverNanOnNumbers) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  for (const char* name : {"sigmoid",  "tanh",  "softplus", "atan", "erf",  "erfc",   "normal_cdf",
                           "gaussian", "relu",  "min0",     "step", "sign", "abs",    "asinh",
                           "exp",      "expm1", "log_abs",  "sinh", "cosh", "square", "cube"}) {
    for (const double a : {-kInf, -1e308, -1000.0, -1e-308, 0.0, 1e-308, 1000.0, 1e308, kInf}) {
      EXPECT_FALSE(std::isnan(At(name, a))) << name << "(" << a << ")";
    }
  }
}

TEST(Primitives, NanGoesThroughMaxAndMin) {
  const double nan = std::nan("");
  EXPECT_TRUE(std::isnan(Max(nan, 1)));
  EXPECT_TRUE(std::isnan(Max(1, nan)));
  EXPECT_TRUE(std::isnan(Min(nan, 1)));
  EXPECT_TRUE(std::isnan(Min(1, nan)));
  EXPECT_TRUE(std::isnan(At("relu", nan)));
}

}  // namespace
}  // namespace actsearch::expr
