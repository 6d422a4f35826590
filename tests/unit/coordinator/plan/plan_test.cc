#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "coordinator/plan/event.h"
#include "tests/unit/coordinator/plan/plan_bed.h"

namespace actsearch::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Plan, ProposalsHearExactlyTheOutcomesBeforeTheWindow) {
  std::vector<std::string> heard;
  Plan plan = MakePlan(SearchOnly(5), {10, 11, 12, 13, 14}, 1, &heard);
  plan.Advance();
  EXPECT_THAT(heard, ElementsAre("propose 0", "propose 1", "propose 2"));
  const auto first = plan.Lease("w", 0, kTtl);
  const auto second = plan.Lease("w", 0, kTtl);
  ASSERT_TRUE(plan.Complete(second->index, second->epoch, Scored(0.2)));
  plan.Advance();
  EXPECT_EQ(heard.size(), 3u) << "1 is known, but 0 is not";
  ASSERT_TRUE(plan.Complete(first->index, first->epoch, Scored(0.1)));
  plan.Advance();
  EXPECT_THAT(std::span(heard).subspan(3),
              ElementsAre("hear 0:10", "propose 3", "hear 1:11", "propose 4"));
  Score(plan, 0.3);
  Score(plan, 0.4);
  Score(plan, 0.5);
  EXPECT_THAT(std::span(heard).subspan(7), ElementsAre("hear 2:12", "hear 3:13", "hear 4:14"));
  EXPECT_EQ(plan.State(), JobState::kDone);
}

TEST(Plan, ArrivalHearsAtOnce) {
  JobSpec spec = SearchOnly(5);
  spec.search.ordering = Ordering::kArrival;
  std::vector<std::string> heard;
  Plan plan = MakePlan(spec, {10, 11, 12, 13, 14}, 1, &heard);
  plan.Advance();
  plan.Lease("w", 0, kTtl);
  const auto second = plan.Lease("w", 0, kTtl);
  ASSERT_TRUE(plan.Complete(second->index, second->epoch, Scored(0.2)));
  plan.Advance();
  EXPECT_THAT(std::span(heard).subspan(3), ElementsAre("hear 1:11", "propose 3"));
}

TEST(Plan, ImpossibleOutcomesAreRefusedAndLoseNothing) {
  Plan plan = MakePlan(SearchOnly(1), {1});
  plan.Advance();
  const auto lease = plan.Lease("a", 0, kTtl);
  for (const Outcome& outcome :
       {Scored(std::nan("")), Scored(kInfinity), Outcome{}, Outcome{.status = Status::kRejected},
        Outcome{.status = Status::kDuplicate}, Outcome{.status = Status::kQuarantined},
        Outcome{.status = Status::kCancelled}}) {
    EXPECT_EQ(CodeOf(plan.Complete(lease->index, lease->epoch, outcome)), ErrorCode::kInvalid);
  }
  EXPECT_TRUE(plan.Complete(lease->index, lease->epoch, Scored(1)));
}

TEST(Plan, RepeatedFunctionTakesTheStoredOutcome) {
  Plan plan = MakePlan(SearchOnly(4), {5, 5, 6, 5});
  plan.Advance();
  const auto five = plan.Lease("a", 0, kTtl);
  const auto six = plan.Lease("a", 0, kTtl);
  EXPECT_EQ(five->index, 0u);
  EXPECT_EQ(six->index, 2u) << "1 repeats 0 and is never leased";
  EXPECT_EQ(CodeOf(plan.Complete(1, five->epoch, Scored(1))), ErrorCode::kStale);
  ASSERT_TRUE(plan.Complete(0, five->epoch, Scored(0.25)));
  const auto events = plan.Advance();
  ASSERT_EQ(events.size(), 3u);
  const Observed& first = std::get<Observed>(events[0]);
  EXPECT_EQ(first.index, 1u);
  EXPECT_EQ(first.outcome.status, Status::kDuplicate);
  EXPECT_EQ(first.outcome.duplicate_of, 0u);
  EXPECT_EQ(first.outcome.Loss(), 0.25);
  EXPECT_EQ(ValueOf(first.outcome.metrics, "accuracy"), 0.75);
  EXPECT_EQ(std::get<Proposed>(events[1]).index, 3u);
  EXPECT_EQ(std::get<Observed>(events[2]).index, 3u) << "its original had ended before";
}

TEST(Plan, RepetitionOfWhatWasNotScoredHasNoLoss) {
  Plan plan = MakePlan(SearchOnly(2), {5, 5});
  plan.Advance();
  const auto five = plan.Lease("a", 0, kTtl);
  ASSERT_TRUE(plan.Complete(0, five->epoch, Rejected()));
  plan.Advance();
  EXPECT_THAT(plan.Records()[1].outcome->losses, IsEmpty());
  EXPECT_EQ(plan.State(), JobState::kDone);
}

