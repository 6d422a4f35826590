#include "search_spaces/expr/primitives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "search_spaces/base/hash.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/expr/cost.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/primitives_page.h"
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

// A formula of a row's over a, b, c.
Expr ParsedRule(const PrimitiveRow& row, std::string_view text) {
  const auto rule = Parse(std::string(text) + " where a: layer = 0, b: layer = 0, c: layer = 0");
  if (rule) return *rule;
  ADD_FAILURE() << row.name << ": " << rule.error().message;
  return *Parse("0 where a: layer = 0, b: layer = 0, c: layer = 0");
}

// The derivative text by argument k at these arguments.
double RuleAt(const PrimitiveRow& row, int k, const std::vector<double>& args) {
  // The rule may not use x.
  return Evaluate(ParsedRule(row, row.derivative[k]), std::nan(""), args);
}

double DualSlope(const PrimitiveRow& row, int k, const std::vector<double>& args) {
  Dual duals[kMaxArity];
  for (int i = 0; i < kMaxArity; ++i) duals[i] = Dual(args[i], i == k ? 1 : 0);
  return ApplyPrimitive<Dual>(row.id, duals).slope;
}

TEST_P(PrimitiveTest, DerivativeTextsMatchDualNumbers) {
  const PrimitiveRow& row = GetParam();
  if (!row.custom_gradient.empty()) GTEST_SKIP() << row.custom_gradient;
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
  if (!row.custom_gradient.empty()) GTEST_SKIP() << row.custom_gradient;
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

// Arguments as they occur in a network that trains badly.
constexpr double kFar = 100;

bool IsDefined(const PrimitiveRow& row, const std::vector<double>& args) {
  return row.arity > 1 || row.domain.Contains(args[0]);
}

TEST_P(PrimitiveTest, IsFiniteFarFromZeroWhereItsValueFits) {
  const PrimitiveRow& row = GetParam();
  Rng rng(HashText(row.name) + 4);
  for (int trial = 0; trial < 400; ++trial) {
    std::vector<double> args(kMaxArity);
    for (double& arg : args) {
      arg = rng.Uniform(-kFar, kFar);
      if (rng.Chance(0.2)) arg = std::copysign(kFar, arg);
    }
    if (!IsDefined(row, args)) continue;
    const double y = ApplyPrimitive<double>(row.id, args.data());
    const bool may_be_infinite = row.name == "gaussian_kernel" || row.name == "laplace_kernel";
    const bool may_be_nan = row.name == "div_eps" || row.name == "log" || row.name == "sqrt";
    if (may_be_infinite && std::isinf(y)) continue;
    ASSERT_TRUE(std::isfinite(y) || may_be_nan) << row.name << " at " << args[0] << ", " << args[1];
    for (int k = 0; k < row.arity; ++k) {
      EXPECT_TRUE(std::isfinite(RuleAt(row, k, args)))
          << row.name << " by argument " << k << " at " << args[0] << ", " << args[1] << ", "
          << args[2];
    }
  }
}

// At 0 and on kinks too, but for the roots, whose slope is infinite there.
TEST_P(PrimitiveTest, DerivativesAreNumbersAtRoundArguments) {
  const PrimitiveRow& row = GetParam();
  for (const char* name : {"div", "reciprocal", "sqrt", "log", "log1p", "signed_sqrt", "sqrt_abs",
                           "cbrt", "rsqrt", "acosh", "atanh", "asin", "acos", "pow_abs"}) {
    if (row.name == name) return;
  }
  const std::vector<double> round = {-6, -3, -1, -0.5, 0, 0.5, 1, 3, 6};
  for (const double a : round) {
    for (const double b : round) {
      for (const double c : {0.0, 1.0, 3.0}) {
        const std::vector<double> args = {a, b, c};
        for (int k = 0; k < row.arity; ++k) {
          EXPECT_TRUE(std::isfinite(RuleAt(row, k, args)))
              << row.name << " by argument " << k << " at " << a << ", " << b << ", " << c;
        }
      }
    }
  }
}

TEST_P(PrimitiveTest, DefinitionUsesSimplerPrimitivesAndAgrees) {
  const PrimitiveRow& row = GetParam();
  if (row.definition.empty()) return;
  const Expr definition = ParsedRule(row, row.definition);
  for (const Node& node : definition.nodes) {
    EXPECT_NE(node.kind, Kind::kInput);
    if (node.kind != Kind::kPrimitive) continue;
    EXPECT_TRUE(node.id < row.id || Primitives()[node.id].definition.empty())
        << row.name << " is made of " << Primitives()[node.id].name << ", which comes later";
  }
  Rng rng(HashText(row.name) + 5);
  for (int trial = 0; trial < 400; ++trial) {
    auto args = RandomArguments(row, rng);
    if (trial % 4 == 0) {
      for (double& arg : args) arg = rng.Uniform(-kFar, kFar);
    }
    if (trial % 50 == 0) args[rng.Below(kMaxArity)] = 0;
    const double expected = ApplyPrimitive<double>(row.id, args.data());
    const double y = Evaluate(definition, std::nan(""), args);
    if (std::isnan(expected) || std::isinf(expected)) {
      EXPECT_EQ(std::isnan(y), std::isnan(expected)) << row.name << " at " << args[0];
    } else {
      EXPECT_NEAR(y, expected, 1e-12 * std::abs(expected))
          << row.name << " at " << args[0] << ", " << args[1];
    }
  }
}

// A composite primitive may be cheaper than its parts one by one, but not by far.
TEST_P(PrimitiveTest, CostIsThatOfTheDefinition) {
  const PrimitiveRow& row = GetParam();
  if (row.definition.empty() || row.name.starts_with("bessel")) return;
  const int parts = Cost(ParsedRule(row, row.definition));
  EXPECT_LE(row.cost, parts) << row.name;
  EXPECT_GE(row.cost, parts / 3) << row.name;
}

TEST_P(PrimitiveTest, TurningPointsAreAllThereAre) {
  const PrimitiveRow& row = GetParam();
  if (!row.turning) return;
  ASSERT_EQ(row.arity, 1);
  std::vector<double> ends = {std::max(row.domain.lo, -8.0)};
  ends.insert(ends.end(), row.turning->begin(), row.turning->end());
  ends.push_back(std::min(row.domain.hi, 8.0));
  ASSERT_TRUE(std::ranges::is_sorted(ends)) << row.name;
  for (std::size_t piece = 0; piece + 1 < ends.size(); ++piece) {
    int rises = 0;
    int falls = 0;
    double last = std::nan("");
    for (int i = 0; i <= 1000; ++i) {
      const double a = std::lerp(ends[piece], ends[piece + 1], i / 1000.0);
      const double y = ApplyPrimitive<double>(row.id, &a);
      const double noise = 1e-14 * std::abs(y);
      rises += y > last + noise;
      falls += y < last - noise;
      last = y;
    }
    EXPECT_TRUE(rises == 0 || falls == 0) << row.name << ", piece " << piece;
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

TEST(Primitives, AreManyAndFewOfThemAreBasic) {
  const auto with_arity = [](int arity) {
    return std::ranges::count(Primitives(), arity, &PrimitiveRow::arity);
  };
  EXPECT_GE(with_arity(1), 60);
  EXPECT_GE(with_arity(2), 15);
  EXPECT_LE(std::ranges::count(Primitives(), std::string_view(), &PrimitiveRow::definition), 34);
}

// Stored candidates and fingerprints are about functions, but ids stand in hashes too.
TEST(Primitives, KeepTheirIds) {
  const std::vector<std::pair<const char*, int>> ids = {
      {"add", 0}, {"relu", 13}, {"select", 17}, {"sinc", 34}, {"lerp", 41}, {"leaky_relu", 42}};
  for (const auto& [name, id] : ids) EXPECT_EQ((*FindPrimitive(name))->id, id) << name;
}

TEST(PrimitivesPage, IsTheFileInTheDocumentation) {
  std::ifstream file(ACTSEARCH_SOURCE_DIR "/docs/primitives.md");
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), PrimitivesPage())
      << "write it again: actsearch primitives --markdown > docs/primitives.md";
}

// PANGAEA (Bingham and Miikkulainen 2020) and AQuaSurF, EvoNorm (Liu et al. 2020),
// Primer (So et al. 2021).
TEST(Primitives, HoldTheOperationsOfOtherSearches) {
  for (const char* name :
       {"reciprocal", "erfc", "expm1", "log_sigmoid", "bessel_i0e", "bessel_i1e", "elu", "selu",
        "silu", "softsign", "hard_sigmoid", "pow_abs", "signed_log", "signed_sqrt", "squared_relu",
        "sqrt_abs", "sign", "exp"}) {
    EXPECT_TRUE(FindPrimitive(name)) << name;
  }
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
  EXPECT_DOUBLE_EQ(At("cbrt", -27), -3);
  EXPECT_EQ(At("cbrt", 0), 0);
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
