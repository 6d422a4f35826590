#include "coordinator/plan/cost.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace actsearch::plan {
namespace {

using testing::HasSubstr;

constexpr TrainingCost kOne = {.step_seconds = 1e-3, .score_seconds = 5e-2};

JobSpec Spec() { return *CheckJobSpec(JobSpec()); }

// By hand: 4 entrants at 3 rates and 2 seeds, then at 5 seeds, of 100 steps and one score each,
// and 5 ms beside; nobody is confirmed.
TEST(CostOf, CountsTheTrainingsOfEachStage) {
  JobSpec spec = Spec();
  spec.task.steps = 100;
  spec.search.candidates = 0;
  spec.finals = {.finalists = 0,
                 .functions = {"sin(x)"},
                 .select_seeds = 2,
                 .seeds = 5,
                 .learning_rates = {0.5, 1, 2},
                 .octaves = 0,
                 .stops = {1},
                 .baselines = {"relu", "gelu", "silu"}};
  spec.confirm = {.steps = 1, .width = 1, .baselines = 0};
  const JobCost cost = CostOf(spec, kOne);
  EXPECT_EQ(cost.search, 0);
  EXPECT_NEAR(cost.select, 4 * 3 * 2 * 0.155, 1e-9);
  EXPECT_EQ(cost.confirm, 0);
  EXPECT_NEAR(cost.final, 4 * 5 * 0.155, 1e-9);
  spec.confirm = {.steps = 3, .width = 1, .baselines = 1};
  EXPECT_NEAR(CostOf(spec, kOne).confirm, 2 * 3 * 2 * (0.3 + 0.05 + 0.005), 1e-9);
}

TEST(CostOf, HurdlesSpareAndStepsCost) {
  JobSpec spec = Spec();
  const double usual = CostOf(spec, kOne).search;
  spec.hurdles.keep = {1};
  EXPECT_GT(CostOf(spec, kOne).search, 1.2 * usual);
  spec = Spec();
  spec.task.steps *= 2;
  EXPECT_GT(CostOf(spec, kOne).search, 1.3 * usual);
}

TEST(WithinBudget, FillsItAndNoMore) {
  std::uint64_t before = 0;
  for (const double seconds : {600.0, 3600.0, 36000.0}) {
    const auto fitted = WithinBudget(Spec(), kOne, seconds);
    ASSERT_TRUE(fitted) << fitted.error().message;
    EXPECT_LE(CostOf(*fitted, kOne).Total(), 1.001 * seconds);
    EXPECT_GE(CostOf(*fitted, kOne).Total(), 0.5 * seconds);
    EXPECT_GT(fitted->search.candidates, before);
    EXPECT_TRUE(CheckJobSpec(*fitted));
    before = fitted->search.candidates;
  }
  EXPECT_EQ(WithinBudget(Spec(), kOne, 36000)->confirm.steps, 10);
}

TEST(WithinBudget, AComparisonGetsMoreSeedsAndNoCandidates) {
  JobSpec spec = Spec();
  spec.search.candidates = 0;
  spec.finals.functions = {"sin(x)"};
  const auto small = WithinBudget(spec, kOne, 60);
  const auto large = WithinBudget(spec, kOne, 3600);
  ASSERT_TRUE(small && large);
  EXPECT_EQ(large->search.candidates, 0U);
  EXPECT_GT(large->finals.seeds, small->finals.seeds);
}

TEST(WithinBudget, SaysWhatTheLeastTakes) {
  const auto fitted = WithinBudget(Spec(), kOne, 5);
  ASSERT_FALSE(fitted);
  EXPECT_EQ(fitted.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(fitted.error().message, HasSubstr("20 candidates, 5 seeds, nothing confirmed"));
}

}  // namespace
}  // namespace actsearch::plan
