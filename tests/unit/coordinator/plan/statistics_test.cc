#include "coordinator/plan/statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "search_spaces/base/rng.h"

namespace actsearch::plan {
namespace {

using ::testing::AllOf;
using ::testing::DoubleEq;
using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::Optional;
using ::testing::Pointwise;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const double kNan = std::nan("");

using Trainings = std::vector<Training>;
using Units = std::vector<std::vector<float>>;  // by seed

// Trainings whose losses are the means of their units.
Trainings WithUnits(const Units& units) {
  Trainings trainings;
  for (const std::vector<float>& row : units) {
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    trainings.push_back({sum / static_cast<double>(row.size()), row});
  }
  return trainings;
}

Trainings WithLosses(std::initializer_list<double> losses) {
  Trainings trainings;
  for (const double loss : losses) trainings.push_back({.loss = loss});
  return trainings;
}

// To `tolerance` times the size of what is expected.
auto Near(const Difference& expected, double tolerance) {
  const auto near = [&](double value) { return DoubleNear(value, tolerance * std::abs(value)); };
  return AllOf(Field("mean", &Difference::mean, near(expected.mean)),
               Field("low", &Difference::low, near(expected.low)),
               Field("high", &Difference::high, near(expected.high)),
               Field("p", &Difference::p, near(expected.p)),
               Field("freedom", &Difference::freedom, near(expected.freedom)),
               Field("seeds", &Difference::seeds, expected.seeds),
               Field("units", &Difference::units, expected.units),
               Field("least", &Difference::least, near(expected.least)),
               Field("seed_variance", &Difference::seed_variance, near(expected.seed_variance)),
               Field("unit_variance", &Difference::unit_variance, near(expected.unit_variance)),
               Field("rest_variance", &Difference::rest_variance, near(expected.rest_variance)));
}

auto HasInterval(double low, double high) {
  return AllOf(Field("low", &Difference::low, low), Field("high", &Difference::high, high));
}

auto SaysNothing() {
  return AllOf(HasInterval(-kInfinity, kInfinity), Field("p", &Difference::p, 1));
}

// ---- failures

TEST(FillFailures, GiveTheWorstOfAllEntrants) {
  Trainings a = {{1, {1, 1}}, {.loss = kNan, .failed = true}};
  Trainings b = {{2, {1, 3}}, {3, {2, 4}}};
  FillFailures({a, b}, 2.5);
  ASSERT_EQ(a.size(), 2u);
  EXPECT_EQ(a[1].loss, 3);
  EXPECT_THAT(a[1].units, ElementsAre(3, 3));
  EXPECT_TRUE(a[1].failed);
  EXPECT_EQ(a[0].loss, 1);
  FillFailures({a, b}, 4);
  EXPECT_EQ(a[1].loss, 4);
  EXPECT_THAT(a[1].units, ElementsAre(4, 4));
  EXPECT_EQ(b[1].loss, 3);
}

TEST(FillFailures, WithoutATrivialLossTakeTheWorstSeen) {
  Trainings a = {{.loss = 1, .failed = true}, {.loss = -2}};
  for (const double trivial : {kNan, -kInfinity, kInfinity}) {
    FillFailures({a}, trivial);
    EXPECT_EQ(a[0].loss, -2);
    EXPECT_TRUE(a[0].units.empty());
  }
}

TEST(FillFailures, OfEverythingGiveTheTrivialLossOrInfinity) {
  Trainings a = {{.failed = true}, {.failed = true}};
  FillFailures({a}, 0.7);
  EXPECT_THAT(a, Each(Field(&Training::loss, 0.7)));
  FillFailures({a}, kNan);
  EXPECT_THAT(a, Each(Field(&Training::loss, kInfinity)));
  EXPECT_THAT(Compare(a, a), SaysNothing());
}

TEST(FillFailures, LossesBeyondFloatsHaveTheLargestUnits) {
  Trainings a = {{1e300, {1}}, {.failed = true}};
  FillFailures({a}, 0);
  EXPECT_EQ(a[1].loss, 1e300);
  EXPECT_THAT(a[1].units, ElementsAre(std::numeric_limits<float>::max()));
}

// ---- replicates

TEST(DistinctReplicates, CountTheSameTrainingOfBothOnce) {
  const Trainings a = {{1, {1}}, {2, {2}}, {1, {1}}, {1, {1}}, {1, {2}}};
  const Trainings b = {{5, {5}}, {6, {6}}, {5, {5}}, {6, {6}}, {5, {5}}};
  EXPECT_THAT(DistinctReplicates(a, b), ElementsAre(true, true, false, true, true))
      << "3 repeats different replicates, 4 differs in a unit";
  EXPECT_TRUE(DistinctReplicates({}, {}).empty());
}

TEST(DistinctReplicates, KeepAReplayBesideTrainingsThatVary) {
  const Trainings replay = WithLosses({1, 1, 1});
  EXPECT_THAT(DistinctReplicates(replay, WithLosses({4, 5, 6})), Each(true));
  EXPECT_THAT(DistinctReplicates(WithLosses({4, 5, 6}), replay), Each(true));
  EXPECT_THAT(DistinctReplicates(replay, replay), ElementsAre(true, false, false));
}

TEST(DistinctReplicates, KeepFailures) {
  const Trainings a = {{.loss = 9, .failed = true}, {.loss = 9, .failed = true}};
  EXPECT_THAT(DistinctReplicates(a, WithLosses({1, 1})), Each(true));
  EXPECT_THAT(DistinctReplicates(a, a), Each(true));
}

// ---- differences

TEST(Compare, WithoutUnitsAgreesWithTheTextbook) {
  // Differences 1 to 5: variance 2.5, t = 3 / sqrt(0.5) = 4.2426, t(4) = 2.776445.
  const Difference difference = Compare(WithLosses({2, 4, 6, 8, 10}), WithLosses({1, 2, 3, 4, 5}));
  const double half = 2.776445 * std::sqrt(0.5);
  EXPECT_THAT(difference, Near({.mean = 3,
                                .low = 3 - half,
                                .high = 3 + half,
                                .p = 0.0132356,
                                .freedom = 4,
                                .seeds = 5,
                                .seed_variance = 2.5},
                               1e-5));
}

TEST(Compare, WithUnitsAgreesWithACalculationByHand) {
  // Means of seeds 2, 4, of units 1.5, 4.5, of all 3: mean squares 4, 9 and 1, so the variance
  // is 12 / 4, with 144 / (16 + 81 + 1) degrees of freedom. t(1) = 12.7062.
  const Difference difference = Compare(WithUnits({{1, 3}, {2, 6}}), WithUnits({{0, 0}, {0, 0}}));
  EXPECT_DOUBLE_EQ(difference.mean, 3);
  EXPECT_DOUBLE_EQ(difference.freedom, 144.0 / 98);
  EXPECT_DOUBLE_EQ(difference.seed_variance, 1.5);
  EXPECT_DOUBLE_EQ(difference.unit_variance, 4);
  EXPECT_DOUBLE_EQ(difference.rest_variance, 1);
  EXPECT_NEAR(difference.least, 12.7062 * std::sqrt(2), 1e-4);
  EXPECT_EQ(difference.seeds, 2);
  EXPECT_EQ(difference.units, 2);
}

struct Case {
  Units a;
  Units b;
  Difference expected;
};

// Drawn and computed by tests/oracle/statistics_numbers.py: seeds and units differ; seeds alone
// do, so that their bound holds; units alone.
std::vector<Case> Cases() {
  return {
      {{{5.9375, 2.1875, 3.3125, 3.875, 5.9375},
        {4.625, 1.625, 4.125, 3.75, 3.6875},
        {2.875, 2.5625, 3.375, 3.625, 4.0625},
        {2.625, 1.4375, 2.75, 1.9375, 3.0625}},
       {{4.4375, 2.5, 2.1875, 2.8125, 3.875},
        {4, 2.375, 3.3125, 3, 2.6875},
        {2, 3.5, 2.5625, 3.125, 3.0625},
        {3.9375, 3.5625, 2.4375, 2.875, 3.5}},
       {.mean = 0.28125,
        .low = -1.033399774,
        .high = 1.595899774,
        .p = 0.619454466484,
        .freedom = 6.00478806679,
        .seeds = 4,
        .units = 5,
        .least = 0.930843723401,
        .seed_variance = 0.68076171875,
        .unit_variance = 0.56201171875,
        .rest_variance = 0.12353515625}},
      {{{1.9375, 2.25, 1.9375, 2.5, 2.375, 0.8125},
        {3.5625, 3.375, 4.8125, 2.5625, 3.625, 2.6875},
        {2.625, 2.6875, 4.375, 3.5, 1.6875, 3.9375}},
       {{2.6875, 2.8125, 2.8125, 2.9375, 3.25, 2.125},
        {2.875, 2.75, 3.5625, 2.5, 3.8125, 3.3125},
        {3.8125, 2.625, 3.375, 3.1875, 2.25, 2.875}},
       {.mean = -0.128472222222,
        .low = -1.63108681485,
        .high = 1.37414237041,
        .p = 0.743442300695,
        .freedom = 1.95235705145,
        .seeds = 3,
        .units = 6,
        .least = 0,
        .seed_variance = 0.271527777778,
        .unit_variance = 0,
        .rest_variance = 0.465451388889}},
      {{{3.375, 3.4375, 1.5625, 4.6875},
        {3.6875, 2.75, 2.6875, 4.25},
        {3.125, 2.5625, 2.8125, 4.625},
        {5.375, 3.5, 2.375, 3.625},
        {3.5625, 3.75, 2.5, 3.5625}},
       {{2.75, 3.6875, 2.75, 3.4375},
        {2.5625, 3.3125, 3.75, 3.4375},
        {3.125, 3.0625, 2.9375, 3},
        {3.5625, 3.5625, 3.1875, 2.375},
        {2.75, 3.125, 3, 2.3125}},
       {.mean = 0.30625,
        .low = -1.14520516356,
        .high = 1.75770516356,
        .p = 0.549530541298,
        .freedom = 2.99168129399,
        .seeds = 5,
        .units = 4,
        .least = 1.40598695524,
        .seed_variance = 0,
        .unit_variance = 0.780729166667,
        .rest_variance = 0.243489583333}},
  };
}

TEST(Compare, AgreesWithStatsmodels) {
  for (const Case& c : Cases()) {
    EXPECT_THAT(Compare(WithUnits(c.a), WithUnits(c.b)), Near(c.expected, 1e-9));
  }
}

Difference Mirrored(Difference difference) {
  difference.mean = -difference.mean;
  std::swap(difference.low, difference.high);
  difference.low = -difference.low;
  difference.high = -difference.high;
  return difference;
}

Trainings WithoutUnits(Trainings trainings) {
  for (Training& training : trainings) training.units.clear();
  return trainings;
}

TEST(Compare, SwappingMirrors) {
  for (const Case& c : Cases()) {
    const Trainings a = WithUnits(c.a);
    const Trainings b = WithUnits(c.b);
    EXPECT_THAT(Compare(b, a), Near(Mirrored(Compare(a, b)), 1e-12));
    EXPECT_THAT(Compare(WithoutUnits(b), WithoutUnits(a)),
                Near(Mirrored(Compare(WithoutUnits(a), WithoutUnits(b))), 1e-12));
  }
}

TEST(Compare, AddingTheSameToBothChangesNothing) {
  for (Case c : Cases()) {
    const Difference before = Compare(WithUnits(c.a), WithUnits(c.b));
    for (Units* units : {&c.a, &c.b}) {
      for (std::vector<float>& row : *units) {
        for (float& loss : row) loss += 1024;
      }
    }
    EXPECT_THAT(Compare(WithUnits(c.a), WithUnits(c.b)), Near(before, 1e-9));
  }
}

TEST(Compare, ScalesWithTheLosses) {
  for (Case c : Cases()) {
    const Difference before = Compare(WithUnits(c.a), WithUnits(c.b));
    for (Units* units : {&c.a, &c.b}) {
      for (std::vector<float>& row : *units) {
        for (float& loss : row) loss *= 1e-12f;
      }
    }
    const Difference after = Compare(WithUnits(c.a), WithUnits(c.b));
    EXPECT_NEAR(after.p, before.p, 1e-6);
    EXPECT_NEAR(after.low * 1e12, before.low, 1e-5);
  }
}

TEST(Compare, OrderDoesNotMatter) {
  for (Case c : Cases()) {
    const Difference before = Compare(WithUnits(c.a), WithUnits(c.b));
    for (Units* units : {&c.a, &c.b}) {
      std::ranges::rotate(*units, units->begin() + 2);
      for (std::vector<float>& row : *units) std::ranges::reverse(row);
    }
    EXPECT_THAT(Compare(WithUnits(c.a), WithUnits(c.b)), Near(before, 1e-9));
  }
}

TEST(Compare, TakesTheMeanFromTheLosses) {
  Trainings a = WithUnits({{1, 3}, {2, 6}});
  for (Training& training : a) training.loss += 1e-9;
  EXPECT_NEAR(Compare(a, WithUnits({{0, 0}, {0, 0}})).mean - 3, 1e-9, 1e-14);
}

TEST(Compare, UnitsThatAreNotATableAreIgnored) {
  const Trainings a = WithUnits({{1, 3}, {2, 6}, {3, 3}});
  const Difference expected = Compare(WithoutUnits(a), WithLosses({1, 2, 4}));
  EXPECT_EQ(expected.units, 0);
  EXPECT_THAT(Compare(a, WithLosses({1, 2, 4})), Near(expected, 0));
  EXPECT_THAT(Compare(a, WithUnits({{1, 1, 1}, {2, 2, 2}, {4, 4, 4}})), Near(expected, 0));
  EXPECT_THAT(Compare(a, WithUnits({{1, 1}, {2}, {4, 4}})), Near(expected, 0));
  EXPECT_THAT(Compare(WithUnits({{2}, {4}, {3}}), WithUnits({{1}, {2}, {4}})), Near(expected, 0));
  Trainings infinite = WithUnits({{1, 1}, {2, 2}, {4, 4}});
  infinite[1].units[0] = std::numeric_limits<float>::infinity();
  EXPECT_THAT(Compare(a, infinite), Near(expected, 0));
}

TEST(Compare, BelowTwoSeedsSaysNothing) {
  EXPECT_THAT(Compare({}, {}), SaysNothing());
  const Difference one = Compare(WithUnits({{1, 2, 3}}), WithUnits({{1, 1, 1}}));
  EXPECT_THAT(one, SaysNothing());
  EXPECT_EQ(one.mean, 1);
  EXPECT_EQ(one.seeds, 1);
  EXPECT_THAT(Compare(WithLosses({1}), WithLosses({1})), SaysNothing());
}

TEST(Compare, ValuesThatOverflowSayNothing) {
  EXPECT_THAT(Compare(WithLosses({1e200, 2, 3}), WithLosses({1, 2, 3})), SaysNothing());
  EXPECT_THAT(Compare(WithLosses({kInfinity, 2, 3}), WithLosses({1, 2, 3})), SaysNothing());
}

TEST(Compare, EqualLossesDifferByNothing) {
  const Trainings a = WithUnits({{1, 3}, {2, 6}, {4, 4}});
  for (const Difference& difference : {Compare(a, a), Compare(WithoutUnits(a), WithoutUnits(a))}) {
    EXPECT_EQ(difference.mean, 0);
    EXPECT_THAT(difference, HasInterval(0, 0));
    EXPECT_EQ(difference.p, 1);
  }
}

// 0.1 and 0.2 are not exact: the three differences are equal up to rounding.
TEST(Compare, SeedsThatAgreeCountBySign) {
  EXPECT_THAT(Compare(WithLosses({2, 3, 4}), WithLosses({1, 2, 3})),
              AllOf(HasInterval(-kInfinity, kInfinity), Field(&Difference::p, 0.25)));
  EXPECT_THAT(Compare(WithLosses({0.3, 0.7, 1.1}), WithLosses({0.2, 0.6, 1.0})),
              AllOf(HasInterval(-kInfinity, kInfinity), Field(&Difference::p, 0.25)));
  EXPECT_THAT(Compare(WithLosses({2, 3, 4, 5, 6, 7}), WithLosses({1, 2, 3, 4, 5, 6})),
              AllOf(HasInterval(1, 1), Field(&Difference::p, 1.0 / 32)));
}

TEST(Compare, SeedsThatAgreeLeaveTheUnits) {
  const Units ones(6, {1, 1, 1, 1});
  const Units a(6, {2, 3, 2.5, 2.5});
  const Difference difference = Compare(WithUnits(a), WithUnits(ones));
  const double half = 3.182446 * std::sqrt(0.5 / 3 / 4);  // t(3), one seed's units
  EXPECT_NEAR(difference.high - 1.5, half, 1e-6);
  EXPECT_EQ(difference.freedom, 3);
  EXPECT_EQ(difference.p, 1.0 / 32);
  const Units fewer(a.begin(), a.begin() + 3);
  EXPECT_THAT(Compare(WithUnits(fewer), WithUnits({ones.begin(), ones.begin() + 3})),
              AllOf(HasInterval(-kInfinity, kInfinity), Field(&Difference::p, 0.25)));
}

// ---- what the intervals cover

struct Spread {
  double seeds;
  double units;
};

// A difference without an effect whose rest has a standard deviation of 1.
Trainings Draw(Rng& rng, const Spread& spread, const Trainings& b) {
  std::vector<double> of_unit(b.front().units.size());
  for (double& effect : of_unit) effect = spread.units * rng.Normal();
  Trainings a = b;
  for (Training& training : a) {
    const double of_seed = spread.seeds * rng.Normal();
    double sum = 0;
    for (std::size_t u = 0; u < of_unit.size(); ++u) {
      const double loss = training.units[u] + of_seed + of_unit[u] + rng.Normal();
      training.units[u] = static_cast<float>(loss);
      sum += loss;
    }
    training.loss = sum / static_cast<double>(of_unit.size());
  }
  return a;
}

// Whether the t-interval of all values of all trainings, taken for independent, holds 0.
bool PooledHoldsZero(const Trainings& a, const Trainings& b) {
  Trainings pooled_a;
  Trainings pooled_b;
  for (std::size_t s = 0; s < a.size(); ++s) {
    for (std::size_t u = 0; u < a[s].units.size(); ++u) {
      pooled_a.push_back({.loss = a[s].units[u]});
      pooled_b.push_back({.loss = b[s].units[u]});
    }
  }
  return Compare(pooled_a, pooled_b).p > 0.05;
}

TEST(Compare, IntervalsHoldTheTruthAsOftenAsTheySay) {
  constexpr int kRepetitions = 2000;
  const Trainings b = WithUnits(Units(8, std::vector<float>(60, 3)));
  int setting = 0;
  for (const Spread& spread : {Spread{0, 0}, Spread{0.15, 0}, Spread{1, 0}, Spread{0, 1},
                               Spread{0.15, 0.4}, Spread{1, 3}}) {
    SCOPED_TRACE(testing::Message() << "seeds " << spread.seeds << ", units " << spread.units);
    Rng rng = Rng(1).Fork("coverage", setting++);
    int covered = 0;
    int covered_by_pooling = 0;
    for (int i = 0; i < kRepetitions; ++i) {
      const Trainings a = Draw(rng, spread, b);
      const Difference difference = Compare(a, b);
      covered += difference.low <= 0 && 0 <= difference.high;
      covered_by_pooling += PooledHoldsZero(a, b);
    }
    EXPECT_GE(covered, 0.93 * kRepetitions);
    EXPECT_LE(covered, 0.985 * kRepetitions);
    const bool is_crossed = spread.seeds + spread.units > 0;
    EXPECT_EQ(covered_by_pooling < 0.93 * kRepetitions, is_crossed) << covered_by_pooling;
  }
}

// ---- seeds to see an effect

TEST(SeedsToSee, WithoutUnitsFollowsStudent) {
  const Difference difference{.seeds = 3, .seed_variance = 1};
  // t(6) / sqrt(7) = 0.925, t(5) / sqrt(6) = 1.049
  EXPECT_THAT(SeedsToSee(difference, 1), Optional(7));
  EXPECT_THAT(SeedsToSee(difference, -1), Optional(7));
  EXPECT_THAT(SeedsToSee(difference, 1000), Optional(2));
  EXPECT_EQ(SeedsToSee(difference, 0.0195), std::nullopt) << "1.96 / sqrt(10,000) = 0.0196";
  EXPECT_THAT(SeedsToSee(difference, 0.0197), Optional(9901));
}

TEST(SeedsToSee, WithUnitsIsLimitedByTheSplit) {
  const Difference difference{
      .seeds = 3, .units = 1000, .seed_variance = 1e-4, .unit_variance = 0.1, .rest_variance = 1};
  const double least = 1.962341 * std::sqrt(0.1 / 1000);  // t(999)
  EXPECT_EQ(SeedsToSee(difference, 0.999 * least), std::nullopt);
  EXPECT_THAT(SeedsToSee(difference, 1.01 * least), Optional(testing::Gt(100)));
  EXPECT_THAT(SeedsToSee(difference, 2 * least), Optional(testing::Lt(10)));
}

TEST(SeedsToSee, AgreesWithTheIntervalOfSuchASample) {
  // Mean squares of 4 x 3 differences: 3 * 1 + 1, 4 * 0.5 + 1 and 1.
  const Difference difference{
      .seeds = 4, .units = 3, .seed_variance = 1, .unit_variance = 0.5, .rest_variance = 1};
  const double freedom = 36 / (16.0 / 3 + 9.0 / 2 + 1.0 / 6);
  EXPECT_DOUBLE_EQ(freedom, 3.6);
  const double half = 2.902445 * std::sqrt(6.0 / 12);  // t(3.6), by scipy
  EXPECT_THAT(SeedsToSee(difference, half * 1.00001), Optional(4));
  EXPECT_THAT(SeedsToSee(difference, half * 0.99999), Optional(testing::Gt(4)));
}

// Power by simulation: t-tests at the shared level over so many seeds as it says.
TEST(SeedsToSee, WithThePowerThatItIsAskedFor) {
  const Difference difference{.seeds = 3, .seed_variance = 1};
  constexpr int kTests = 5, kRuns = 4000;
  const int seeds = *SeedsToSee(difference, 0.8, kTests, 0.8);
  EXPECT_GT(seeds, *SeedsToSee(difference, 0.8));
  Rng rng(5);
  int seen = 0;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<Training> a, b;
    for (int k = 0; k < seeds; ++k) {
      a.push_back({.loss = 0.8 + rng.Normal()});
      b.push_back({.loss = 0});
    }
    if (Compare(a, b).p < 0.05 / kTests) ++seen;
  }
  EXPECT_NEAR(seen / static_cast<double>(kRuns), 0.8, 0.04) << seeds << " seeds";
}

TEST(SeedsToSee, NeedsAVarianceOfSeeds) {
  EXPECT_EQ(SeedsToSee({}, 1), std::nullopt);
  EXPECT_EQ(SeedsToSee(Compare(WithLosses({1}), WithLosses({2})), 1), std::nullopt);
  const Difference difference{.seeds = 3, .seed_variance = 1};
  EXPECT_EQ(SeedsToSee(difference, 0), std::nullopt);
  EXPECT_EQ(SeedsToSee(difference, kNan), std::nullopt);
}

// ---- several hypotheses

std::vector<double> Adjusted(std::vector<double> p) {
  Holm(p);
  return p;
}

TEST(Holm, AgreesWithStatsmodels) {  // tests/oracle/statistics_numbers.py
  EXPECT_THAT(Adjusted({0.04, 0.001, 0.012, 0.3, 0.011, 0.9, 0.012}),
              Pointwise(DoubleNear(1e-12), {0.12, 0.007, 0.066, 0.6, 0.066, 0.9, 0.066}));
}

TEST(Holm, IsMonotoneAndAtMostOne) {
  EXPECT_THAT(Adjusted({0.02, 0.01, 0.03}), ElementsAre(0.04, DoubleEq(0.03), 0.04));
  EXPECT_THAT(Adjusted({0.6, 0.7}), ElementsAre(1, 1));
  EXPECT_THAT(Adjusted({kNan, 0.01}), ElementsAre(1, 0.02));
  EXPECT_THAT(Adjusted({0.3}), ElementsAre(0.3));
  EXPECT_TRUE(Adjusted({}).empty());
}

// ---- probabilities

TEST(ExactBounds, AgreeWithStatsmodels) {  // tests/oracle/statistics_numbers.py
  struct Row {
    std::uint64_t successes;
    std::uint64_t trials;
    double confidence;
    Bounds expected;
  };
  for (const Row& row : {Row{3, 20, 0.95, {0.0320709371855, 0.378926826545}},
                         Row{120, 5000, 0.95, {0.0199374959636, 0.0286304124043}},
                         Row{50, 99, 0.99, {0.373010646402, 0.636591641335}}}) {
    const Bounds bounds = ExactBounds(row.successes, row.trials, row.confidence);
    EXPECT_NEAR(bounds.low, row.expected.low, 1e-11);
    EXPECT_NEAR(bounds.high, row.expected.high, 1e-11);
  }
}

TEST(ExactBounds, OfNoneAndAllHaveAClosedForm) {
  const double tail = std::pow(0.025, 1.0 / 7);
  EXPECT_EQ(ExactBounds(0, 7).low, 0);
  EXPECT_DOUBLE_EQ(ExactBounds(0, 7).high, 1 - tail);
  EXPECT_DOUBLE_EQ(ExactBounds(7, 7).low, tail);
  EXPECT_EQ(ExactBounds(7, 7).high, 1);
  EXPECT_DOUBLE_EQ(ExactBounds(1, 1, 0.9).low, 0.05);
}

TEST(ExactBounds, WithoutTrialsKnowNothing) {
  EXPECT_EQ(ExactBounds(0, 0).low, 0);
  EXPECT_EQ(ExactBounds(0, 0).high, 1);
}

}  // namespace
}  // namespace actsearch::plan
