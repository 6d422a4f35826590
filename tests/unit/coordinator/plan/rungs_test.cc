#include "coordinator/plan/rungs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "search_spaces/base/rng.h"

namespace actsearch::plan {
namespace {

using testing::ElementsAre;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

auto At(int step, double passing) {
  return testing::AllOf(testing::Field(&Rung::step, step),
                        testing::Field(&Rung::passing, testing::DoubleNear(passing, 1e-12)));
}

TEST(RunningQuantile, AgreesWithSorting) {
  Rng rng(1);
  for (const double share : {0.01, 0.25, 0.5, 0.9, 1.0}) {
    RunningQuantile quantile(share);
    std::vector<double> values;
    for (int n = 1; n <= 200; ++n) {
      values.push_back(std::floor(rng.Uniform(0, 50)));  // with ties
      quantile.Add(values.back());
      std::ranges::sort(values);
      const auto rank = std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(share * n)));
      ASSERT_EQ(quantile.Value(), values[rank - 1]) << "share " << share << " n " << n;
    }
  }
}

TEST(RunningQuantile, NanCountsAsWorst) {
  RunningQuantile quantile(0.5);
  quantile.Add(std::nan(""));
  quantile.Add(1);
  EXPECT_EQ(quantile.Value(), 1);
}

// With n hurdles b = T / (2^(n+1) - 1); Primer's numbers: T = 25,200 s, n = 4 gives b = 812.9 s
// and, when each hurdle halves the field, (n + 1) b = 4,064.5 s.
TEST(Rungs, HalvingDoublesTheBands) {
  const HurdleSpec spec{.schedule = HurdleSchedule::kHalving, .count = 4};
  EXPECT_THAT(RungsOf(spec, 310), ElementsAre(At(10, 0.5), At(30, 0.5), At(70, 0.5), At(150, 0.5)));
  const int steps = 25200;
  std::vector<Rung> rungs = RungsOf(spec, steps);
  rungs.push_back({steps});
  double expected = 0;
  double share = 1;
  int before = 0;
  for (const Rung& rung : rungs) {
    expected += share * (rung.step - before);
    share *= rung.passing;
    before = rung.step;
  }
  EXPECT_NEAR(expected, 4064.5, 2);
}

TEST(Rungs, AshaDividesByEta) {
  const HurdleSpec spec{.schedule = HurdleSchedule::kAsha, .count = 3, .eta = 3};
  EXPECT_THAT(RungsOf(spec, 270), ElementsAre(At(10, 1 / 3.0), At(30, 1 / 3.0), At(90, 1 / 3.0)));
  EXPECT_THAT(RungsOf(spec, 9), ElementsAre(At(1, 1 / 3.0), At(3, 1 / 3.0)));
}

TEST(Rungs, KeepOneOnlyRecords) {
  const HurdleSpec spec{.schedule = HurdleSchedule::kHalving, .keep = {1}, .count = 2};
  EXPECT_THAT(RungsOf(spec, 7), ElementsAre(At(1, 1), At(3, 1)));
}

// A share belongs to its rung, also where a short training has merged those before it.
TEST(Rungs, EachHasItsOwnShare) {
  const HurdleSpec spec{.rungs = {0.1, 0.2, 0.5}, .keep = {0.8, 1, 0.25}, .min_observed = 4};
  EXPECT_THAT(RungsOf(spec, 100), ElementsAre(At(10, 0.8), At(20, 1), At(50, 0.25)));
  EXPECT_THAT(RungsOf(spec, 4), ElementsAre(At(1, 0.8), At(2, 0.25)));
  Rungs rungs(spec, 100);
  for (const double loss : {4, 1, 3, 2}) {
    rungs.Add({.status = Status::kScored,
               .rungs = {{10, loss, {}}, {20, loss, {}}, {50, loss, {}}}});
  }
  EXPECT_THAT(rungs.Hurdles(),
              ElementsAre(Hurdle{10, 4}, Hurdle{20, kInfinity}, Hurdle{50, 1}));
}

Outcome Seen(double first, double second) {
  return {.status = Status::kScored, .rungs = {{10, first, {}}, {33, second, {}}}};
}

TEST(Rungs, RecordUntilEnoughIsKnownThenHalve) {
  Rungs rungs({.rungs = {0.1, 0.33}, .keep = {0.5}, .min_observed = 4}, 100);
  EXPECT_THAT(rungs.Hurdles(), ElementsAre(Hurdle{10, kInfinity}, Hurdle{33, kInfinity}));
  for (const double loss : {4, 1, 3}) rungs.Add(Seen(loss, loss + 10));
  EXPECT_THAT(rungs.Hurdles(), ElementsAre(Hurdle{10, kInfinity}, Hurdle{33, kInfinity}));
  rungs.Add({.status = Status::kRejected, .rungs = {{10, 2, {}}}});
  EXPECT_THAT(rungs.Hurdles(), ElementsAre(Hurdle{10, 2}, Hurdle{33, kInfinity}));
}

TEST(Rungs, OnlyScoresAndRejectionsCount) {
  Rungs rungs({.rungs = {0.1}, .keep = {0.5}, .min_observed = 1}, 100);
  rungs.Add({.status = Status::kQuarantined, .rungs = {{10, 2, {}}}});
  rungs.Add({.status = Status::kScored, .rungs = {{11, 2, {}}}});
  EXPECT_THAT(rungs.Hurdles(), ElementsAre(Hurdle{10, kInfinity}));
}

TEST(Rungs, KeepingAllRecordsOnly) {
  Rungs rungs({.rungs = {0.1}, .keep = {1}, .min_observed = 1}, 100);
  rungs.Add(Seen(1, 2));
  EXPECT_THAT(rungs.Hurdles(), ElementsAre(Hurdle{10, kInfinity}));
}

TEST(Rungs, ShortTrainingsMergeRungsAndKeepTheLastStepFree) {
  const Rungs rungs({.rungs = {0.1, 0.2, 0.5, 0.9}, .keep = {0.5}}, 4);
  EXPECT_THAT(rungs.Hurdles(), ElementsAre(Hurdle{1, kInfinity}, Hurdle{2, kInfinity}));
  EXPECT_TRUE(Rungs({.rungs = {0.5}}, 1).Hurdles().empty());
}

}  // namespace
}  // namespace actsearch::plan
