#include "search_spaces/activations/scalar_features.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <string_view>
#include <vector>

#include "search_spaces/expr/parse.h"

namespace actsearch::activations {
namespace {

constexpr std::size_t kGrid = 32;

std::vector<double> FeaturesOf(std::string_view text) {
  return ScalarFeatures(expr::Parse(text).value());
}

// The features behind the grid, against their closed forms under a standard normal input.
// Slopes are differences over 1/16, which smears the kink of relu.
void ExpectMoments(std::string_view text, const std::vector<double>& expected) {
  const std::vector<double> features = FeaturesOf(text);
  ASSERT_EQ(features.size(), kGrid + 9) << text;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(features[kGrid + i], expected[i], 0.06) << text << ": " << i;
  }
}

TEST(ScalarFeatures, AreThoseOfTheClosedForms) {
  // Mean, log deviation, E f'^2 / Var f, log E f'^2, Hermite shares 1 to 3, slopes of the tails.
  ExpectMoments("2 * x + 1", {1, std::log(2), 1, std::log(4), 1, 0, 0, 1, 1});
  const double variance = 0.5 - 1 / (2 * M_PI);
  const double second = 1 / (4 * M_PI);  // (E relu He_2)^2 / 2!
  ExpectMoments("relu(x)", {1 / std::sqrt(2 * M_PI), std::log(variance) / 2, 0.5 / variance,
                            std::log(0.5), 0.25 / variance, second / variance, 0, 0,
                            1 / std::sqrt(variance)});
}

TEST(ScalarFeatures, TellScaleFromForm) {
  const std::vector<double> one = FeaturesOf("tanh(x)");
  const std::vector<double> other = FeaturesOf("0.25 * tanh(x)");
  for (std::size_t i = 0; i < one.size(); ++i) {
    const bool of_scale = i == kGrid + 1 || i == kGrid + 3;
    EXPECT_EQ(std::abs(one[i] - other[i]) > 1e-6, of_scale) << i;
  }
}

TEST(ScalarFeatures, AreFiniteForSteepFunctions) {
  for (const std::string_view text : {"exp(exp(x))", "1 / x", "0 * x"}) {
    for (const double v : FeaturesOf(text)) {
      EXPECT_TRUE(std::isfinite(v)) << text;
      EXPECT_LE(std::abs(v), 8) << text;
    }
  }
}

}  // namespace
}  // namespace actsearch::activations
