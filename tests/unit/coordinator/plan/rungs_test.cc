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

Outcome Seen(double first, double second) {
  return {.status = Status::kScored, .rungs = {{10, first, 0}, {33, second, 0}}};
}

TEST(Rungs, RecordUntilEnoughIsKnownThenHalve) {
  Rungs rungs({.rungs = {0.1, 0.33}, .keep = 0.5, .min_observed = 4}, 100);
  EXPECT_THAT(rungs.Hurdles(), ElementsAre(Hurdle{10, kInfinity}, Hurdle{33, kInfinity}));
  for (const double loss : {4, 1, 3}) rungs.Add(Seen(loss, loss + 10));
  EXPECT_THAT(rungs.Hurdles(), ElementsAre(Hurdle{10, kInfinity}, Hurdle{33, kInfinity}));
  rungs.Add({.status = Status::kRejected, .rungs = {{10, 2, 0}}});
  EXPECT_THAT(rungs.Hurdles(), ElementsAre(Hurdle{10, 2}, Hurdle{33, kInfinity}));
}

TEST(Rungs, OnlyScoresAndRejectionsCount) {
  Rungs rungs({.rungs = {0.1}, .keep = 0.5, .min_observed = 1}, 100);
  rungs.Add({.status = Status::kTimedOut, .rungs = {{10, 2, 0}}});
  rungs.Add({.status = Status::kScored, .rungs = {{11, 2, 0}}});
  EXPECT_THAT(rungs.Hurdles(), ElementsAre(Hurdle{10, kInfinity}));
}

TEST(Rungs, KeepingAllRecordsOnly) {
  Rungs rungs({.rungs = {0.1}, .keep = 1, .min_observed = 1}, 100);
  rungs.Add(Seen(1, 2));
  EXPECT_THAT(rungs.Hurdles(), ElementsAre(Hurdle{10, kInfinity}));
}

TEST(Rungs, ShortTrainingsMergeRungsAndKeepTheLastStepFree) {
  const Rungs rungs({.rungs = {0.1, 0.2, 0.5, 0.9}, .keep = 0.5}, 4);
  EXPECT_THAT(rungs.Hurdles(), ElementsAre(Hurdle{1, kInfinity}, Hurdle{2, kInfinity}));
  EXPECT_TRUE(Rungs({.rungs = {0.5}}, 1).Hurdles().empty());
}

}  // namespace
}  // namespace actsearch::plan
