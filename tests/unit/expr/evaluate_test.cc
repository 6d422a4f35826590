#include "search_spaces/expr/evaluate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "search_spaces/expr/parse.h"
#include "tests/support/dual.h"

namespace actsearch::expr {
namespace {

TEST(Evaluate, UsesTheParametersPassedIn) {
  const Expr e = *Parse("a * x + b where a: layer = 2, b: channel = -1");
  EXPECT_EQ(InitialParameters(e), (std::vector<double>{2, -1}));
  EXPECT_EQ(Evaluate(e, 3, InitialParameters(e)), 5);
  EXPECT_EQ(Evaluate(e, 3, std::vector<double>{1, 10}), 13);
}

TEST(EvaluateMany, EqualsOneByOneForAnyNumberOfPoints) {
  const Expr e = *Parse("lerp(tanh(x), b * square(x), sigmoid(x)) where b: layer = 0.5");
  const auto params = InitialParameters(e);
  for (const std::size_t count : {0u, 1u, 63u, 64u, 65u, 200u}) {
    std::vector<double> x(count);
    for (std::size_t i = 0; i < count; ++i) x[i] = 0.1 * static_cast<double>(i) - 5;
    const auto y = EvaluateMany(e, x, params);
    ASSERT_EQ(y.size(), count);
    for (std::size_t i = 0; i < count; ++i) EXPECT_DOUBLE_EQ(y[i], Evaluate(e, x[i], params));
  }
}

TEST(EvaluateMany, HandlesGraphsOfOneLeaf) {
  const std::vector<double> x = {1, 2, 3};
  EXPECT_EQ(EvaluateMany(*Parse("x"), x, {}), x);
  EXPECT_EQ(EvaluateMany(*Parse("7"), x, {}), (std::vector<double>{7, 7, 7}));
}

TEST(EvaluateMany, ReadsBothInputs) {
  const Expr e = *Parse("a * x + u * u where a: layer = 10");
  const std::vector<double> x = {1, 2, 3};
  const std::vector<double> u = {0, 1, -2};
  std::vector<double> y(3);
  EvaluateMany(e, x, u, InitialParameters(e), y);
  EXPECT_EQ(y, (std::vector<double>{10, 21, 34}));
  EXPECT_EQ(Evaluate(e, 3, -2, InitialParameters(e)), 34);
}

TEST(EvaluateMany, ReductionsRunOverAllPoints) {
  std::vector<double> x(200);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i);
  EXPECT_DOUBLE_EQ(EvaluateMany(*Parse("x - mean{b,h,w}(x)"), x, {})[0], -99.5);
  EXPECT_DOUBLE_EQ(EvaluateMany(*Parse("var{c}(x) + 0 * x"), x, {})[7], (200.0 * 200 - 1) / 12);
  EXPECT_DOUBLE_EQ(EvaluateMany(*Parse("sum{c/2}(2 * x)"), x, {})[1], 39800);
  EXPECT_DOUBLE_EQ(EvaluateMany(*Parse("x / maximum{b}(-x + 199)"), x, {})[199], 1);
  EXPECT_TRUE(EvaluateMany(*Parse("mean{b}(x)"), {}, {}).empty());
  EXPECT_EQ(Evaluate(*Parse("x - mean{b}(x)"), 5, {}), 0);
}

TEST(EvaluateMany, ReductionsPassNanOn) {
  const std::vector<double> x = {-1, 4};
  for (const char* text : {"mean{b}(sqrt(x))", "maximum{b}(sqrt(x))", "var{b}(sqrt(x))"}) {
    EXPECT_TRUE(std::isnan(EvaluateMany(*Parse(text), x, {})[1])) << text;
  }
}

TEST(EvaluateAs, InterpretsTheSameGraphOverDualNumbers) {
  using testing::Dual;
  const Expr e = *Parse("x * sigmoid(x)");
  const Dual y = EvaluateAs<Dual>(e, Dual(0, 1), {});
  EXPECT_EQ(y.value, 0);
  EXPECT_EQ(y.slope, 0.5);
}

}  // namespace
}  // namespace actsearch::expr
