#include "search_spaces/expr/print.h"

#include <gtest/gtest.h>

#include <string>

#include "search_spaces/expr/parse.h"

namespace actsearch::expr {
namespace {

void ExpectPrintsAs(const std::string& text, const std::string& printed) {
  const auto e = Parse(text);
  ASSERT_TRUE(e) << text << ": " << e.error().message;
  EXPECT_EQ(Print(*e), printed);
  const auto again = Parse(Print(*e));
  ASSERT_TRUE(again) << Print(*e) << ": " << again.error().message;
  EXPECT_EQ(*again, *e) << Print(*again);
}

TEST(Print, WritesOnlyTheParenthesesThatAreNeeded) {
  ExpectPrintsAs("((x)+(1))*(2)", "(x + 1) * 2");
  ExpectPrintsAs("x-(1-x)", "x - (1 - x)");
  ExpectPrintsAs("(x-1)-x", "x - 1 - x");
  ExpectPrintsAs("x/(x*2)", "x / (x * 2)");
  ExpectPrintsAs("-(x*2)", "-(x * 2)");
  ExpectPrintsAs("(-x)*2", "-x * 2");
  ExpectPrintsAs("-(-x)", "--x");
  ExpectPrintsAs("x^2 + x^3", "square(x) + cube(x)");
}

TEST(Print, NegativeConstantsStayConstants) {
  ExpectPrintsAs("-2 * x", "-2 * x");
  ExpectPrintsAs("-(2) * x", "-(2) * x");
  ExpectPrintsAs("--2", "--2");
  ExpectPrintsAs("x - -0.5", "x - -0.5");
  ExpectPrintsAs("-0 * x", "-0 * x");
  ExpectPrintsAs("-.5", "-0.5");
}

TEST(Print, ConstantsReadBackBitForBit) {
  ExpectPrintsAs("0.1 + 1e300 + 4.9e-324 * 0.30000000000000004",
                 "0.1 + 1e+300 + 5e-324 * 0.30000000000000004");
  ExpectPrintsAs("3.141592653589793 * x", "pi * x");
}

TEST(Print, DeclaresEveryParameter) {
  ExpectPrintsAs("a * x where b: layer = -0.5, a: channel = 3.141592653589793",
                 "a * x where b: layer = -0.5, a: channel = 3.141592653589793");
}

TEST(Print, WritesCompleteRunsOfOneShapeAsVectors) {
  ExpectPrintsAs("w[1] * x where w: layer[3] = (0.5, 0.25, -1)",
                 "w[1] * x where w: layer[3] = (0.5, 0.25, -1)");
  ExpectPrintsAs("x where w[0]: group(4) = 1, w[1]: group(4) = 1", "x where w: group(4)[2] = 1");
  ExpectPrintsAs("x where w: channel[1] = 2", "x where w[0]: channel = 2");
  ExpectPrintsAs("x where w[0]: layer = 1, w[1]: channel = 1, w[2]: channel = 1",
                 "x where w[0]: layer = 1, w[1]: channel = 1, w[2]: channel = 1");
  ExpectPrintsAs("x where w[0]: layer = 1, w[1]: layer = 1, w[2]: channel = 1",
                 "x where w: layer[2] = 1, w[2]: channel = 1");
  ExpectPrintsAs("x where w[2]: layer = 1, w[0]: layer = 1, w[1]: layer = 1",
                 "x where w[2]: layer = 1, w: layer[2] = 1");
  ExpectPrintsAs("x where w[0]: layer = 1, v: layer = 2, w[1]: layer = 1",
                 "x where w[0]: layer = 1, v: layer = 2, w[1]: layer = 1");
  ExpectPrintsAs("x where w: layer[2] = (0, -0)", "x where w: layer[2] = (0, -0)");
}

TEST(Print, WritesInputsAndReductions) {
  ExpectPrintsAs("u*x", "u * x");
  ExpectPrintsAs("-maximum{w, c/4, b}(x)*2", "-maximum{b,c/4,w}(x) * 2");
  ExpectPrintsAs("sum{h}(x + var{c}(-x))", "sum{h}(x + var{c}(-x))");
}

// Written out, this graph of 31 nodes would have 2^30 leaves.
TEST(Print, NamesSharedPartsThatWouldBlowUpTheText) {
  std::string text = "t30 where t1 := x + x";
  for (int i = 2; i <= 30; ++i) {
    const std::string before = std::to_string(i - 1);
    text.append(", t").append(std::to_string(i)).append(" := t").append(before);
    text.append(" + t").append(before);
  }
  const auto e = Parse(text);
  ASSERT_TRUE(e) << e.error().message;
  EXPECT_LT(Print(*e).size(), 1000u);
  EXPECT_EQ(Parse(Print(*e)), *e);
}

TEST(Print, StaysWithinTheDepthThatParseAllows) {
  Expr deep;
  deep.nodes.push_back({});
  for (std::uint16_t i = 0; i < 200; ++i) {
    deep.nodes.push_back({.kind = Kind::kPrimitive, .id = 26, .args = {i}});
  }
  const auto again = Parse(Print(deep));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, deep);
}

}  // namespace
}  // namespace actsearch::expr
