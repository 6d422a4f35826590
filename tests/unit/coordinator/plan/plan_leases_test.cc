// Leases, attempts and the data that workers must have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "coordinator/plan/event.h"
#include "tests/unit/coordinator/plan/plan_bed.h"

namespace actsearch::plan {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Plan, LeasesTheLowestOpenTrialUpToTheParallelism) {
  Plan plan = MakePlan(SearchOnly(5), {1, 2, 3, 4, 5}, 7);
  plan.Advance();
  const auto first = plan.Lease("a", 0, kTtl);
  const auto second = plan.Lease("b", 0, kTtl);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->index, 0u);
  EXPECT_EQ(first->epoch, (7ULL << 32) + 1);
  EXPECT_EQ(second->index, 1u);
  EXPECT_GT(second->epoch, first->epoch);
  EXPECT_EQ(first->trial, TrialOf(plan.Spec(), plan.Records()[0]));
  EXPECT_FALSE(plan.Lease("c", 0, kTtl));
  EXPECT_EQ(plan.Count().leased, 2u);
  plan.Release(first->index, first->epoch);
  EXPECT_EQ(plan.Lease("c", 0, kTtl)->index, 0u);
}

TEST(Plan, ExpiredLeaseGoesToTheNextWorkerAndTheLateReportIsStale) {
  Plan plan = MakePlan(SearchOnly(3), {1, 2, 3});
  plan.Advance();
  const auto first = plan.Lease("a", 0, kTtl);
  EXPECT_THAT(plan.ExpireLeases(kTtl - 1), IsEmpty());
  const auto expired = plan.ExpireLeases(kTtl);
  ASSERT_EQ(expired.size(), 1u);
  EXPECT_EQ(expired[0].index, first->index);
  EXPECT_EQ(expired[0].worker, "a");
  const auto second = plan.Lease("b", kTtl, kTtl);
  EXPECT_EQ(second->index, first->index);
  EXPECT_EQ(CodeOf(plan.Complete(first->index, first->epoch, Scored(1))), ErrorCode::kStale);
  EXPECT_FALSE(plan.Renew("a", first->index, first->epoch, kTtl, kTtl));
  EXPECT_TRUE(plan.Complete(second->index, second->epoch, Scored(1)));
  EXPECT_EQ(CodeOf(plan.Complete(second->index, second->epoch, Scored(1))), ErrorCode::kStale);
  EXPECT_EQ(CodeOf(plan.Complete(99, second->epoch, Scored(1))), ErrorCode::kStale);
}

TEST(Plan, LateReportCountsWhileNobodyElseHoldsTheTrial) {
  Plan plan = MakePlan(SearchOnly(3), {1, 2, 3});
  plan.Advance();
  const auto lease = plan.Lease("a", 0, kTtl);
  plan.ExpireLeases(kTtl);
  EXPECT_TRUE(plan.Complete(lease->index, lease->epoch, Scored(1)));
}

TEST(Plan, RenewalKeepsALease) {
  Plan plan = MakePlan(SearchOnly(3), {1, 2, 3});
  plan.Advance();
  const auto lease = plan.Lease("a", 0, kTtl);
  EXPECT_TRUE(plan.Renew("a", lease->index, lease->epoch, 5, kTtl));
  EXPECT_FALSE(plan.Renew("b", lease->index, lease->epoch, 5, kTtl)) << "another worker";
  EXPECT_EQ(plan.ExpireLeases(kTtl).size(), 0u);
  EXPECT_EQ(plan.ExpireLeases(5 + kTtl).size(), 1u);
}

TEST(Plan, AfterARestartWorkersGoOnWithWhatTheyHold) {
  Plan before = MakePlan(SearchOnly(3), {1, 2, 3}, 1);
  const auto log = before.Advance();
  const auto a = before.Lease("a", 0, kTtl);
  const auto b = before.Lease("b", 0, kTtl);
  Plan after = MakePlan(SearchOnly(3), {1, 2, 3}, 2);
  for (const Event& event : log) ASSERT_TRUE(after.Replay(event));
  EXPECT_TRUE(after.Renew("a", a->index, a->epoch, 0, kTtl));
  EXPECT_FALSE(after.Renew("x", a->index, a->epoch + 1, 0, kTtl)) << "held by a";
  EXPECT_FALSE(after.Renew("b", b->index, 3ULL << 32, 0, kTtl)) << "of a later leader";
  EXPECT_TRUE(after.Complete(b->index, b->epoch, Scored(1))) << "delivered without a word";
  EXPECT_EQ(after.Lease("c", 0, kTtl)->index, 2u);
  EXPECT_TRUE(after.Complete(a->index, a->epoch, Scored(1)));
}

