#include "coordinator/plan/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "coordinator/plan/plan.h"
#include "search_spaces/base/rng.h"
#include "tests/support/plan_simulation.h"

namespace actsearch::plan {
namespace {

using ::testing::ElementsAre;

TEST(EstimateMean, AgreesWithTheTextbook) {
  const double values[] = {1, 2, 3, 4, 5};  // s = 1.5811, t(4) = 2.7764
  const Estimate estimate = EstimateMean(values);
  EXPECT_EQ(estimate.seeds, 5);
  EXPECT_DOUBLE_EQ(estimate.mean, 3);
  EXPECT_NEAR(estimate.high - 3, 2.7764 * 1.58114 / std::sqrt(5.0), 1e-4);
  EXPECT_DOUBLE_EQ(estimate.high - 3, 3 - estimate.low);
}

TEST(EstimateMean, OneValueHasNoInterval) {
  const double values[] = {0.3};
  const Estimate estimate = EstimateMean(values);
  EXPECT_EQ(estimate.low, 0.3);
  EXPECT_EQ(estimate.high, 0.3);
  EXPECT_EQ(EstimateMean({}).seeds, 0);
}

TEST(EstimateMean, ManySeedsUseTheExpansion) {
  std::vector<double> values;
  for (int i = 0; i < 61; ++i) values.push_back(i % 2 == 0 ? 1 : -1);
  const Estimate estimate = EstimateMean(values);
  double squares = 0;
  for (const double v : values) squares += (v - estimate.mean) * (v - estimate.mean);
  EXPECT_NEAR((estimate.high - estimate.mean) / std::sqrt(squares / 60 / 61), 2.0003, 1e-4);
}

TEST(NonDominated, AgreesWithTheDefinition) {
  Rng rng(3);
  for (int round = 0; round < 50; ++round) {
    std::vector<Point> points(30);
    for (Point& point : points) {
      point = {static_cast<double>(rng.Below(8)), static_cast<int>(rng.Below(8))};
    }
    const std::vector<bool> kept = NonDominated(points);
    for (std::size_t i = 0; i < points.size(); ++i) {
      bool dominated = false;
      for (const Point& p : points) {
        dominated |= p.loss <= points[i].loss && p.cost <= points[i].cost &&
                     (p.loss < points[i].loss || p.cost < points[i].cost);
      }
      ASSERT_EQ(kept[i], !dominated) << "round " << round << " point " << i;
    }
  }
  const Point nothing[] = {{std::nan(""), 0}, {1, 5}};
  EXPECT_THAT(NonDominated(nothing), ElementsAre(false, true));
}

JobSpec Spec(int finalists) {
  JobSpec spec = actsearch::testing::SmallJob();
  spec.search.candidates = 6;
  spec.search.parallelism = 1;
  spec.search.window = 1;
  spec.finals = {.finalists = finalists,
                 .apart = 0,
                 .select_seeds = 1,
                 .seeds = 2,
                 .learning_rates = {1, 2},
                 .octaves = 0,
                 .baselines = {}};
  if (finalists > 0) spec.finals.baselines = {"relu"};
  spec.confirm.steps = 1;
  return spec;
}

// Integers 5, 105, 205, ... in turn.
struct Counter final : strategies::Strategy {
  std::optional<Candidate> Propose(std::uint64_t index, Rng&) override {
    return Candidate{std::to_string(5 + 100 * index)};
  }
  void Observe(std::uint64_t, const Candidate&, const Outcome&) override {}
};

Plan Started(const JobSpec& spec) {
  return *Plan::Start(spec, 1, actsearch::testing::MakeIntegers(1000), std::make_unique<Counter>());
}

// Ends the next trials with these losses.
void Score(Plan& plan, std::initializer_list<double> losses) {
  plan.Advance();
  for (const double loss : losses) {
    const auto next = plan.Lease("w", 0, 1);
    ASSERT_TRUE(next);
    const Outcome outcome = {.losses = {loss},
                             .metrics = {{"accuracy", 1 - loss}},
                             .timing = {.seconds_per_step = loss / 10}};
    ASSERT_TRUE(plan.Complete(next->index, next->epoch, outcome));
    plan.Advance();
  }
}

TEST(Front, BeforeTheSelectStageHoldsTheNonDominatedCandidates) {
  Plan plan = Started(Spec(0));
  plan.Advance();
  EXPECT_TRUE(Front(plan.Past()).empty());
  Score(plan, {0.5, 0.4, 0.6, 0.3, 0.45, 0.9});
  const auto rows = Front(plan.Past());
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows[0].index, 3u);
  EXPECT_EQ(rows[0].search_loss, 0.3);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_TRUE(rows[i].on_front);
    EXPECT_FALSE(rows[i].loss);
    if (i > 0) {
      EXPECT_LT(rows[i].cost, rows[i - 1].cost);
    }
  }
}

TEST(Front, ShowsFinalNumbersBesideTheBaselines) {
  Plan plan = Started(Spec(2));
  Score(plan, {0.5, 0.4, 0.6, 0.3, 0.45, 0.9});  // finalists: 305 (0.3), 105 (0.4)
  auto rows = Front(plan.Past());
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].candidate, "305");
  EXPECT_EQ(rows[1].candidate, "105");
  EXPECT_TRUE(rows[2].baseline);
  EXPECT_EQ(rows[2].name, "relu");
  EXPECT_EQ(rows[2].index, 10u);
  EXPECT_FALSE(rows[2].search_loss);
  EXPECT_FALSE(rows[0].select_loss);

  Score(plan, {0.35, 0.36, 0.34, 0.32, 0.5, 0.5});  // 105 wins the select stage at rate 2
  rows = Front(plan.Past());
  EXPECT_EQ(rows[0].candidate, "105");
  EXPECT_EQ(rows[0].index, 1u);
  EXPECT_EQ(rows[0].select_loss, 0.32);
  EXPECT_DOUBLE_EQ(rows[0].learning_rate, 2e-3);
  EXPECT_FALSE(rows[0].loss);
  EXPECT_DOUBLE_EQ(rows[1].learning_rate, 1e-3);

  Score(plan, {0.31, 0.33, 0.2, 0.22, 0.6, 0.6});  // in the order of the search: 305, 105
  rows = Front(plan.Past());
  EXPECT_EQ(plan.State(), JobState::kDone);
  EXPECT_NEAR(rows[0].loss->mean, 0.21, 1e-12);
  ASSERT_EQ(rows[0].metrics.size(), 1u);
  EXPECT_EQ(rows[0].metrics[0].name, "accuracy");
  EXPECT_NEAR(rows[0].metrics[0].value.mean, 0.79, 1e-12);
  EXPECT_EQ(rows[0].loss->seeds, 2);
  EXPECT_NEAR(rows[1].loss->mean, 0.32, 1e-12);
  EXPECT_NEAR(rows[2].loss->mean, 0.6, 1e-12);
  EXPECT_TRUE(rows[0].on_front);
  EXPECT_GT(rows[0].seconds_per_step, 0);
}

}  // namespace
}  // namespace actsearch::plan
