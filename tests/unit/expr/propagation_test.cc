#include "search_spaces/expr/propagation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <vector>

#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/gaussian_rule.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::expr {
namespace {

Propagation Of(const char* text) {
  const Expr e = *Parse(text);
  return PropagationOf(e, Derive(e), InitialParameters(e));
}

struct Known {
  const char* text;
  double mean, variance, second, slope_second, gain, rho, weight_sd, bias_variance, length_slope;
};

// Computed independently by adaptive quadrature, to the digits given; SELU's slope from
// E f'^2 = lambda^2 (1 / 2 + alpha^2 e^2 Phi(-2)).
constexpr Known kKnown[] = {
    {"relu(x)", 0.3989, 0.3408, 0.5, 0.5, 1.7129, 1.467, 1.4142, 0, 1},
    {"tanh(x)", 0, 0.3943, 0.3943, 0.4644, 1.5925, 1.178, 1.4674, 0.1510, 0.39},
    {"elu(x)", 0.1605, 0.6192, 0.6450, 0.6681, 1.2708, 1.079, 1.2234, 0.0347, 0.86},
    {"1.0507009873554805 * (relu(x) + 1.6732632423543772 * expm1(min0(x)))", 0, 1, 1, 1.0716, 1,
     1.072, 0.9660, 0.0668, 0.73},
    {"x * normal_cdf(x)", 0.2821, 0.3456, 0.4252, 0.4559, 1.7009, 1.319, 1.4811, 0.0672, 1.07},
    {"x * sigmoid(x)", 0.2066, 0.3131, 0.3558, 0.3795, 1.7872, 1.212, 1.6233, 0.0625, 1.10},
    {"x * tanh(softplus(x))", 0.2404, 0.3946, 0.4523, 0.4791, 1.5920, 1.214, 1.4448, 0.0558, 1.02},
    {"x * exp(-exp(-x))", 0.2589, 0.2526, 0.3196, 0.3475, 1.9896, 1.376, 1.6964, 0.0802, 1.17},
};

TEST(Propagation, AgreesWithTheTableOfKnownFunctions) {
  for (const Known& known : kKnown) {
    const Propagation p = Of(known.text);
    constexpr double kLastDigit = 0.6e-4;
    EXPECT_NEAR(p.moments.mean, known.mean, kLastDigit) << known.text;
    EXPECT_NEAR(p.moments.variance, known.variance, kLastDigit) << known.text;
    EXPECT_NEAR(p.moments.second, known.second, kLastDigit) << known.text;
    EXPECT_NEAR(p.moments.slope_second, known.slope_second, kLastDigit) << known.text;
    EXPECT_NEAR(p.moments.rho, known.rho, 0.6e-3) << known.text;
    EXPECT_NEAR(p.variance_gain, known.gain, kLastDigit) << known.text;
    EXPECT_NEAR(p.second_gain, 1 / std::sqrt(known.second), 2e-4) << known.text;
    EXPECT_TRUE(p.edge.Exists()) << known.text;
    EXPECT_NEAR(std::sqrt(p.edge.weight_variance), known.weight_sd, kLastDigit) << known.text;
    EXPECT_NEAR(p.edge.bias_variance, known.bias_variance, kLastDigit) << known.text;
    EXPECT_NEAR(p.edge.length_slope, known.length_slope, 0.6e-2) << known.text;
  }
}

TEST(Propagation, SoftplusHasNoEdgeOfChaos) {
  const Propagation p = Of("softplus(x)");
  EXPECT_FALSE(p.edge.Exists());
  EXPECT_NEAR(p.edge.bias_variance, 1 - 0.9213 / 0.2934, 2e-3);
}

// dV/dq = sigma_w^2 (E f'^2 + E f f''), the form with two derivatives.
TEST(Propagation, LengthSlopeIsThatOfTheSecondDerivative) {
  const GaussianRule rule(8, 64);
  for (const char* text : {"tanh(x)", "x * sigmoid(x)", "1 + sin(2 * x)", "cube(x) - x"}) {
    const Expr f = *Parse(text);
    const Expr second = Derive(Derive(f));
    double expected = 0;
    for (std::size_t i = 0; i < rule.x.size(); ++i) {
      const double slope = Evaluate(Derive(f), rule.x[i], {});
      expected += rule.weight[i] *
                  (slope * slope + Evaluate(f, rule.x[i], {}) * Evaluate(second, rule.x[i], {}));
    }
    const EdgeOfChaos edge = Of(text).edge;
    EXPECT_NEAR(edge.length_slope, edge.weight_variance * expected, 1e-6) << text;
  }
}

TEST(Propagation, HomogeneousFunctionsKeepEveryLength) {
  for (const char* text : {"x", "relu(x)", "relu(x) + 0.3 * min0(x)", "2 * abs(x)"}) {
    const EdgeOfChaos edge = Of(text).edge;
    EXPECT_EQ(edge.bias_variance, 0) << text;
    EXPECT_NEAR(edge.length_slope, 1, 1e-6) << text;
  }
}

TEST(Propagation, SaysWhereExpectationsDoNotExist) {
  const Propagation root = Of("sqrt(abs(x))");  // E 1 / (4 |z|) is infinite
  EXPECT_NEAR(root.moments.second, std::sqrt(2 / M_PI), 1e-4);
  EXPECT_TRUE(std::isnan(root.moments.slope_second));
  EXPECT_TRUE(std::isnan(root.edge.weight_variance));
  EXPECT_FALSE(root.edge.Exists());
  EXPECT_TRUE(std::isnan(Of("exp(square(x) / 4)").moments.second));  // E exp(z^2 / 2)
  EXPECT_TRUE(std::isnan(Of("log(x)").moments.mean));
  EXPECT_FALSE(Of("step(x)").edge.Exists());  // flat almost everywhere
}

TEST(Propagation, UsesTheParametersPassedIn) {
  const Expr e = *Parse("a * x where a: layer = 1");
  const Propagation p = PropagationOf(e, Derive(e), std::vector<double>{4});
  EXPECT_NEAR(p.variance_gain, 0.25, 1e-9);
  EXPECT_NEAR(p.edge.weight_variance, 0.0625, 1e-9);
}

}  // namespace
}  // namespace actsearch::expr