TEST(Plan, TrialThatLosesItsWorkersIsQuarantined) {
  Plan plan = MakePlan(SearchOnly(3), {1, 2, 3});
  plan.Advance();
  const auto deadly = plan.Lease("a", 0, kTtl);
  const auto queued = plan.Lease("a", 0, kTtl);
  EXPECT_EQ(plan.WorkerDied("a", deadly->index).size(), 1u);
  EXPECT_EQ(plan.Count().leased, 0u);
  EXPECT_EQ(plan.Lease("b", 0, kTtl)->index, deadly->index);
  EXPECT_EQ(plan.Lease("b", 0, kTtl)->index, queued->index);
  const auto events = plan.WorkerDied("b", deadly->index);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(std::get<Attempted>(events[0]).attempt.end, AttemptEnd::kLost);
  const Observed& observed = std::get<Observed>(events[1]);
  EXPECT_EQ(observed.index, deadly->index);
  EXPECT_EQ(observed.outcome.status, Status::kQuarantined);
  EXPECT_EQ(observed.outcome.reason,
            "2 attempts came to nothing: LOST on worker 'a', LOST on worker 'b'");
  EXPECT_EQ(plan.Lease("c", 0, kTtl)->index, queued->index) << "it was only waiting";
}

TEST(Plan, SilentWorkersCountWhenTheyWereTrainingTheTrial) {
  Plan plan = MakePlan(SearchOnly(1), {1});
  plan.Advance();
  for (int round = 0; round < 5; ++round) {
    plan.Lease("a", round * kTtl, kTtl);
    EXPECT_EQ(plan.ExpireLeases((round + 1) * kTtl).size(), 1u);
  }
  EXPECT_EQ(plan.Lose(0, "a").size(), 1u);
  EXPECT_EQ(plan.Lose(0, "b").size(), 2u);
  EXPECT_EQ(plan.Records()[0].outcome->status, Status::kQuarantined);
}

TEST(Plan, PreemptionNeverCounts) {
  Plan plan = MakePlan(SearchOnly(1), {1});
  plan.Advance();
  for (int i = 0; i < 5; ++i) {
    const auto lease = plan.Lease("a", 0, kTtl);
    ASSERT_TRUE(lease);
    const auto events =
        plan.EndAttempt(lease->index, lease->epoch, Ended(AttemptEnd::kPreempted, "a"));
    ASSERT_TRUE(events);
    EXPECT_EQ(events->size(), 1u) << "it is only logged";
  }
}

TEST(Plan, TimeAndMemoryAreTriedElsewhereAndThenTheCandidateIsQuarantined) {
  for (const AttemptEnd end : {AttemptEnd::kTimedOut, AttemptEnd::kOutOfMemory}) {
    Plan plan = MakePlan(SearchOnly(1), {1});
    plan.Advance();
    const auto first = plan.Lease("a", 0, kTtl);
    EXPECT_EQ(plan.EndAttempt(0, first->epoch, Ended(end, "a"))->size(), 1u);
    EXPECT_EQ(CodeOf(plan.EndAttempt(0, first->epoch, Ended(end, "a"))), ErrorCode::kStale)
        << "it counts once";
    const auto second = plan.Lease("b", 0, kTtl);
    EXPECT_EQ(plan.EndAttempt(0, second->epoch, Ended(end, "b"))->size(), 2u);
    EXPECT_EQ(plan.Records()[0].outcome->status, Status::kQuarantined);
    EXPECT_THAT(plan.Records()[0].outcome->reason, HasSubstr(std::string(Name(end))));
    plan.Advance();
    EXPECT_EQ(plan.State(), JobState::kDone);
  }
}

