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
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/primitives_page.h"
#include "tests/support/dual.h"
#include "tests/unit/expr/row_rules.h"

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

}  // namespace
}  // namespace actsearch::expr
