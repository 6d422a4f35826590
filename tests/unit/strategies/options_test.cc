#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "coordinator/strategies/strategy.h"

namespace actsearch::strategies {
namespace {

using ::testing::HasSubstr;

const StrategyRow& Evolution() { return **Strategies().Find("evolution"); }

TEST(CompleteOptions, FillsInEveryDefault) {
  const auto options = CompleteOptions(Evolution(), {{"population", 20}});
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->size(), Evolution().options.size());
  EXPECT_EQ(options->at("population"), 20);
  EXPECT_EQ(options->at("crossover"), 0.1);
}

TEST(CompleteOptions, SuggestsTheNearestName) {
  const auto options = CompleteOptions(Evolution(), {{"populaton", 20}});
  ASSERT_FALSE(options.has_value());
  EXPECT_EQ(options.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(options.error().message, HasSubstr("did you mean 'population'"));
  EXPECT_THAT(options.error().message, HasSubstr("evolution"));
}

TEST(CompleteOptions, NamesTheBounds) {
  const auto options = CompleteOptions(Evolution(), {{"crossover", 1.5}});
  ASSERT_FALSE(options.has_value());
  EXPECT_EQ(options.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(options.error().message, HasSubstr("'crossover'"));
  EXPECT_THAT(options.error().message, HasSubstr("1.5; give a number from 0 to 1"));
}

TEST(CompleteOptions, RefusesFractionsOfIntegersAndNaN) {
  const auto fraction = CompleteOptions(Evolution(), {{"tournament", 2.5}});
  ASSERT_FALSE(fraction.has_value());
  EXPECT_THAT(fraction.error().message, HasSubstr("give an integer from 1 to"));
  EXPECT_FALSE(CompleteOptions(Evolution(), {{"fresh", std::numeric_limits<double>::quiet_NaN()}}));
}

TEST(CompleteOptions, RandomTakesNone) {
  const StrategyRow& random = **Strategies().Find("random");
  EXPECT_TRUE(CompleteOptions(random, {}).has_value());
  EXPECT_FALSE(CompleteOptions(random, {{"population", 3}}).has_value());
}

TEST(Strategies, DefaultsLieWithinTheirBounds) {
  for (const StrategyRow& row : Strategies().Rows()) {
    EXPECT_FALSE(row.doc.empty()) << row.name;
    for (const OptionRow& option : row.options) {
      EXPECT_FALSE(option.doc.empty()) << option.name;
      EXPECT_TRUE(CompleteOptions(row, {{std::string(option.name), option.initial}}))
          << option.name;
    }
  }
}

}  // namespace
}  // namespace actsearch::strategies