TEST(Plan, AWorkerGetsATrialThatItFailedAtOnlyWhenNoOtherCouldHaveIt) {
  Plan plan = MakePlan(SearchOnly(3), {1, 2, 3});
  plan.Advance();
  const auto elsewhere = [](std::span<const std::string> failed) {
    return std::ranges::find(failed, "b") == failed.end();
  };
  const auto first = plan.Lease("a", 0, kTtl, elsewhere);
  ASSERT_TRUE(plan.EndAttempt(0, first->epoch, Ended(AttemptEnd::kTimedOut, "a")));
  EXPECT_EQ(plan.Lease("a", 0, kTtl, elsewhere)->index, 1u) << "b could have 0";
  const auto second = plan.Lease("b", 0, kTtl, elsewhere);
  EXPECT_EQ(second->index, 0u);
}

TEST(Plan, AnErrorSetsTheWorkerAsideUntilItIsReadmittedOrTheJobResumed) {
  for (const bool resumed : {false, true}) {
    Plan plan = MakePlan(SearchOnly(3), {1, 2, 3});
    plan.Advance();
    const auto lease = plan.Lease("a", 0, kTtl);
    ASSERT_TRUE(plan.EndAttempt(lease->index, lease->epoch, Ended(AttemptEnd::kError, "a")));
    ASSERT_EQ(plan.Past().Aside().size(), 1u);
    EXPECT_EQ(plan.Past().Aside()[0].worker, "a");
    EXPECT_EQ(plan.Past().Aside()[0].error.message, "no such folder");
    EXPECT_FALSE(plan.Lease("a", 0, kTtl));
    EXPECT_TRUE(plan.CanLease());
    if (resumed) {
      plan.Pause("nobody is left");
      EXPECT_EQ(plan.Reason(), "nobody is left");
      plan.Resume();
      EXPECT_EQ(plan.Reason(), "");
    } else {
      plan.Readmit("a");
    }
    EXPECT_EQ(plan.Lease("a", 0, kTtl)->index, lease->index) << "errors do not count against it";
  }
}

TEST(Plan, ARestartKeepsTheCountOfAttempts) {
  Plan before = MakePlan(SearchOnly(1), {1}, 1);
  std::vector<Event> log = before.Advance();
  const auto lease = before.Lease("a", 0, kTtl);
  const auto ended = before.EndAttempt(0, lease->epoch, Ended(AttemptEnd::kTimedOut, "a"));
  log.insert(log.end(), ended->begin(), ended->end());
  Plan after = MakePlan(SearchOnly(1), {1}, 2);
  for (const Event& event : log) ASSERT_TRUE(after.Replay(event));
  const auto again = after.Lease("b", 0, kTtl);
  EXPECT_EQ(after.EndAttempt(0, again->epoch, Ended(AttemptEnd::kLost, "b"))->size(), 2u);
  EXPECT_EQ(after.Records()[0].outcome->reason,
            "2 attempts came to nothing: TIMED_OUT on worker 'a', LOST on worker 'b'");
}

JobSpec OnFiles() {
  JobSpec spec = SearchOnly(2);
  spec.task.name = "mlp";
  spec.task.dataset = "mnist";
  spec.task.data_dir = "files";
  return spec;
}

catalogue::DataFacts Facts(const std::string& digest) {
  return {.digest = digest,
          .inputs = {.shape = Spatial(1, 28, 28)},
          .targets = {catalogue::ValueKind::kTokens, Features(1), 10},
          .rows = {6000, 1000, 1000, 2000}};
}

