#include <gtest/gtest.h>

#include <map>
#include <string>

#include "evaluators/gates/gate.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::gates {
namespace {

std::optional<Rejection> Check(std::string_view formula) {
  const Result<expr::Expr> f = expr::Parse(formula);
  EXPECT_TRUE(f.has_value()) << formula;
  return CheckGates(*f);
}

std::string RuleFor(std::string_view formula) {
  const std::optional<Rejection> rejection = Check(formula);
  if (!rejection) return "";
  EXPECT_EQ(rejection->stage, "probe");
  EXPECT_FALSE(rejection->detail.empty());
  return rejection->rule;
}

// Known functions that the rules throw out, each with the reason. A row of the zoo may
// join the list when the rule is right about it; otherwise the list only becomes shorter.
const std::map<std::string_view, std::string_view>& RejectedOfTheZoo() {
  static const std::map<std::string_view, std::string_view> rejected = {
      {"identity", "linear"},        // a network of straight lines is a straight line
      {"scaled_sigmoid", "linear"},  // a slope of 0.1: bends only beyond |x| = 10
      // Constant but for a jump, so without a gradient to train by.
      {"binary_step", "flat"},
      {"sign", "flat"},
      // One bit: the optimum of the published fit is nearly flat where most inputs lie.
      {"few_bit_sigmoid_1", "flat"},
      {"few_bit_softsign_1", "flat"},
      {"few_bit_tanh_1", "flat"},
      // Made for coordinates in [-1, 1] under scaled weights: many waves or a narrow bump
      // within the spread of a standard normal.
      {"siren", "oscillating"},
      {"spder", "oscillating"},
      {"finer", "oscillating"},
      {"incode", "oscillating"},
      {"wire", "oscillating"},
      {"gaussian_inr", "oscillating"},
      {"super_gaussian", "oscillating"},
      {"inverse_multiquadric", "oscillating"},
      // Up to five waves within [-3, 3].
      {"fourier_series", "oscillating"},
      {"morlet", "oscillating"},
      {"meyer", "oscillating"},
  };
  return rejected;
}

TEST(GatesTest, KnownFunctionsPass) {
  for (const activations::ZooRow& row : activations::Zoo().Rows()) {
    if (!activations::IsScalar(row)) continue;
    const auto known = RejectedOfTheZoo().find(row.name);
    const std::string expected(known == RejectedOfTheZoo().end() ? "" : known->second);
    EXPECT_EQ(RuleFor(row.formula), expected) << row.name << ": " << row.formula;
  }
}

TEST(GatesTest, EachRuleFindsItsOwn) {
  EXPECT_EQ(RuleFor("sin(2)"), "ignores_input");
  EXPECT_EQ(RuleFor("x - x + 1"), "ignores_input");
  EXPECT_EQ(RuleFor("exp(exp(x))"), "non_finite");
  EXPECT_EQ(RuleFor("sqrt(x)"), "non_finite");
  EXPECT_EQ(RuleFor("log(x)"), "non_finite");
  EXPECT_EQ(RuleFor("1 / x"), "non_finite");
  EXPECT_EQ(RuleFor("cube(cube(x))"), "range");
  EXPECT_EQ(RuleFor("0.001 * tanh(x)"), "constant");
  EXPECT_EQ(RuleFor("relu(x - 6)"), "constant");
  EXPECT_EQ(RuleFor("sign(x)"), "flat");
  EXPECT_EQ(RuleFor("step(x - 0.3)"), "flat");
  EXPECT_EQ(RuleFor("x"), "linear");
  EXPECT_EQ(RuleFor("2 - 3 * x"), "linear");
  EXPECT_EQ(RuleFor("b * x where b: channel = 1"), "linear");
  EXPECT_EQ(RuleFor("sin(3 * x)"), "oscillating");
  EXPECT_EQ(RuleFor("tanh(x) + 0.1 / (x - 0.3)"), "oscillating");
  EXPECT_EQ(RuleFor("(x + 1e6) * (x + 1e6) - 1e12 - 2e6 * x"), "imprecise");
}

TEST(GatesTest, ALineAtTheInitialParametersOnlyPasses) {
  EXPECT_EQ(RuleFor("relu(x) + a * min0(x) where a: channel = 1"), "");
}

TEST(GatesTest, SteepKinksAtZeroPass) { EXPECT_EQ(RuleFor("relu(x) + 0.2 * sqrt(abs(x))"), ""); }

TEST(GatesTest, FastGrowthBetweenTheBoundsPasses) {
  EXPECT_EQ(RuleFor("square(x)"), "");
  EXPECT_EQ(RuleFor("expm1(x)"), "");
}

TEST(GatesTest, DetailsNameValueAndBound) {
  const std::optional<Rejection> rejection = Check("cube(cube(x))");
  ASSERT_TRUE(rejection);
  EXPECT_NE(rejection->detail.find("10000"), std::string::npos) << rejection->detail;
  EXPECT_NE(rejection->detail.find("x = "), std::string::npos) << rejection->detail;
}

TEST(GatesTest, RowsAreInOrderOfCostAndDocumented) {
  double previous = 0;
  for (const Gate& gate : Gates().Rows()) {
    EXPECT_GE(gate.cost, previous) << gate.name;
    EXPECT_FALSE(gate.doc.empty()) << gate.name;
    previous = gate.cost;
  }
}

}  // namespace
}  // namespace actsearch::gates
