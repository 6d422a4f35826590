#include "search_spaces/expr/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/print.h"

namespace actsearch::expr {
namespace {

using testing::HasSubstr;

double ValueOf(const std::string& text, double x) {
  const auto e = Parse(text);
  if (!e) {
    ADD_FAILURE() << text << ": " << e.error().message;
    return 0;
  }
  return Evaluate(*e, x, InitialParameters(*e));
}

std::string ErrorOf(std::string_view text, const Limits& limits = {}) {
  const auto e = Parse(text, limits);
  if (e) return "parsed: " + Print(*e);
  EXPECT_EQ(e.error().code, ErrorCode::kInvalid);
  return e.error().message;
}

TEST(Parse, ReadsInfixWithTheUsualPrecedence) {
  EXPECT_DOUBLE_EQ(ValueOf("1 + 2 * x", 3), 7);
  EXPECT_DOUBLE_EQ(ValueOf("(1 + 2) * x", 3), 9);
  EXPECT_DOUBLE_EQ(ValueOf("10 - 4 - x", 3), 3);
  EXPECT_DOUBLE_EQ(ValueOf("12 / 2 / x", 3), 2);
  EXPECT_DOUBLE_EQ(ValueOf("-x^2", 3), -9);
  EXPECT_DOUBLE_EQ(ValueOf("-2^2", 0), -4);
  EXPECT_DOUBLE_EQ(ValueOf("x^3 - --x", 2), 6);
  EXPECT_DOUBLE_EQ(ValueOf("2 * -x", 3), -6);
}

TEST(Parse, ReadsCallsConstantsAndPi) {
  EXPECT_DOUBLE_EQ(ValueOf("max(x, lerp(1, 2, 0.5))", 0), 1.5);
  EXPECT_DOUBLE_EQ(ValueOf("sin(pi / 2) + 1e-3 + .5", 0), 1.501);
  EXPECT_DOUBLE_EQ(ValueOf("add(neg(x), mul(2, x))", 4), 4);
}

TEST(Parse, ReadsParametersInTheOrderOfDeclaration) {
  const auto e = Parse("x * sigmoid(beta * x) where beta: channel = 1, unused: layer = -0.25");
  ASSERT_TRUE(e) << e.error().message;
  ASSERT_EQ(e->parameters.size(), 2u);
  EXPECT_EQ(e->parameters[0], (Parameter{"beta", Shape::kChannel, 1}));
  EXPECT_EQ(e->parameters[1], (Parameter{"unused", Shape::kLayer, -0.25}));
}

TEST(Parse, ReadsGroupsAndVectors) {
  const auto e = Parse(
      "w[0] * x + w[2] + g where w: layer[3] = (0.1, -2, 3), g: group(4) = 0.5, "
      "v: group(2)[2] = 7, s[1]: channel = 1");
  ASSERT_TRUE(e) << e.error().message;
  EXPECT_EQ(e->parameters, (std::vector<Parameter>{{"w[0]", Shape::kLayer, 0.1},
                                                   {"w[1]", Shape::kLayer, -2},
                                                   {"w[2]", Shape::kLayer, 3},
                                                   {"g", Shape::kGroup, 0.5, 4},
                                                   {"v[0]", Shape::kGroup, 7, 2},
                                                   {"v[1]", Shape::kGroup, 7, 2},
                                                   {"s[1]", Shape::kChannel, 1}}));
  EXPECT_DOUBLE_EQ(Evaluate(*e, 10, InitialParameters(*e)), 4.5);
}

TEST(Parse, ReadsTheSecondInput) {
  const auto e = Parse("x * sigmoid(u)");
  ASSERT_TRUE(e) << e.error().message;
  EXPECT_EQ(InputCount(*e), 2);
  EXPECT_EQ(InputCount(*Parse("x + 1")), 1);
  EXPECT_EQ(InputCount(*Parse("u")), 2);
  EXPECT_EQ(InputCount(*Parse("1")), 0);
}

TEST(Parse, ReadsReductionsWithTheirIndexSets) {
  const auto e = Parse("(x - mean{b,h,w}(x)) / sqrt(var{w, c / 8}(x) + 1e-5)");
  ASSERT_TRUE(e) << e.error().message;
  EXPECT_FALSE(IsPointwise(*e));
  ASSERT_EQ(e->nodes[1].kind, Kind::kReduction);
  EXPECT_EQ(e->nodes[1].axes, kAxisB | kAxisH | kAxisW);
  EXPECT_EQ(e->nodes[1].groups, 0);
  EXPECT_EQ(e->nodes[3].axes, kAxisC | kAxisW);
  EXPECT_EQ(e->nodes[3].groups, 8);
}

TEST(Parse, NamesOfReductionsAreFreeElsewhere) {
  EXPECT_DOUBLE_EQ(ValueOf("mean * x + sum where mean: layer = 2, sum: channel = 1", 3), 7);
  EXPECT_TRUE(Parse("mean{c}(x) * mean where mean: layer = 2"));
}

TEST(Parse, ErrorsOfVectorsAndReductionsNameColumnAndRemedy) {
  EXPECT_THAT(ErrorOf("w * x where w: layer[2] = 1"), HasSubstr("name an element, as in 'w[0]'"));
  EXPECT_THAT(ErrorOf("w[2] * x where w: layer[2] = 1"),
              HasSubstr("column 1: 'w[2]' is not declared; elements are declared by ' where w: "
                        "channel[3] = 1'"));
  EXPECT_THAT(ErrorOf("x where w: layer[2] = (1, 2, 3)"),
              HasSubstr("column 23: 'w' has 2 elements, met 3 initial values"));
  EXPECT_THAT(ErrorOf("x where w: layer[0] = 1"), HasSubstr("from 1 to 1000, met '0'"));
  EXPECT_THAT(ErrorOf("x where w: group(70000) = 1"), HasSubstr("from 1 to 65535, met '70000'"));
  EXPECT_THAT(ErrorOf("x where w[01]: layer = 1"), HasSubstr("the number of an element"));
  EXPECT_THAT(ErrorOf("x where w: layer[40] = 1"), HasSubstr("more than 32 parameters"));
  EXPECT_THAT(ErrorOf("x where w: layer = 1, w: layer[2] = 1"), HasSubstr("declared twice"));
  EXPECT_THAT(ErrorOf("x where w: layer[2] = 1, w := x"), HasSubstr("declared twice"));
  EXPECT_THAT(ErrorOf("x where w[1]: layer = 1, w: layer[2] = 1"),
              HasSubstr("the name 'w[1]' is declared twice"));
  EXPECT_THAT(ErrorOf("x where u: layer = 1"), HasSubstr("taken by the language"));
  EXPECT_THAT(ErrorOf("maen{c}(x)"), HasSubstr("column 1: unknown reduction 'maen'; did you mean "
                                               "'mean'"));
  EXPECT_THAT(ErrorOf("mean(x)"), HasSubstr("'mean' needs an index set, as in 'mean{b,h,w}(x)'"));
  EXPECT_THAT(ErrorOf("mean{}(x)"), HasSubstr("an index: b, c, c/4, h or w, met '}'"));
  EXPECT_THAT(ErrorOf("mean{c,c/2}(x)"), HasSubstr("column 8: the index 'c' is named twice"));
  EXPECT_THAT(ErrorOf("mean{c/0}(x)"), HasSubstr("the number of groups, from 1"));
  EXPECT_THAT(ErrorOf("mean{h/2}(x)"), HasSubstr("',' or '}', met '/'"));
  EXPECT_THAT(ErrorOf("mean{c} + x"), HasSubstr("'(' and what is reduced, met '+'"));
}

TEST(ParseScalar, RefusesWhatIsNoFunctionOfXAlone) {
  EXPECT_TRUE(ParseScalar("x * sigmoid(x)"));
  EXPECT_THAT(ParseScalar("x - mean{c}(x)").error().message, HasSubstr("has a reduction"));
  EXPECT_THAT(ParseScalar("x * u").error().message, HasSubstr("reads the second input u"));
  EXPECT_THAT(ParseScalar("x *").error().message, HasSubstr("column 4"));
}

TEST(Parse, SharesEqualSubexpressionsInPostOrder) {
  const auto e = Parse("tanh(x) * (1 + tanh(x))");
  ASSERT_TRUE(e);
  ASSERT_EQ(e->nodes.size(), 5u);  // x, tanh, 1, add, mul
  EXPECT_EQ(e->nodes[0].kind, Kind::kInput);
  EXPECT_EQ(e->nodes[2].kind, Kind::kConstant);
  EXPECT_EQ(e->nodes[4].args[0], 1);
}

TEST(Parse, NamesOfTheWhereClauseMayStandForSubexpressions) {
  const auto named = Parse("s * (1 - s) where beta: layer = 2, s := sigmoid(beta * x)");
  const auto written = Parse("sigmoid(beta * x) * (1 - sigmoid(beta * x)) where beta: layer = 2");
  ASSERT_TRUE(named) << named.error().message;
  EXPECT_EQ(*named, *written);
}

TEST(Parse, ErrorsNameColumnAndRemedy) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("column 1: expected a number, a name or '(', met the end"));
  EXPECT_THAT(ErrorOf("x +"), HasSubstr("column 4"));
  EXPECT_THAT(ErrorOf("x x"), HasSubstr("column 3: expected an operator"));
  EXPECT_THAT(ErrorOf("(x"), HasSubstr("expected ')'"));
  EXPECT_THAT(ErrorOf("x * sigmiod(x)"), HasSubstr("column 5: unknown primitive 'sigmiod'; did you "
                                                   "mean 'sigmoid'"));
  EXPECT_THAT(ErrorOf("bta * x where beta: layer = 1"), HasSubstr("did you mean 'beta'"));
  EXPECT_THAT(ErrorOf("gamma * x"), HasSubstr("where gamma: channel = 1"));
  EXPECT_THAT(ErrorOf("sigmoid"), HasSubstr("'sigmoid' needs arguments"));
  EXPECT_THAT(ErrorOf("max(x)"), HasSubstr("'max' takes 2 arguments, met 1"));
  EXPECT_THAT(ErrorOf("sin(x, x)"), HasSubstr("'sin' takes 1 argument, met 2"));
  EXPECT_THAT(ErrorOf("lerp(x, x, x, x)"), HasSubstr("met more"));
  EXPECT_THAT(ErrorOf("x^65"), HasSubstr("column 3: cannot read the exponent 65"));
  EXPECT_THAT(ErrorOf("x^2^2"), HasSubstr("parentheses"));
  EXPECT_THAT(ErrorOf("2x"), HasSubstr("column 2"));
  EXPECT_THAT(ErrorOf("1.2.3"), HasSubstr("column 4"));
}

