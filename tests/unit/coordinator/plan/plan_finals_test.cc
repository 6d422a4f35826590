// The stages after the search.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "coordinator/plan/event.h"
#include "tests/unit/coordinator/plan/plan_bed.h"

namespace actsearch::plan {
namespace {

using ::testing::IsEmpty;

// Eight candidates with losses 0.8, 0.7, ...: the last are the best.
Plan AfterSearch(JobSpec spec) {
  spec.search.candidates = 8;
  Plan plan = MakePlan(spec, {1, 2, 3, 4, 5, 6, 7, 8});
  plan.Advance();
  for (int i = 0; i < 8; ++i) Score(plan, 0.8 - 0.1 * i);
  return plan;
}

// Two finalists and relu, two rates each, `select_seeds` trials a rate.
JobSpec WithFinals(int select_seeds) {
  JobSpec spec = SearchOnly(8);
  spec.finals = {.finalists = 2, .apart = 0, .select_seeds = select_seeds, .seeds = 3,
                 .learning_rates = {0.5, 2}, .octaves = 0, .baselines = {"relu"}};
  spec.confirm.steps = 1;
  return spec;
}

TEST(Plan, SelectTriesFinalistsAndBaselinesAtEveryLearningRateOverSeeds) {
  const JobSpec spec = WithFinals(2);
  Plan plan = AfterSearch(spec);
  EXPECT_EQ(plan.CurrentStage(), Stage::kSelect);
  const auto trials = plan.Records().subspan(8);
  ASSERT_EQ(trials.size(), 12u);
  EXPECT_EQ(trials[0].candidate, "8");
  EXPECT_EQ(trials[4].candidate, "7");
  EXPECT_EQ(trials[8].name, "relu");
  for (std::size_t i = 0; i < trials.size(); ++i) {
    EXPECT_EQ(trials[i].index, 8 + i);
    EXPECT_EQ(trials[i].stage, Stage::kSelect);
    const Trial trial = TrialOf(plan.Spec(), trials[i]);
    EXPECT_EQ(trial.split, Split::kSelect);
    EXPECT_EQ(trial.seed, trials[i % 2].seed);
    EXPECT_NE(trial.seed, plan.Records()[0].seed);
    EXPECT_DOUBLE_EQ(trial.task.learning_rate, spec.task.learning_rate * (i % 4 < 2 ? 0.5 : 2));
    EXPECT_FALSE(trial.gates.probes || trial.gates.chance);
    EXPECT_THAT(trial.hurdles, IsEmpty());
  }
  EXPECT_NE(trials[0].seed, trials[1].seed);
  EXPECT_EQ(plan.Count().final_trials, 12u + 9u);
}

TEST(Plan, TheRateWithTheBestMeanIsChosenAmongThoseThatNeverFail) {
  const JobSpec spec = WithFinals(2);
  Plan plan = AfterSearch(spec);
  Score(plan, 0.1), Score(plan, 0.5);  // mean 0.30: a lucky seed does not decide
  Score(plan, 0.2), Score(plan, 0.2);
  Score(plan, 0.4), Score(plan, 0.4);
  Score(plan, 0.1);                    // better, but fails for the other seed
  const auto lease = plan.Lease("w", 0, kTtl);
  ASSERT_TRUE(plan.Complete(lease->index, lease->epoch, Rejected()));
  for (int i = 0; i < 4; ++i) Score(plan, 0.3);
  ASSERT_EQ(plan.CurrentStage(), Stage::kFinal);
  const auto trials = plan.Records().subspan(20);
  ASSERT_EQ(trials.size(), 9u);
  EXPECT_DOUBLE_EQ(trials[0].learning_rate, spec.task.learning_rate * 2);
  EXPECT_DOUBLE_EQ(trials[3].learning_rate, spec.task.learning_rate * 0.5);
}

TEST(Plan, FinalRepeatsEachAtItsBestLearningRate) {
  const JobSpec spec = WithFinals(1);
  Plan plan = AfterSearch(spec);
  Score(plan, 0.3), Score(plan, 0.2);  // the first finalist: the second rate
  for (int i = 0; i < 2; ++i) {        // the second finalist is never scored
    const auto lease = plan.Lease("w", 0, kTtl);
    ASSERT_TRUE(plan.Complete(lease->index, lease->epoch, Rejected()));
  }
  Score(plan, 0.4), Score(plan, 0.4);  // the baseline: the first of equals
  EXPECT_EQ(plan.CurrentStage(), Stage::kFinal);
  const auto trials = plan.Records().subspan(14);
  ASSERT_EQ(trials.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(trials[i].candidate, i < 3 ? "8" : trials[3].candidate);
    EXPECT_EQ(trials[i].name, i < 3 ? "" : "relu");
    const Trial trial = TrialOf(plan.Spec(), trials[i]);
    EXPECT_EQ(trial.split, Split::kFinal);
    EXPECT_DOUBLE_EQ(trial.task.learning_rate, spec.task.learning_rate * (i < 3 ? 2 : 0.5));
    EXPECT_EQ(trial.seed, trials[i % 3].seed);
  }
  EXPECT_NE(trials[0].seed, trials[1].seed);
  for (int i = 0; i < 6; ++i) Score(plan, 0.5);
  EXPECT_EQ(plan.State(), JobState::kDone);
  const Counts counts = plan.Count();
  EXPECT_EQ(counts.final_trials, 12u);
  EXPECT_EQ(counts.final_finished, 12u);
}

TEST(Plan, WithoutScoresOnlyBaselinesGoOn) {
  JobSpec spec = SearchOnly(1);
  spec.finals.finalists = 3;
  spec.finals.baselines = {"relu", "gelu"};
  spec.confirm.steps = 1;
  Plan plan = MakePlan(spec, {1});
  plan.Advance();
  const auto lease = plan.Lease("w", 0, kTtl);
  ASSERT_TRUE(plan.Complete(lease->index, lease->epoch, Rejected()));
  plan.Advance();
  EXPECT_EQ(plan.Records().size(), 1 + 2 * spec.finals.learning_rates.size() *
                                       static_cast<std::size_t>(spec.finals.select_seeds));
  EXPECT_EQ(plan.Records()[1].name, "relu");
}

}  // namespace
}  // namespace actsearch::plan
