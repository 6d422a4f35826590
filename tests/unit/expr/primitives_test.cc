#include "search_spaces/expr/primitives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "search_spaces/base/hash.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/expr/cost.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"
#include "tests/support/dual.h"

namespace actsearch::expr {
namespace {

using testing::Dual;
using ::testing::HasSubstr;

class PrimitiveTest : public ::testing::TestWithParam<PrimitiveRow> {};

INSTANTIATE_TEST_SUITE_P(All, PrimitiveTest,
                         ::testing::ValuesIn(Primitives().begin(), Primitives().end()),
                         [](const auto& info) { return std::string(info.param.name); });

std::vector<double> RandomArguments(const PrimitiveRow& row, Rng& rng) {
  std::vector<double> args(kMaxArity);
  for (double& arg : args) arg = rng.Uniform(row.low, row.high);
  return args;
}

// The derivative text by argument k at these arguments.
double RuleAt(const PrimitiveRow& row, int k, const std::vector<double>& args) {
  std::string text(row.derivative[k]);
  text += " where a: layer = 0, b: layer = 0, c: layer = 0";
  const auto rule = Parse(text);
  if (!rule) {
    ADD_FAILURE() << row.name << ": " << rule.error().message;
    return 0;
  }
  return Evaluate(*rule, std::nan(""), args);  // the rule may not use x
}

double DualSlope(const PrimitiveRow& row, int k, const std::vector<double>& args) {
  Dual duals[kMaxArity];
  for (int i = 0; i < kMaxArity; ++i) duals[i] = Dual(args[i], i == k ? 1 : 0);
  return ApplyPrimitive<Dual>(row.id, duals).slope;
}

TEST_P(PrimitiveTest, DerivativeTextsMatchDualNumbers) {
  const PrimitiveRow& row = GetParam();
  Rng rng(HashText(row.name));
  for (int trial = 0; trial < 200; ++trial) {
    const auto args = RandomArguments(row, rng);
    for (int k = 0; k < row.arity; ++k) {
      const double expected = DualSlope(row, k, args);
      EXPECT_NEAR(RuleAt(row, k, args), expected, 1e-9 * (1 + std::abs(expected)))
          << row.name << " by argument " << k << " at " << args[0] << ", " << args[1];
    }
  }
}

// Dual numbers share the function's code: differences are the independent check.
TEST_P(PrimitiveTest, DerivativeTextsMatchDifferences) {
  const PrimitiveRow& row = GetParam();
  Rng rng(HashText(row.name) + 1);
  constexpr double kStep = 1e-5;
  for (int trial = 0; trial < 100; ++trial) {
    const auto args = RandomArguments(row, rng);
    for (int k = 0; k < row.arity; ++k) {
      auto low = args;
      auto high = args;
      low[k] -= kStep;
      high[k] += kStep;
      const double slope = RuleAt(row, k, args);
      if (RuleAt(row, k, low) != slope && std::abs(RuleAt(row, k, high) - slope) > 0.1) {
        continue;  // next to a kink
      }
      const double difference = (ApplyPrimitive<double>(row.id, high.data()) -
                                 ApplyPrimitive<double>(row.id, low.data())) /
                                (2 * kStep);
      EXPECT_NEAR(slope, difference, 1e-5 * (1 + std::abs(slope)) + 1e-9 * std::abs(difference))
          << row.name << " by argument " << k << " at " << args[0] << ", " << args[1];
    }
  }
}

TEST_P(PrimitiveTest, FlagsSayTheTruth) {
  const PrimitiveRow& row = GetParam();
  Rng rng(HashText(row.name) + 2);
  for (int trial = 0; trial < 200; ++trial) {
    const auto args = RandomArguments(row, rng);
    const double y = ApplyPrimitive<double>(row.id, args.data());
    ASSERT_TRUE(std::isfinite(y)) << row.name << " at " << args[0];
    if (row.nonnegative) {
      EXPECT_GE(y, 0);
    }
    if (row.commutative) {
      const double swapped[] = {args[1], args[0]};
      EXPECT_EQ(ApplyPrimitive<double>(row.id, swapped), y);
    }
    const double negative[] = {-args[0]};
    if (row.parity == Parity::kEven) {
      EXPECT_EQ(ApplyPrimitive<double>(row.id, negative), y);
    }
    if (row.parity == Parity::kOdd) {
      EXPECT_EQ(ApplyPrimitive<double>(row.id, negative), -y);
    }
  }
}

TEST_P(PrimitiveTest, IsDocumentedPricedAndReachableByName) {
  const PrimitiveRow& row = GetParam();
  EXPECT_FALSE(row.doc.empty());
  EXPECT_GT(row.cost, 0);
  EXPECT_LT(row.low, row.high);
  EXPECT_EQ(row.form == Form::kCall, row.symbol.empty());
  const auto found = FindPrimitive(row.name);
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)->id, row.id);
  EXPECT_EQ(&Primitives()[row.id], *found);
}

TEST_P(PrimitiveTest, ManyAtOnceEqualsOneByOne) {
  const PrimitiveRow& row = GetParam();
  Rng rng(HashText(row.name) + 3);
  constexpr std::size_t kCount = 67;
  std::vector<std::vector<double>> columns(kMaxArity, std::vector<double>(kCount));
  for (auto& column : columns) {
    for (double& v : column) v = rng.Uniform(row.low, row.high);
  }
  const double* args[] = {columns[0].data(), columns[1].data(), columns[2].data()};
  std::vector<double> out(kCount);
  row.apply_many(args, out.data(), kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    const double one[] = {columns[0][i], columns[1][i], columns[2][i]};
    EXPECT_DOUBLE_EQ(out[i], ApplyPrimitive<double>(row.id, one));
  }
}

// ---- the table

TEST(Primitives, NamesAreUnique) {
  std::set<std::string_view> names;
  for (const PrimitiveRow& row : Primitives()) names.insert(row.name);
  EXPECT_EQ(names.size(), Primitives().size());
}

TEST(Primitives, HoldTheOperationsOfTheSwishSearch) {
  for (const char* name : {"neg",
                           "abs",
                           "square",
                           "cube",
                           "sqrt",
                           "log_abs",
                           "exp",
                           "sin",
                           "cos",
                           "sinh",
                           "cosh",
                           "tanh",
                           "asinh",
                           "atan",
                           "sinc",
                           "relu",
                           "min0",
                           "erf",
                           "sigmoid",
                           "softplus",
                           "gaussian",
                           "add",
                           "sub",
                           "mul",
                           "div_eps",
                           "max",
                           "min",
                           "gate",
                           "gaussian_kernel",
                           "laplace_kernel",
                           "lerp"}) {
    EXPECT_TRUE(FindPrimitive(name)) << name;
  }
}

TEST(Primitives, UnknownNameSuggestsTheNearest) {
  const auto found = FindPrimitive("softplsu");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(found.error().message, HasSubstr("did you mean 'softplus'"));
}

TEST(Cost, CountsSharedPartsOnce) {
  const auto e = Parse("tanh(x) * tanh(x) + 1");
  ASSERT_TRUE(e);
  const auto cost = [](std::string_view name) { return (*FindPrimitive(name))->cost; };
  EXPECT_EQ(Cost(*e), cost("tanh") + cost("mul") + cost("add"));
}

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
