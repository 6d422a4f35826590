#include "search_spaces/expr/derive.h"

#include <gtest/gtest.h>

#include <string>

#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"

namespace actsearch::expr {
namespace {

std::string Slope(const std::string& text) { return Print(Derive(*Parse(text))); }

TEST(Derive, FollowsTheRules) {
  EXPECT_EQ(Slope("7"), "0");
  EXPECT_EQ(Slope("x"), "1");
  EXPECT_EQ(Slope("3 * x^2"), "6 * x");
  EXPECT_EQ(Slope("exp(2 * x)"), "2 * exp(2 * x)");
  EXPECT_EQ(Slope("relu(x)"), "step(x)");
  EXPECT_EQ(Slope("x * sigmoid(x)"), "sigmoid(x) + x * sigmoid(x) * sigmoid(-x)");
  EXPECT_EQ(Slope("softplus(sin(x))"), "cos(x) * sigmoid(sin(x))");
}

TEST(Derive, KeepsParametersInTheirOrder) {
  const Expr e = *Parse("a * b * x where b: layer = 2, a: channel = 3, c: layer = 1");
  const Expr slope = Derive(e);
  EXPECT_EQ(slope.parameters, e.parameters);
  EXPECT_EQ(Evaluate(slope, 0, InitialParameters(e)), 6);
}

TEST(DeriveInput, TakesTheSlopeByThatInput) {
  const Expr e = *Parse("x * sigmoid(u) + u where a: layer = 1");
  EXPECT_EQ(Print(DeriveInput(e, 0)), "sigmoid(u) where a: layer = 1");
  EXPECT_EQ(Print(DeriveInput(e, 1)), "x * sigmoid(u) * sigmoid(-u) + 1 where a: layer = 1");
  EXPECT_EQ(Derive(e), DeriveInput(e, 0));
}

TEST(DeriveParameter, TakesTheSlopeByThatParameter) {
  const Expr e = *Parse("a * tanh(b * x) where a: layer = 2, b: layer = 1");
  EXPECT_EQ(Print(DeriveParameter(e, 0)), "tanh(b * x) where a: layer = 2, b: layer = 1");
  EXPECT_EQ(Print(DeriveParameter(e, 1)),
            "a * x * square(sech(b * x)) where a: layer = 2, b: layer = 1");
}

TEST(Derive, SincHasSmoothDerivativesAtZero) {
  const Expr slope = Derive(*Parse("sinc(x)"));
  const Expr curvature = Derive(slope);
  EXPECT_EQ(Evaluate(slope, 0, {}), 0);
  EXPECT_NEAR(Evaluate(slope, 0.01, {}), -0.01 / 3, 1e-7);
  EXPECT_NEAR(Evaluate(curvature, 0, {}), -1.0 / 3, 1e-12);
}

// The largest graph that Parse allows still has a second derivative that fits.
TEST(Derive, TwiceFitsForTheLargestParsedGraphs) {
  std::string text = "t0 where t0 := x";
  for (int i = 1; i <= 120; ++i) {
    text.append(", t").append(std::to_string(i)).append(" := gate(tanh(t");
    text.append(std::to_string(i - 1)).append("), x)");
  }
  text.replace(0, 2, "t120");
  Limits limits;
  limits.max_length = 10'000;
  const auto e = Parse(text, limits);
  ASSERT_TRUE(e) << e.error().message;
  EXPECT_GT(Derive(Derive(*e)).nodes.size(), e->nodes.size());
}

}  // namespace
}  // namespace actsearch::expr
