// Further trainings of the best candidates while the search runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "coordinator/plan/audits.h"
#include "coordinator/plan/entrants.h"
#include "coordinator/plan/event.h"
#include "coordinator/plan/report.h"
#include "coordinator/plan/standings.h"
#include "tests/unit/coordinator/plan/plan_bed.h"

namespace actsearch::plan {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

// One training at a time; the outcome before the last is known to every proposal.
JobSpec Raced(std::uint64_t candidates, int best, int trainings) {
  JobSpec spec = SearchOnly(candidates);
  spec.search.parallelism = 1;
  spec.search.window = 1;
  spec.racing = {.best = best, .trainings = trainings};
  return spec;
}

// Per record: the integer, and which training of it.
std::vector<std::string> Trained(const Plan& plan) {
  std::vector<std::string> trained;
  for (const Record& record : plan.Records()) {
    trained.push_back(record.candidate + "/" + std::to_string(record.replicate));
  }
  return trained;
}

TEST(Racing, TheBestAreTrainedAgainWithinTheNumberOfCandidates) {
  std::vector<std::string> heard;
  Plan plan = MakePlan(Raced(7, 1, 3), {10, 20, 30, 40, 50, 60, 70}, 1, &heard);
  plan.Advance();
  for (const double loss : {0.5, 0.9, 0.6, 0.8, 0.7}) Score(plan, loss);
  // The first training of 10 is known when index 2 is proposed, its repeat when 4 is; index 3 must
  // not train it a third time before that.
  EXPECT_THAT(Trained(plan),
              ElementsAre("10/0", "20/0", "10/1", "30/0", "10/2", "40/0", "50/0"));
  for (const double loss : {0.9, 0.9}) Score(plan, loss);
  EXPECT_EQ(plan.State(), JobState::kDone);
  EXPECT_EQ(plan.Count().proposed, 7u);
  EXPECT_THAT(heard, Contains("revise 10: 2 of 0.55"));
  EXPECT_THAT(heard, Contains("revise 10: 3 of 0.60"));
  // The strategy counts its own proposals.
  EXPECT_THAT(heard, Contains("propose 4"));
  EXPECT_THAT(heard, Not(Contains("propose 5")));
  EXPECT_THAT(heard, Contains("hear 4:50"));
}

TEST(Racing, RepeatsHaveTheirOwnSeedAndNoGatesOrHurdles) {
  JobSpec spec = Raced(7, 1, 3);
  spec.hurdles.min_observed = 1;
  Plan plan = MakePlan(spec, {10, 20, 30, 40, 50, 60, 70});
  plan.Advance();
  for (int i = 0; i < 7; ++i) Score(plan, i == 0 ? 0.1 : 0.2);
  const auto records = plan.Records();
  ASSERT_EQ(records[2].original, 0u);
  ASSERT_EQ(records[4].original, 0u);
  EXPECT_EQ(records[0].seed, records[1].seed);
  EXPECT_NE(records[2].seed, records[0].seed);
  EXPECT_NE(records[4].seed, records[2].seed);
  EXPECT_EQ(records[2].fingerprint, records[0].fingerprint);
  EXPECT_FALSE(records[3].hurdles.empty());
  EXPECT_THAT(records[2].hurdles, IsEmpty());
  EXPECT_FALSE(TrialOf(spec, records[2]).gates.chance);
  EXPECT_TRUE(TrialOf(spec, records[3]).gates.chance);
  EXPECT_EQ(TrialOf(spec, records[2]).split, Split::kSearch);
  EXPECT_EQ(TrialOf(spec, records[4]).replicate, 2);
}

TEST(Racing, ALuckyDrawLosesItsPlaceToABetterMean) {
  Plan plan = MakePlan(Raced(6, 2, 2), {10, 20, 30, 40, 50, 60});
  plan.Advance();
  //                 10   20   10   20   30   40
  for (double loss : {0.1, 0.3, 0.9, 0.3, 0.6, 0.7}) Score(plan, loss);
  ASSERT_THAT(Trained(plan), ElementsAre("10/0", "20/0", "10/1", "20/1", "30/0", "40/0"));
  const Standings standings(plan.Records());
  EXPECT_THAT(standings.BestFirst(),
              ElementsAre(Pair(0.3, 1), Pair(0.5, 0), Pair(0.6, 4), Pair(0.7, 5)));
  const auto front = Front(plan.Past());
  ASSERT_FALSE(front.empty());
  EXPECT_EQ(front[0].candidate, "20");
  EXPECT_EQ(front[0].search_loss, 0.3);
  JobSpec spec = plan.Spec();
  spec.finals.finalists = 2;
  EXPECT_THAT(FinalistsOf(spec, *MakeIntegers(1000), plan.Records()), ElementsAre(1, 0));
}

TEST(Racing, WhoFailsOnceIsNoFinalist) {
  std::vector<std::string> heard;
  Plan plan = MakePlan(Raced(4, 1, 2), {10, 20, 30, 40}, 1, &heard);
  plan.Advance();
  Score(plan, 0.1);
  Score(plan, 0.3);
  const auto repeat = plan.Lease("w", 0, kTtl);
  ASSERT_EQ(plan.Records()[repeat->index].original, 0u);
  ASSERT_TRUE(plan.Complete(repeat->index, repeat->epoch, Rejected()));
  plan.Advance();
  Score(plan, 0.2);
  EXPECT_THAT(heard, Contains("revise 10: 2 of inf"));
  JobSpec spec = plan.Spec();
  spec.finals.finalists = 3;
  EXPECT_THAT(FinalistsOf(spec, *MakeIntegers(1000), plan.Records()), Not(Contains(0u)));
}

TEST(Racing, ARepetitionByTheStrategyIsADuplicateAllTheSame) {
  std::vector<std::string> heard;
  Plan plan = MakePlan(Raced(5, 1, 2), {10, 20, 30, 20, 40}, 1, &heard);
  plan.Advance();
  for (double loss : {0.1, 0.3, 0.1, 0.4}) Score(plan, loss);
  ASSERT_THAT(Trained(plan), ElementsAre("10/0", "20/0", "10/1", "30/0", "20/0"));
  EXPECT_EQ(plan.Records()[4].outcome->status, Status::kDuplicate);
  EXPECT_EQ(plan.Records()[4].outcome->duplicate_of, 1u);
  EXPECT_EQ(plan.State(), JobState::kDone);
}

// Audits train once: they are compared with first trainings.
TEST(Racing, AuditsAreComparedWithFirstTrainings) {
  std::vector<Record> records(12);
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].index = i;
    records[i].outcome = i == 0 ? Rejected() : Scored(i < 10 ? 0.3 : 0.1);
    if (i >= 10) records[i].original = 1;
  }
  records[0].outcome->rejection = Rejection{"hurdle", "rung", ""};
  Record& audit = records.emplace_back();
  audit.index = 12;
  audit.stage = Stage::kAudit;
  audit.original = 0;
  audit.outcome = Scored(0.25);
  const auto counts = CountRejections(records);
  ASSERT_EQ(counts.size(), 1u);
  EXPECT_EQ(counts[0].wrong, 1u) << "better than the best tenth of first trainings, which is 0.3";
}

TEST(Racing, JobsOfLogsThatDoNotNameItDoWithout) {
  std::string text = JobSpecToJson(*CheckJobSpec(Raced(7, 1, 3)));
  EXPECT_EQ(JobSpecFromJson(text)->racing, (RacingSpec{.best = 1, .trainings = 3}));
  const auto at = text.find("\"racing\"");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 8, "\"gone\"");
  EXPECT_EQ(JobSpecFromJson(text)->racing.best, 0);
}

}  // namespace
}  // namespace actsearch::plan