TEST(Parse, ErrorsOfTheWhereClauseNameColumnAndRemedy) {
  EXPECT_THAT(ErrorOf("b * x where"), HasSubstr("expected a name"));
  EXPECT_THAT(ErrorOf("b * x where b = 1"), HasSubstr("b: channel = 1"));
  EXPECT_THAT(ErrorOf("b * x where b: row = 1"), HasSubstr("'channel' or 'group(4)', met 'row'"));
  EXPECT_THAT(ErrorOf("b * x where b: group = 1"), HasSubstr("number of groups, as in 'group(4)'"));
  EXPECT_THAT(ErrorOf("b * x where b: layer"), HasSubstr("expected '='"));
  EXPECT_THAT(ErrorOf("b * x where b: layer = x"), HasSubstr("a number, met 'x'"));
  EXPECT_THAT(ErrorOf("b * x where b: layer = 1, b: layer = 1"), HasSubstr("declared twice"));
  EXPECT_THAT(ErrorOf("x where tanh: layer = 1"), HasSubstr("taken by the language"));
  EXPECT_THAT(ErrorOf("x where b: layer = 1 where"), HasSubstr("met 'where'"));
  EXPECT_THAT(ErrorOf("x + where b: layer = 1"), HasSubstr("met 'where'"));
}

