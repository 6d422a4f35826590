#include "search_spaces/expr/interval.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include "search_spaces/base/hash.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "tests/support/random_expr.h"

namespace actsearch::expr {

void PrintTo(const Interval& a, std::ostream* out) {
  *out << "[" << a.lo << ", " << a.hi << (a.maybe_nan ? "] or NaN" : "]");
}

namespace {

constexpr double kInf = Interval::kInfinity;

Interval RangeOfText(const std::string& text, const Interval& x) {
  const Expr e = *Parse(text);
  std::vector<Interval> params;
  for (const Parameter& p : e.parameters) params.emplace_back(p.initial);
  return RangeOf(e, x, params);
}

// ---- the number type

TEST(Interval, ArithmeticIsExactWhereNumbersAre) {
  EXPECT_EQ(Interval(1, 2) + Interval(3, 5), Interval(4, 7));
  EXPECT_EQ(Interval(1, 2) - Interval(3, 5), Interval(-4, -1));
  EXPECT_EQ(Interval(-1, 2) * Interval(3, 5), Interval(-5, 10));
  EXPECT_EQ(Interval(1, 2) / Interval(4, 8), Interval(0.125, 0.5));
  EXPECT_EQ(-Interval(1, 2), Interval(-2, -1));
  EXPECT_EQ(Square(Interval(-3, 2)), Interval(0, 9));
}

TEST(Interval, RoundsOutward) {
  const Interval third = Interval(1) / Interval(3);
  EXPECT_LT(third.lo, third.hi);
  EXPECT_LE(std::fma(third.lo, 3, -1.0), 0);
  EXPECT_GE(std::fma(third.hi, 3, -1.0), 0);
  const Interval sum = Interval(0.1) + Interval(0.2);
  EXPECT_LT(sum.lo, sum.hi);
  EXPECT_LE(sum.hi - sum.lo, 1e-16);
  EXPECT_EQ((Interval(1e308) + Interval(1e308)).hi, kInf);
  EXPECT_LT((Interval(1e308) + Interval(1e308)).lo, kInf);
  EXPECT_GT((Interval(1e-300) * Interval(1e-300)).hi, 0);
  EXPECT_EQ((Interval(1e-300) * Interval(1e-300)).lo, 0);
}

TEST(Interval, KnowsWhereNanComesFrom) {
  EXPECT_TRUE((Interval() - Interval()).maybe_nan);
  EXPECT_TRUE((Interval(0, 1) * Interval(0, kInf)).maybe_nan);
  EXPECT_FALSE((Interval(0, 1) * Interval(0, 5)).maybe_nan);
  EXPECT_TRUE((Interval(-1, 1) / Interval(0, 1)).maybe_nan);
  EXPECT_FALSE((Interval(1, 2) / Interval(-1, 1)).maybe_nan);
  EXPECT_TRUE(Log(Interval(-1, 1)).maybe_nan);
  EXPECT_EQ(Log(Interval(-2, -1)), Interval::OnlyNan());
  EXPECT_EQ(Sqrt(Interval(-4, 9)).lo, 0);
  EXPECT_TRUE(Sin(Interval(0, kInf)).maybe_nan);
  EXPECT_TRUE(Max(Interval::OnlyNan(), Interval(1)).IsEmpty());
  EXPECT_TRUE(Interval(std::nan("")).Contains(std::nan("")));
  EXPECT_FALSE(Interval(1, 2).Contains(std::nan("")));
}

TEST(Interval, SignAndStepAreZeroAtNan) {
  EXPECT_EQ(Sign(Interval::OnlyNan()), Interval(0));
  EXPECT_EQ(Step(Interval(1, 2, true)), Interval(0, 1));
}

TEST(Interval, WavesFindTheirCrests) {
  EXPECT_EQ(Sin(Interval(1, 2)).hi, 1);
  EXPECT_EQ(Sin(Interval(4, 5)).lo, -1);
  EXPECT_LT(Sin(Interval(-1, 1)).hi, 0.85);
  EXPECT_EQ(Cos(Interval(100, 200)), Interval(-1, 1));
  EXPECT_EQ(Cos(Interval(-0.1, 0.1)).hi, 1);
  EXPECT_GT(Cos(Interval(-0.1, 0.1)).lo, 0.99);
}

TEST(Interval, SelectTakesOnlyWhatCanBeTaken) {
  EXPECT_EQ(Select(Interval(1, 2), Interval(3), Interval(4)), Interval(3));
  EXPECT_EQ(Select(Interval(-1, 0), Interval(3), Interval(4)), Interval(4));
  EXPECT_EQ(Select(Interval(-1, 1), Interval(3), Interval(4)), Interval(3, 4));
  EXPECT_EQ(Select(Interval(1, 2, true), Interval(3), Interval(4)), Interval(3, 4));
}

// ---- every primitive

class RangeTest : public ::testing::TestWithParam<PrimitiveRow> {};

INSTANTIATE_TEST_SUITE_P(All, RangeTest,
                         ::testing::ValuesIn(Primitives().begin(), Primitives().end()),
                         [](const auto& info) { return std::string(info.param.name); });

// Wide and narrow ones, in the probe domain and far beyond it.
Interval RandomInterval(const PrimitiveRow& row, Rng& rng) {
  constexpr std::array kWide = {0.0, 4.0, 50.0, 1e3, 1e8, 1e300};
  const double beyond = rng.Chance(0.5) ? 0 : rng.Pick(kWide);
  double lo = rng.Uniform(row.low - beyond, row.high + beyond);
  double hi = rng.Chance(0.3) ? lo + std::abs(lo) * std::exp(rng.Uniform(-30, 0))
                              : rng.Uniform(row.low - beyond, row.high + beyond);
  if (rng.Chance(0.1)) lo = 0;
  if (rng.Chance(0.05)) lo = -kInf;
  if (rng.Chance(0.05)) hi = kInf;
  return {std::min(lo, hi), std::max(lo, hi)};
}

double RandomPoint(const Interval& a, Rng& rng) {
  const double u = rng.Uniform();
  if (u < 0.1) return a.lo;
  if (u < 0.2) return a.hi;
  if (a.Contains(0) && u < 0.25) return 0.0;
  if (a.Contains(0) && u < 0.3) return -0.0;
  const double lo = std::max(a.lo, -1e308);
  const double hi = std::min(a.hi, 1e308);
  if (u < 0.6) return std::clamp(rng.Uniform(-6, 6), lo, hi);
  return std::clamp(std::lerp(lo, hi, rng.Uniform()), lo, hi);
}

TEST_P(RangeTest, ContainsWhatTheFunctionGives) {
  const PrimitiveRow& row = GetParam();
  Rng rng(HashText(row.name));
  for (int trial = 0; trial < 2000; ++trial) {
    Interval args[kMaxArity];
    for (Interval& arg : args) arg = RandomInterval(row, rng);
    const Interval range = row.range(args);
    const Interval natural = ApplyPrimitive<Interval>(row.id, args);
    for (int sample = 0; sample < 40; ++sample) {
      double point[kMaxArity];
      for (int k = 0; k < kMaxArity; ++k) point[k] = RandomPoint(args[k], rng);
      const double y = ApplyPrimitive<double>(row.id, point);
      const auto what = [&] {
        return std::string(row.name) + " of " + ::testing::PrintToString(args[0]) + ", " +
               ::testing::PrintToString(args[1]) + ", " + ::testing::PrintToString(args[2]) +
               " is " + ::testing::PrintToString(y) + " at " + ::testing::PrintToString(point[0]) +
               ", " + ::testing::PrintToString(point[1]);
      };
      ASSERT_TRUE(range.Contains(y)) << what() << ": " << ::testing::PrintToString(range);
      ASSERT_TRUE(natural.Contains(y))
          << what() << ", natural: " << ::testing::PrintToString(natural);
    }
  }
}

TEST_P(RangeTest, SurvivesNanAndNothing) {
  const PrimitiveRow& row = GetParam();
  const double nan = std::nan("");
  for (int k = 0; k < row.arity; ++k) {
    Interval args[kMaxArity] = {Interval(0.5, 0.7), Interval(0.5, 0.7), Interval(0.5, 0.7)};
    double point[kMaxArity] = {0.6, 0.6, 0.6};
    point[k] = nan;
    const double y = ApplyPrimitive<double>(row.id, point);
    args[k].maybe_nan = true;
    EXPECT_TRUE(row.range(args).Contains(y)) << row.name;
    args[k] = Interval::OnlyNan();
    EXPECT_TRUE(row.range(args).Contains(y)) << row.name;
  }
}

// Between turning points nothing is given away.
TEST_P(RangeTest, IsTightWhereTheFunctionIsPiecewiseMonotone) {
  const PrimitiveRow& row = GetParam();
  if (!row.turning) return;
  Rng rng(HashText(row.name) + 1);
  for (int trial = 0; trial < 300; ++trial) {
    const double u = rng.Uniform(row.low, row.high);
    const double v = rng.Uniform(row.low, row.high);
    const Interval a(std::min(u, v), std::max(u, v));
    std::vector<double> points = {a.lo, a.hi};
    for (const double turn : *row.turning) {
      if (a.Contains(turn)) points.push_back(turn);
    }
    double least = kInf;
    double most = -kInf;
    for (const double point : points) {
      const double y = ApplyPrimitive<double>(row.id, &point);
      least = std::min(least, y);
      most = std::max(most, y);
    }
    const Interval range = row.range(&a);
    EXPECT_NEAR(range.lo, least, 1e-9 * std::abs(least) + 1e-300) << row.name;
    EXPECT_NEAR(range.hi, most, 1e-9 * std::abs(most) + 1e-300) << row.name;
    EXPECT_FALSE(range.maybe_nan) << row.name;
  }
}

TEST(Range, KeepsWhatANaturalExtensionLoses) {
  EXPECT_NEAR(RangeOfText("silu(x)", {-10, 1}).lo, -0.27846454276107, 1e-12);
  EXPECT_NEAR(RangeOfText("gelu(x)", {-10, 1}).lo, -0.16997120747990, 1e-12);
  EXPECT_NEAR(RangeOfText("mish(x)", {-kInf, 1}).lo, -0.30884341301725, 1e-12);
  EXPECT_NEAR(RangeOfText("sinc(x)", {-100, 100}).lo, -0.21723362821122, 1e-12);
  EXPECT_EQ(RangeOfText("sinc(x)", {-100, 100}).hi, 1);
  EXPECT_LT(RangeOfText("sinc(x)", {50, 100}).hi, 0.021);
  EXPECT_EQ(RangeOfText("x^2", {-1, 2}), Interval(0, 4));
  EXPECT_NEAR(RangeOfText("tan(x)", {3, 4}).hi, std::tan(4), 1e-9);
  EXPECT_NEAR(RangeOfText("hypot(x, 3)", {-4, 1}).hi, 5, 1e-12);
  EXPECT_NEAR(RangeOfText("hypot(x, 3)", {-4, 1}).lo, 3, 1e-12);
  EXPECT_NEAR(RangeOfText("gaussian_kernel(x, 0, 1)", {-1, 1}).hi, 1, 1e-12);
}

// ---- expressions

TEST(RangeOf, ContainsRandomGraphs) {
  Rng rng(77);
  constexpr std::array kScales = {0.01, 1.0, 4.0, 100.0};
  int bounded = 0;
  for (int i = 0; i < 5'000; ++i) {
    const Expr e = testing::RandomExpr(
        rng, {.primitives = 1 + static_cast<int>(rng.Below(10)), .max_parameters = 2});
    const double scale = rng.Pick(kScales);
    const double centre = rng.Uniform(-3, 3);
    const Interval x =
        rng.Chance(0.1) ? Interval()
                        : Interval(centre - scale * rng.Uniform(), centre + scale * rng.Uniform());
    std::vector<Interval> ranges;
    for (const Parameter& p : e.parameters) {
      ranges.emplace_back(p.initial - 0.5, p.initial + 0.5);
    }
    const Interval range = RangeOf(e, x, ranges);
    bounded += std::isfinite(range.lo) && std::isfinite(range.hi);
    for (int sample = 0; sample < 40; ++sample) {
      std::vector<double> params;
      for (const Interval& r : ranges) params.push_back(RandomPoint(r, rng));
      const double v = RandomPoint(x, rng);
      const double y = Evaluate(e, v, params);
      ASSERT_TRUE(range.Contains(y))
          << Print(e) << "\nis " << y << " at " << v << " in " << ::testing::PrintToString(x)
          << ", not in " << ::testing::PrintToString(range);
    }
  }
  EXPECT_GT(bounded, 2'500) << "a rule that knows nothing proves nothing";
}

}  // namespace
}  // namespace actsearch::expr
