#include "search_spaces/expr/simplify.h"

#include <gtest/gtest.h>

#include <string>

#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"

namespace actsearch::expr {
namespace {

std::string Simple(const std::string& text) {
  const auto e = Parse(text);
  return e ? Print(Simplify(*e)) : e.error().message;
}

std::string Canon(const std::string& text) {
  const auto e = Parse(text);
  return e ? Print(Canonical(*e)) : e.error().message;
}

TEST(Simplify, FoldsConstants) {
  EXPECT_EQ(Simple("sin(pi / 2) + 2 * 3"), "7");
  EXPECT_EQ(Simple("x + 1 + 2"), "x + 3");
  EXPECT_EQ(Simple("2 * x * 3"), "6 * x");
  EXPECT_EQ(Simple("max(1, max(x, 2))"), "max(x, 2)");
}

TEST(Simplify, KeepsConstantsThatHaveNoFiniteValue) {
  EXPECT_EQ(Simple("log(0)"), "log(0)");
  EXPECT_EQ(Simple("x / 0"), "x / 0");
  EXPECT_EQ(Simple("1e200 * (1e200 * x)"), "1e+200 * (1e+200 * x)");
}

// Constants too large or small to be gathered stay, and keep their value.
TEST(Simplify, KeepsExtremeConstants) {
  EXPECT_EQ(Simple("sigmoid(x) - 1e-300"), "sigmoid(x) - 1e-300");
  EXPECT_EQ(Simple("1e300 + tanh(x)"), "tanh(x) + 1e+300");
  EXPECT_EQ(Simple("square(1e-200 * x)"), "square(1e-200 * x)");
  EXPECT_EQ(Simple("abs(-(0.5 * x - 1e-308 / x))"), "abs(-(0.5 * x - 1e-308 / x))");
}

TEST(Simplify, DropsNeutralAndAbsorbingElements) {
  EXPECT_EQ(Simple("x + 0"), "x");
  EXPECT_EQ(Simple("0 - x"), "-x");
  EXPECT_EQ(Simple("1 * x"), "x");
  EXPECT_EQ(Simple("x / 1"), "x");
  EXPECT_EQ(Simple("0 * exp(x) + x"), "x");
  EXPECT_EQ(Simple("x - x"), "0");
  EXPECT_EQ(Simple("lerp(x, tanh(x), 1)"), "x");
  EXPECT_EQ(Simple("lerp(x, tanh(x), 0)"), "tanh(x)");
  EXPECT_EQ(Simple("select(1, x, tanh(x))"), "x");
  EXPECT_EQ(Simple("select(x, tanh(x), tanh(x))"), "tanh(x)");
}

TEST(Simplify, JoinsLikeTermsAndRepeatedFactors) {
  EXPECT_EQ(Simple("x + x"), "2 * x");
  EXPECT_EQ(Simple("3 * tanh(x) - tanh(x) * 2"), "tanh(x)");
  EXPECT_EQ(Simple("x * x"), "square(x)");
  EXPECT_EQ(Simple("x * x * x"), "cube(x)");
  EXPECT_EQ(Simple("square(x) * x * square(x)"), "x * square(square(x))");
  EXPECT_EQ(Simple("square(3 * x)"), "9 * square(x)");
  EXPECT_EQ(Simple("2 * (x + 1) - (x + 1)"), "2 * (x + 1) - x - 1");
}

TEST(Simplify, PullsSignsOut) {
  EXPECT_EQ(Simple("--x"), "x");
  EXPECT_EQ(Simple("-x * -exp(x)"), "x * exp(x)");
  EXPECT_EQ(Simple("tanh(-x)"), "-tanh(x)");
  EXPECT_EQ(Simple("cos(-2 * x)"), "cos(2 * x)");
  EXPECT_EQ(Simple("1 - -x"), "x + 1");
  EXPECT_EQ(Simple("x + -2"), "x - 2");
  EXPECT_EQ(Simple("-(x + 1)"), "-(x + 1)");
  EXPECT_EQ(Simple("-x - 1"), "-(x + 1)");
  EXPECT_EQ(Simple("-(x - exp(x))"), "exp(x) - x");
}

TEST(Simplify, NeverCancelsAFactorAgainstADivisor) {
  EXPECT_EQ(Simple("x / x"), "x / x");
  EXPECT_EQ(Simple("(x - 1) * (1 / (x - 1))"), "(1 - x) / (1 - x)");
}

TEST(Simplify, GathersArgumentsOfMaxAndMin) {
  EXPECT_EQ(Simple("max(x, x)"), "x");
  EXPECT_EQ(Simple("max(x, 0)"), "relu(x)");
  EXPECT_EQ(Simple("relu(relu(x))"), "relu(x)");
  EXPECT_EQ(Simple("min(0, min(x, tanh(x)))"), "min0(min(x, tanh(x)))");
  EXPECT_EQ(Simple("relu(exp(x))"), "exp(x)");
  EXPECT_EQ(Simple("abs(relu(x))"), "relu(x)");
  EXPECT_EQ(Simple("sqrt(x * x)"), "abs(x)");
}

TEST(Simplify, JoinsPartsOfEitherSign) {
  EXPECT_EQ(Simple("relu(x) - relu(-x)"), "x");
  EXPECT_EQ(Simple("relu(x) + min0(x)"), "x");
  EXPECT_EQ(Simple("relu(x) + relu(-x)"), "abs(x)");
  EXPECT_EQ(Simple("0.5 * (x + abs(x))"), "relu(x)");
  EXPECT_EQ(Simple("x - relu(x)"), "min0(x)");
  EXPECT_EQ(Simple("max(x, -x)"), "abs(x)");
  EXPECT_EQ(Simple("min(x, -x)"), "-abs(x)");
  EXPECT_EQ(Simple("x * step(3 * x)"), "relu(x)");
  EXPECT_EQ(Simple("x * sign(x)"), "abs(x)");
  EXPECT_EQ(Simple("x * relu(x)"), "square(relu(x))");
  EXPECT_EQ(Simple("relu(x) * min0(x)"), "0");
  EXPECT_EQ(Simple("select(tanh(x), x, 0)"), "relu(x)");
  EXPECT_EQ(Simple("0.2 * x + relu(x)"), "x / 5 + relu(x)");
  EXPECT_EQ(Simple("relu(x) + 0.01 * min0(x)"), "relu(x) + min0(x) / 100");
}

TEST(Simplify, TakesSignsAndScalesOutOfMaxAndMin) {
  EXPECT_EQ(Simple("relu(-x)"), "-min0(x)");
  EXPECT_EQ(Simple("relu(2 * x)"), "2 * relu(x)");
  EXPECT_EQ(Simple("max(-x, -exp(x))"), "-x");
  EXPECT_EQ(Simple("-min(-x, -tanh(x))"), "max(x, tanh(x))");
  EXPECT_EQ(Simple("min0(x - 1)"), "-relu(1 - x)");
  EXPECT_EQ(Simple("relu(x - 1)"), "relu(x - 1)");
  EXPECT_EQ(Simple("relu(sinh(x))"), "sinh(relu(x))");
  EXPECT_EQ(Simple("abs(tanh(x))"), "tanh(abs(x))");
  EXPECT_EQ(Simple("cos(tanh(abs(x)))"), "cos(tanh(x))");
  EXPECT_EQ(Simple("min0(x * exp(x))"), "min0(x * exp(x))");  // 0 * exp(1000) would be NaN
}

TEST(Simplify, DropsWhatNeverWins) {
  EXPECT_EQ(Simple("max(cos(x), cosh(x))"), "cosh(x)");
  EXPECT_EQ(Simple("min(x, relu(x))"), "x");
  EXPECT_EQ(Simple("max(abs(x), sin(x))"), "abs(x)");
  EXPECT_EQ(Simple("min(max(tanh(x), -1), 2)"), "tanh(x)");
  EXPECT_EQ(Simple("max(x, sinh(x))"), "max(x, sinh(x))");
}

TEST(Simplify, NamesSumsOfExponentials) {
  EXPECT_EQ(Simple("1 - sigmoid(x)"), "sigmoid(-x)");
  EXPECT_EQ(Simple("2 * sigmoid(2 * x) - 1"), "tanh(x)");
  EXPECT_EQ(Simple("0.5 * (1 + tanh(x))"), "sigmoid(2 * x)");
  EXPECT_EQ(Simple("sigmoid(x) + sigmoid(-x)"), "1");
  EXPECT_EQ(Simple("softplus(x) - softplus(-x)"), "x");
  EXPECT_EQ(Simple("softplus(x) - x"), "softplus(-x)");
  EXPECT_EQ(Simple("exp(x) - 1 + x"), "x + expm1(x)");
  EXPECT_EQ(Simple("cosh(x) + sinh(x)"), "exp(x)");
  EXPECT_EQ(Simple("cosh(x)^2 - sinh(x)^2"), "1");
  EXPECT_EQ(Simple("3 * sin(x)^2 + 3 * cos(x)^2"), "3");
  EXPECT_EQ(Simple("0.5 * (1 + erf(x * 0.7071067811865476))"), "normal_cdf(x)");
  EXPECT_EQ(Simple("x / (1 + exp(-x))"), "x * sigmoid(x)");
  EXPECT_EQ(Simple("log(1 + exp(x))"), "softplus(x)");
  EXPECT_EQ(Simple("exp(x) * exp(2 * x)"), "exp(3 * x)");
  EXPECT_EQ(Simple("gate(x, x)"), "x * sigmoid(x)");
}

TEST(Simplify, LetsFunctionsUndoEachOther) {
  EXPECT_EQ(Simple("exp(log(exp(x) + 2)) + log(exp(x))"), "x + exp(x) + 2");
  EXPECT_EQ(Simple("asinh(sinh(x)) - tan(atan(x))"), "0");
  EXPECT_EQ(Simple("square(sqrt(abs(x)))"), "abs(x)");
  EXPECT_EQ(Simple("atan(tan(x))"), "atan(tan(x))");
  EXPECT_EQ(Simple("lerp(x, tanh(x), 0.25)"), "0.25 * x + 0.75 * tanh(x)");
}

TEST(Simplify, TakesAFactorForWhatItIs) {
  EXPECT_EQ(Simple("cosh(x) * tanh(x)"), "sinh(x)");
  EXPECT_EQ(Simple("cosh(x) * tanh(cosh(x))"), "cosh(x) * tanh(cosh(x))");
}

// A quotient that cannot be read as a product of factors stays in its place.
TEST(Simplify, LosesNoFactorThatItCannotRead) {
  EXPECT_EQ(Simple("square(abs(x / 0))"), "square(abs(x / 0))");
  EXPECT_EQ(Simple("sign(x / 0) * (x / 0)"), "x / 0 * sign(x / 0)");
}

// Where a part is NaN or infinite, the formula stays so.
TEST(Simplify, KeepsWhereFormulasExist) {
  EXPECT_EQ(Simple("exp(log(x))"), "exp(log(x))");
  EXPECT_EQ(Simple("square(sqrt(x))"), "square(sqrt(x))");
  EXPECT_EQ(Simple("expm1(log1p(x))"), "expm1(log1p(x))");
  EXPECT_EQ(Simple("log(x) - log(x)"), "0 * log(x)");
  EXPECT_EQ(Simple("x * log(x) - x * log(x) + 1"), "0 * log(x) + 1");
  EXPECT_EQ(Simple("3 / x - 2 / x"), "1 / x + 0 / x");
  EXPECT_EQ(Simple("0 * x / (1 - x) + x"), "x + 0 / (1 - x)");
  EXPECT_EQ(Simple("0 * x / (1 + exp(x)) + x"), "x");
  EXPECT_EQ(Simple("max(sin(log(x)), 2)"), "max(sin(log(x)), 2)");
  EXPECT_EQ(Simple("select(x, sqrt(x), 0)"), "select(x, sqrt(x), 0)");
  EXPECT_EQ(Simple("sigmoid(log(x)) + sigmoid(-log(x))"), "sigmoid(log(x)) + sigmoid(-log(x))");
  EXPECT_EQ(Simple("gaussian_kernel(sqrt(x), sqrt(x), 2)"), "gaussian_kernel(sqrt(x), sqrt(x), 2)");
  EXPECT_EQ(Simple("relu(1 / x) + min0(1 / x)"), "relu(1 / x) + min0(1 / x)");
}

TEST(Simplify, KeepsConstantsThatAreTooSmall) {
  EXPECT_EQ(Simple("max(x, exp(-800))"), "max(x, exp(-800))");
  EXPECT_EQ(Simple("x / (1e-200 * 1e-200)"), "x / (1e-200 * 1e-200)");
}

TEST(Simplify, KeepsParameters) {
  const Expr e = *Parse("b * x + 0 where a: layer = 1, b: channel = 2");
  EXPECT_EQ(Print(Simplify(e)), "b * x where a: layer = 1, b: channel = 2");
}

TEST(Simplify, WritesSmallFractionsAsDivisions) {
  EXPECT_EQ(Simple("x / 6"), "x / 6");
  EXPECT_EQ(Simple("x * (1 / 3)"), "x / 3");
  EXPECT_EQ(Simple("x / 2"), "0.5 * x");
  EXPECT_EQ(Simple("reciprocal(2 * x)"), "0.5 / x");
}

TEST(Simplify, ReductionsAreOpaque) {
  EXPECT_EQ(Simple("mean{h,w}(x * x + 0) * 1"), "mean{h,w}(square(x))");
  EXPECT_EQ(Simple("mean{c}(2) + maximum{b}(3) + var{b}(x - x)"), "5");
  EXPECT_EQ(Simple("sum{c}(2)"), "sum{c}(2)");
  EXPECT_EQ(Simple("mean{c/1}(x) - mean{c}(x)"), "0");
  EXPECT_EQ(Simple("abs(var{c}(x)) + relu(mean{b}(exp(x)))"), "var{c}(x) + mean{b}(exp(x))");
}

TEST(Canonical, OrdersInputsAndReductions) {
  EXPECT_EQ(Canon("u * x + u"), "u + x * u");
  EXPECT_EQ(Canon("var{b}(u) * mean{b}(x)"), Canon("mean{b}(x) * var{b}(u)"));
}

TEST(Canonical, OrdersCommutativeArguments) {
  EXPECT_EQ(Canon("sigmoid(x) * x"), "x * sigmoid(x)");
  EXPECT_EQ(Canon("1 + (exp(x) + x)"), "x + exp(x) + 1");
  EXPECT_EQ(Canon("max(tanh(x), x)"), "max(x, tanh(x))");
}

TEST(Canonical, RenamesParametersByFirstAppearanceAndDropsUnusedOnes) {
  EXPECT_EQ(Canon("x * sigmoid(beta * x) where gamma: layer = 3, beta: channel = 1"),
            "x * sigmoid(p0 * x) where p0: channel = 1");
  EXPECT_EQ(Canon("a - a + x where a: layer = 1"), "x");
}

TEST(Canonical, MergesParametersThatSayWhatOneSays) {
  const std::string abc = " where a: channel = 2, b: layer = 3, c: channel = 5";
  EXPECT_EQ(Canon("a * b * x" + abc), "p0 * x where p0: channel = 6");
  EXPECT_EQ(Canon("a * (b * tanh(x))" + abc), "p0 * tanh(x) where p0: channel = 6");
  EXPECT_EQ(Canon("exp(a + b) * x" + abc), "x * exp(p0) where p0: channel = 5");
  EXPECT_EQ(Canon("-2 * b * x / 4" + abc), "p0 * x where p0: layer = -1.5");
  EXPECT_EQ(Canon("x + a - b + 1" + abc), "x + p0 where p0: channel = 0");
  EXPECT_EQ(Canon("x - a * tanh(x)" + abc), "x + p0 * tanh(x) where p0: channel = -2");
  EXPECT_EQ(Canon("b * (a * x + c * tanh(x))" + abc),
            "p0 * x + p1 * tanh(x) where p0: channel = 6, p1: channel = 15");
  EXPECT_EQ(Canon("2 * (x + a)" + abc), "2 * x + p0 where p0: channel = 4");
}

// Functions that more parameters reach would be lost, or the ties between parts.
TEST(Canonical, KeepsParametersThatSayMore) {
  const std::string abc = " where a: channel = 2, b: layer = 3, c: channel = 5";
  EXPECT_EQ(Canon("exp(a) * x" + abc), "x * exp(p0) where p0: channel = 2");
  EXPECT_EQ(Canon("a * b * x + b" + abc), "p0 * p1 * x + p0 where p0: layer = 3, p1: channel = 2");
  EXPECT_EQ(Canon("a * (x + c)" + abc), "p0 * (x + p1) where p0: channel = 2, p1: channel = 5");
  EXPECT_EQ(Canon("a * (b * x + c * tanh(x))" + abc),
            "p0 * (p1 * x + p2 * tanh(x)) where p0: channel = 2, p1: layer = 3, p2: channel = 5");
  EXPECT_EQ(Canon("p * q * x where p: group(2) = 1, q: group(3) = 2"),
            "p0 * p1 * x where p0: group(3) = 2, p1: group(2) = 1");
  EXPECT_EQ(Canon("p * q * x where p: group(2) = 1, q: group(4) = 2"),
            "p0 * x where p0: group(4) = 2");
}

TEST(Canonical, DoesNotDependOnNamesOrOrderOfParameters) {
  const std::string ab = " where a: channel = 1, b: channel = 1, c: layer = 0";
  const std::string ba = " where b: channel = 1, c: layer = 0, a: channel = 1";
  EXPECT_EQ(Canon("a * tanh(b * x) + c" + ab), Canon("b * tanh(a * x) + c" + ba));
  EXPECT_EQ(Canon("a * x + b * exp(x)" + ab), Canon("a * exp(x) + b * x" + ab));
  EXPECT_EQ(Canon("square(a - b) * a + b" + ab), Canon("square(a - b) * b + a" + ba));
  EXPECT_EQ(Canon("max(a * x, b) * tanh(b)" + ab), Canon("tanh(a) * max(a, b * x)" + ba));
  EXPECT_EQ(Canon("tanh(a + b) * max(a, b)" + ab), Canon("max(b, a) * tanh(b + a)" + ba));
}

TEST(Canonical, TellsTiedFromUntiedParameters) {
  const std::string ab = " where a: channel = 1, b: channel = 1";
  EXPECT_NE(Canon("a * x + a * exp(x)" + ab), Canon("a * x + b * exp(x)" + ab));
}

// Sums that are opened everywhere would turn this graph of 60 nodes into thousands.
TEST(Canonical, StaysSmallOnSharedSums) {
  std::string text = "t20 where t1 := x + exp(x)";
  for (int i = 2; i <= 20; ++i) {
    const std::string before = std::to_string(i - 1);
    text.append(", t").append(std::to_string(i)).append(" := tanh(t").append(before);
    text.append(") + t").append(before).append(" * t").append(before);
  }
  const Expr e = *Parse(text);
  const Expr canonical = Canonical(e);
  EXPECT_LE(canonical.nodes.size(), 2 * e.nodes.size() + 16);
  EXPECT_EQ(Canonical(canonical), canonical);
  EXPECT_EQ(Parse(Print(canonical)), canonical);
}

}  // namespace
}  // namespace actsearch::expr