TEST(Parse, HostileTextIsRefusedUnderEveryLimit) {
  EXPECT_THAT(ErrorOf(std::string(1'000'000, '(')), HasSubstr("1000000 bytes, more than 4096"));
  EXPECT_THAT(ErrorOf(std::string(4000, '(')), HasSubstr("nested deeper than 64 levels"));
  Limits wide;
  wide.max_length = 10'000'000;
  wide.max_depth = 10'000'000;
  EXPECT_THAT(ErrorOf(std::string(1'000'000, '('), wide), HasSubstr("deeper than 1000 levels"));
  std::string calls;
  for (int i = 0; i < 100'000; ++i) calls += "sin(";
  EXPECT_THAT(ErrorOf(calls, wide), HasSubstr("deeper than 1000 levels"));
  EXPECT_THAT(ErrorOf(std::string(1'000'000, '-') + "x", wide), HasSubstr("more than 256 nodes"));
  std::string sum = "x";
  for (int i = 0; i < 300; ++i) sum.append(" + ").append(std::to_string(i));
  EXPECT_THAT(ErrorOf(sum), HasSubstr("more than 256 nodes"));
  std::string where = "x where p0: layer = 1";
  for (int i = 1; i < 33; ++i) where.append(", p").append(std::to_string(i)).append(": layer = 1");
  EXPECT_THAT(ErrorOf(where), HasSubstr("more than 32 parameters"));
  EXPECT_THAT(ErrorOf("x where " + std::string(100, 'a') + ": layer = 1"),
              HasSubstr("longer than 32"));
}

TEST(Parse, NumbersThatNoDoubleHoldsAreRefused) {
  EXPECT_THAT(ErrorOf("1e999"), HasSubstr("does not fit a double"));
  EXPECT_THAT(ErrorOf("x where b: layer = 1e-999"), HasSubstr("does not fit a double"));
  EXPECT_THAT(ErrorOf("inf"), HasSubstr("unknown name 'inf'"));
  EXPECT_THAT(ErrorOf("nan * x"), HasSubstr("unknown name 'nan'"));
  EXPECT_THAT(ErrorOf("."), HasSubstr("expected digits"));
}

TEST(Parse, BytesOutsideTheLanguageAreShownAndRefused) {
  EXPECT_THAT(ErrorOf(std::string_view("x\0x", 3)), HasSubstr("column 2: cannot read byte 0x00"));
  EXPECT_THAT(ErrorOf("x \xc3\x28"), HasSubstr("byte 0xc3"));
  EXPECT_THAT(ErrorOf("x; y"), HasSubstr("cannot read ';'"));
}

}  // namespace
}  // namespace actsearch::expr
