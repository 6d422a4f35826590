#include "search_spaces/expr/moments.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::expr {
namespace {

Moments Of(const char* text) {
  const Expr e = *Parse(text);
  return MomentsOf(e, InitialParameters(e));
}

struct Known {
  const char* text;
  double mean, variance, second, slope_second, rho;
};

// Four digits, computed independently by adaptive quadrature.
constexpr Known kKnown[] = {
    {"relu(x)", 0.3989, 0.3408, 0.5, 0.5, 1.467},
    {"tanh(x)", 0, 0.3943, 0.3943, 0.4644, 1.178},
    {"relu(x) + expm1(min0(x))", 0.1605, 0.6192, 0.6450, 0.6681, 1.079},
    {"1.0507009873554805 * (relu(x) + 1.6732632423543772 * expm1(min0(x)))", 0, 1, 1, 1.0713,
     1.071},
    {"x * normal_cdf(x)", 0.2821, 0.3456, 0.4252, 0.4559, 1.319},
    {"x * sigmoid(x)", 0.2066, 0.3131, 0.3558, 0.3795, 1.212},
    {"x * tanh(softplus(x))", 0.2404, 0.3946, 0.4523, 0.4791, 1.214},
    {"x * exp(-exp(-x))", 0.2589, 0.2526, 0.3196, 0.3475, 1.376},
    {"softplus(x)", 0.8061, 0.2715, 0.9213, 0.2934, 1.081},
    {"sigmoid(x)", 0.5, 0.0434, 0.2934, 0.0448, 1.034},
    {"square(relu(x))", 0.5, 1.25, 1.5, 2, 1.6},
};

TEST(Moments, AgreeWithTheTableOfKnownFunctions) {
  for (const Known& known : kKnown) {
    const Moments m = Of(known.text);
    EXPECT_NEAR(m.mean, known.mean, 1e-3) << known.text;
    EXPECT_NEAR(m.variance, known.variance, 1e-3) << known.text;
    EXPECT_NEAR(m.second, known.second, 1e-3) << known.text;
    EXPECT_NEAR(m.slope_second, known.slope_second, 1e-3) << known.text;
    EXPECT_NEAR(m.rho, known.rho, 1e-3) << known.text;
  }
}

TEST(Moments, GainPerLayerIsOneForAffineFunctionsOnly) {
  EXPECT_NEAR(Of("3 * x + 100").rho, 1, 1e-9);
  EXPECT_NEAR(Of("relu(x)").rho, M_PI / (M_PI - 1), 1e-3);
  EXPECT_NEAR(Of("cube(x)").rho, 1.8, 1e-9);
  EXPECT_NEAR(Of("sin(3 * x)").rho, 9, 0.02);
}

TEST(Moments, UseTheParametersPassedIn) {
  const Expr e = *Parse("a * x where a: layer = 1");
  EXPECT_NEAR(MomentsOf(e, std::vector<double>{3}).variance, 9, 1e-9);
  EXPECT_NEAR(MomentsOf(e, Derive(e), std::vector<double>{2}).slope_second, 4, 1e-9);
}

TEST(Moments, AreNanWhereTheFunctionIsNotFinite) {
  EXPECT_TRUE(std::isnan(Of("log(x)").mean));
  EXPECT_TRUE(std::isnan(Of("exp(exp(x * x))").variance));
}

}  // namespace
}  // namespace actsearch::expr