TEST(Plan, AJobOnFilesWaitsForAWorkerToSayWhatTheyAre) {
  Plan plan = MakePlan(OnFiles(), {1, 2});
  const Event created = plan.Create("wish", 0);
  EXPECT_TRUE(std::get<Created>(created).checks);
  EXPECT_EQ(plan.State(), JobState::kChecking);
  EXPECT_THAT(plan.Advance(), IsEmpty());
  EXPECT_THAT(plan.SetAside("a", {ErrorCode::kNotFound, "no such folder"}), ::testing::SizeIs(1));
  plan.Pause("nobody is left");
  plan.Resume();
  EXPECT_EQ(plan.State(), JobState::kChecking);
  EXPECT_THAT(plan.Past().Aside(), IsEmpty());

  const std::string digest = "0123456789abcdef";
  const auto events = plan.Learn(Facts(digest));
  ASSERT_TRUE(events);
  EXPECT_EQ(std::get<Checked>(events->at(0)).data.digest, digest);
  EXPECT_EQ(plan.State(), JobState::kRunning);
  plan.Advance();
  const auto lease = plan.Lease("a", 0, kTtl);
  EXPECT_EQ(lease->trial.task.digest, digest);

  Outcome outcome = Scored(1);
  EXPECT_EQ(CodeOf(plan.Complete(0, lease->epoch, outcome)), ErrorCode::kPrecondition);
  outcome.data_digest = "fedcba9876543210";
  const auto refused = plan.Complete(0, lease->epoch, outcome);
  EXPECT_EQ(CodeOf(refused), ErrorCode::kPrecondition);
  EXPECT_THAT(refused.error().message,
              ::testing::AllOf(HasSubstr("fedcba9876543210"), HasSubstr(digest)));
  outcome.data_digest = digest;
  EXPECT_TRUE(plan.Complete(0, lease->epoch, outcome));

  Plan replayed = MakePlan(OnFiles(), {1, 2}, 2);
  ASSERT_TRUE(replayed.Replay(created));
  EXPECT_EQ(replayed.State(), JobState::kChecking);
  ASSERT_TRUE(replayed.Replay(events->at(0)));
  EXPECT_EQ(replayed.State(), JobState::kRunning);
  EXPECT_EQ(replayed.Spec().task.digest, digest);
}

TEST(Plan, ADigestOfTheJobFileHoldsFromTheBeginning) {
  JobSpec spec = OnFiles();
  spec.task.digest = "0123456789abcdef";
  Plan plan = MakePlan(spec, {1, 2});
  plan.Create("wish", 0);
  EXPECT_EQ(CodeOf(plan.Learn(Facts("fedcba9876543210"))), ErrorCode::kPrecondition);
  EXPECT_EQ(plan.State(), JobState::kChecking);
  EXPECT_TRUE(plan.Learn(Facts("0123456789abcdef")));
  EXPECT_EQ(plan.State(), JobState::kRunning);
}

TEST(Plan, FactsMustSayWhatTheDataAre) {
  Plan plan = MakePlan(OnFiles(), {1, 2});
  plan.Create("wish", 0);
  EXPECT_EQ(CodeOf(plan.Learn(Facts(""))), ErrorCode::kInternal);
  catalogue::DataFacts empty = Facts("0123456789abcdef");
  empty.rows = {};
  EXPECT_EQ(CodeOf(plan.Learn(empty)), ErrorCode::kInternal);
  EXPECT_EQ(plan.State(), JobState::kChecking);
}

TEST(Plan, LossesOfSeveralNetworksAreNotOfThisTrial) {
  Plan plan = MakePlan(SearchOnly(1), {1});
  plan.Create("wish", 0);
  plan.Advance();
  const auto lease = plan.Lease("a", 0, kTtl);
  Outcome outcome = Scored(1);
  outcome.losses = {1, 2};
  EXPECT_EQ(CodeOf(plan.Complete(0, lease->epoch, outcome)), ErrorCode::kInvalid);
  outcome = Scored(1);
  outcome.rungs = {{1, 0.5, {}, 7}};
  EXPECT_EQ(CodeOf(plan.Complete(0, lease->epoch, outcome)), ErrorCode::kInvalid);
  EXPECT_TRUE(plan.Complete(0, lease->epoch, Scored(1)));
}

TEST(Plan, GeneratedDataNeedNoCheck) {
  JobSpec spec = OnFiles();
  spec.task.dataset = "glyphs";
  spec.task.data_dir = "";
  Plan plan = MakePlan(spec, {1, 2});
  plan.Create("wish", 0);
  EXPECT_EQ(plan.State(), JobState::kRunning);
}

}  // namespace
}  // namespace actsearch::plan
