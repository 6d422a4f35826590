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