TEST(Plan, TrialsCarryOneSeedHurdlesAndStops) {
  JobSpec spec = SearchOnly(40);
  spec.hurdles = {.rungs = {0.1}, .keep = {0.5}, .min_observed = 4};
  std::vector<int> proposals(40);
  for (int i = 0; i < 40; ++i) proposals[static_cast<std::size_t>(i)] = i;
  Plan plan = MakePlan(spec, proposals);
  plan.Advance();
  for (int i = 0; i < 40; ++i) {
    const auto next = plan.Lease("w", 0, kTtl);
    EXPECT_THAT(next->trial.stops, ElementsAre(10, 100)) << "the rungs and the end";
    EXPECT_EQ(next->trial.seed, plan.Records()[0].seed);
    EXPECT_EQ(next->trial.split, Split::kSearch);
    EXPECT_EQ(next->trial.task, spec.task);
    EXPECT_EQ(next->trial.sites, spec.sites);
    EXPECT_EQ(next->trial.space, spec.space.name);
    Outcome outcome = Scored(1);
    outcome.rungs = {{10, static_cast<double>(i), {}}};
    ASSERT_TRUE(plan.Complete(next->index, next->epoch, outcome));
    plan.Advance();
  }
  // Proposal i has heard the losses 0 .. i - 3.
  EXPECT_THAT(plan.Records()[5].hurdles, ElementsAre(Hurdle{10, kInfinity}));
  EXPECT_THAT(plan.Records()[6].hurdles, ElementsAre(Hurdle{10, 1}));
  EXPECT_THAT(plan.Records()[12].hurdles, ElementsAre(Hurdle{10, 4}));
}

TEST(Plan, PauseGrantsNothingAndLetsWhatRunsEnd) {
  Plan plan = MakePlan(SearchOnly(5), {1, 2, 3, 4, 5});
  plan.Advance();
  const auto lease = plan.Lease("a", 0, kTtl);
  EXPECT_EQ(plan.Pause().size(), 1u);
  EXPECT_THAT(plan.Pause(), IsEmpty());
  EXPECT_EQ(plan.State(), JobState::kPaused);
  EXPECT_FALSE(plan.Lease("b", 0, kTtl));
  EXPECT_TRUE(plan.Renew("a", lease->index, lease->epoch, 0, kTtl));
  EXPECT_TRUE(plan.Complete(lease->index, lease->epoch, Scored(1)));
  EXPECT_THAT(plan.Advance(), IsEmpty());
  EXPECT_EQ(plan.Resume().size(), 1u);
  EXPECT_THAT(plan.Resume(), IsEmpty());
  EXPECT_EQ(plan.Advance().size(), 1u);
  EXPECT_TRUE(plan.Lease("b", 0, kTtl));
}

TEST(Plan, CancelEndsEverythingOpen) {
  Plan plan = MakePlan(SearchOnly(5), {1, 2, 3, 4, 5});
  plan.Advance();
  const auto lease = plan.Lease("a", 0, kTtl);
  EXPECT_EQ(plan.Cancel().size(), 1u);
  EXPECT_EQ(plan.State(), JobState::kCancelled);
  EXPECT_EQ(plan.Count().leased, 0u);
  EXPECT_FALSE(plan.Lease("b", 0, kTtl));
  EXPECT_FALSE(plan.Renew("a", lease->index, lease->epoch, 0, kTtl));
  EXPECT_EQ(CodeOf(plan.Complete(lease->index, lease->epoch, Scored(1))), ErrorCode::kStale);
  EXPECT_THAT(plan.Cancel(), IsEmpty());
  EXPECT_THAT(plan.Resume(), IsEmpty());
  EXPECT_THAT(plan.Advance(), IsEmpty());
  EXPECT_FALSE(plan.Extend(100));
}

TEST(Plan, ExtensionAddsCandidatesWhileTheSearchRuns) {
  Plan plan = MakePlan(SearchOnly(3), {1, 2, 3, 4, 5});
  plan.Advance();
  EXPECT_EQ(CodeOf(plan.Extend(2)), ErrorCode::kInvalid);
  EXPECT_EQ(CodeOf(plan.Extend(1ULL << 60)), ErrorCode::kInvalid);
  EXPECT_THAT(*plan.Extend(3), IsEmpty());
  const auto events = plan.Extend(5);
  ASSERT_TRUE(events);
  EXPECT_EQ(std::get<Changed>(events->at(0)).candidates, 5u);
  EXPECT_EQ(plan.Spec().search.candidates, 5u);
  for (int i = 0; i < 5; ++i) Score(plan, 1);
  EXPECT_EQ(plan.State(), JobState::kDone);
  EXPECT_EQ(CodeOf(plan.Extend(9)), ErrorCode::kPrecondition);
}

TEST(Plan, ExhaustedSpaceEndsTheSearch) {
  Plan plan = MakePlan(SearchOnly(9), {1, 2});
  plan.Advance();
  Score(plan, 1);
  Score(plan, 1);
  EXPECT_EQ(plan.State(), JobState::kDone);
  EXPECT_EQ(plan.Count().proposed, 2u);
}

TEST(Plan, StartChecksTheSpec) {
  JobSpec spec;
  spec.search.parallelism = 0;
  EXPECT_EQ(CodeOf(Plan::Start(spec, 1)), ErrorCode::kInvalid);
  EXPECT_TRUE(Plan::Start({}, 1));
}

}  // namespace
}  // namespace actsearch::plan
