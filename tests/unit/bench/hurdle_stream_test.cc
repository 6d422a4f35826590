#include "tests/bench/strategies/hurdle_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "tests/bench/strategies/hindsight.h"

namespace actsearch::bench {
namespace {

// Row i has loss i at the rung, 50 of 100 steps, and at the end.
tables::Table Ranked(int rows) {
  tables::Table table;
  table.task.steps = 100;
  table.rungs = {50};
  for (int i = 0; i < rows; ++i) {
    const double loss = i;
    table.rows.push_back({.trainings = {{.losses = {loss, loss, loss}, .rung_losses = {loss}}}});
  }
  return table;
}

std::vector<std::size_t> First(std::size_t n) {
  std::vector<std::size_t> rows(n);
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

StreamResult Pass(const tables::Table& table, StreamSpec spec) {
  spec.hurdles = OnRecordedRungs(spec.hurdles, table);
  Rng rng(1);
  return Stream(table, First(10), spec, 0, rng);
}

TEST(HurdleStream, WithoutHurdlesAllAreTrainedToTheEnd) {
  const StreamResult result = Pass(Ranked(200), {.hurdles = {.rungs = {0.5}, .keep = {1}}});
  EXPECT_EQ(result.full_steps, 200 * 100);
  EXPECT_EQ(result.spent_steps, 200 * 100);
  EXPECT_EQ(result.kept, 10);
}

TEST(HurdleStream, HalvingAtHalfTheStepsCostsThreeQuarters) {
  const StreamResult result =
      Pass(Ranked(2000), {.hurdles = {.rungs = {0.5}, .keep = {0.5}, .min_observed = 1}});
  EXPECT_NEAR(result.spent_steps / result.full_steps, 0.75, 0.02);
  EXPECT_EQ(result.kept, 10);
}

TEST(HurdleStream, LosesThoseWhoStartBadly) {
  tables::Table table = Ranked(500);
  for (std::size_t i = 0; i < 5; ++i) table.rows[i].trainings[0].rung_losses[0] = 1e4;
  const StreamResult result =
      Pass(table, {.hurdles = {.rungs = {0.5}, .keep = {0.5}, .min_observed = 1}, .window = 0});
  EXPECT_EQ(result.kept, 5);
}

TEST(HurdleStream, TrainingThatBlowsUpIsNotChargedInFull) {
  tables::Table table = Ranked(20);
  table.rows[0].trainings[0] = {.losses = {HUGE_VAL, HUGE_VAL, HUGE_VAL}};
  const StreamResult result = Pass(table, {.hurdles = {.rungs = {0.5}, .keep = {1}}});
  EXPECT_EQ(result.full_steps, 19 * 100 + 50);
  EXPECT_EQ(result.kept, 9);
}

TEST(HurdleStream, GatesSpareTrainingAndCanLoseTheBest) {
  tables::Table table = Ranked(20);
  table.rows[3].trainings[0].rule = "probe:linear";
  const StreamResult result =
      Pass(table, {.hurdles = {.rungs = {0.5}, .keep = {1}}, .gates = true});
  EXPECT_EQ(result.spent_steps, 19 * 100);
  EXPECT_EQ(result.full_steps, 20 * 100);
  EXPECT_EQ(result.kept, 9);
}

// Nine of ten must pass: the threshold is where the second worst of them starts.
TEST(BestInHindsight, GivesUpWhomItCostsMostToKeep) {
  tables::Table table = Ranked(200);
  table.rows[4].trainings[0].rung_losses[0] = 150;
  for (tables::Row& row : table.rows) row.trainings.push_back(row.trainings[0]);
  const Hindsight all = BestInHindsight(table, First(10), 1, false);
  EXPECT_EQ(all.recall, 1);
  EXPECT_THAT(all.thresholds, testing::ElementsAre(150));
  const Hindsight most = BestInHindsight(table, First(10), 0.9, false);
  EXPECT_EQ(most.recall, 0.9);
  EXPECT_THAT(most.thresholds, testing::ElementsAre(9));
  EXPECT_THAT(most.passing, testing::ElementsAre(testing::DoubleEq(9 / 200.0)));
  // 9 of 200 go on, the others end at 50 of 100 steps.
  EXPECT_NEAR(most.saved, 200 * 100.0 / (9 * 100 + 191 * 50), 1e-12);
}

TEST(BestInHindsight, CannotMendWhatTheGatesLose) {
  tables::Table table = Ranked(20);
  table.rows[3].trainings[0].rule = "probe:linear";
  for (tables::Row& row : table.rows) row.trainings.push_back(row.trainings[0]);
  EXPECT_EQ(BestInHindsight(table, First(10), 0.95, true).saved, 1);
  EXPECT_GT(BestInHindsight(table, First(10), 0.9, true).saved, 1);
}

TEST(OnRecordedRungs, TakesTheNearestAndMergesEquals) {
  tables::Table table = Ranked(1);
  table.rungs = {10, 50};
  const auto moved = OnRecordedRungs({.rungs = {0.02, 0.12, 0.6}}, table);
  EXPECT_THAT(moved.rungs,
              testing::ElementsAre(testing::DoubleEq(0.095), testing::DoubleEq(0.495)));
}

}  // namespace
}  // namespace actsearch::bench
