#include "coordinator/plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "coordinator/plan/event.h"
#include "tests/support/plan_simulation.h"

namespace actsearch::plan {
namespace {

using actsearch::testing::MakeIntegers;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr TimeMs kTtl = 10;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Proposes the given integers and notes what it hears before each proposal.
struct Script final : strategies::Strategy {
  Script(std::vector<int> proposals, std::vector<std::string>* heard)
      : proposals(std::move(proposals)), heard(heard) {}

  std::optional<Candidate> Propose(std::uint64_t index, Rng&) override {
    if (heard) heard->push_back("propose " + std::to_string(index));
    if (index >= proposals.size()) return std::nullopt;
    return Candidate{std::to_string(proposals[index])};
  }
  void Observe(std::uint64_t index, const Candidate& candidate, const Outcome&) override {
    if (heard) heard->push_back("hear " + std::to_string(index) + ":" + candidate.text);
  }

  std::vector<int> proposals;
  std::vector<std::string>* heard;
};

JobSpec SearchOnly(std::uint64_t candidates) {
  JobSpec spec = actsearch::testing::SmallJob();
  spec.search.candidates = candidates;
  spec.search.parallelism = 2;
  spec.search.window = 2;
  spec.search.max_attempts = 2;
  spec.search.audit_share = 0;
  spec.finals.finalists = 0;
  spec.finals.baselines = {};
  return spec;
}

Plan MakePlan(const JobSpec& spec, std::vector<int> proposals, std::uint64_t leader = 1,
              std::vector<std::string>* heard = nullptr) {
  auto plan = Plan::Start(spec, leader, MakeIntegers(1000),
                          std::make_unique<Script>(std::move(proposals), heard));
  EXPECT_TRUE(plan) << plan.error().message;
  return std::move(*plan);
}

Outcome Scored(double loss) {
  return {.losses = {loss}, .metrics = {{"accuracy", 1 - loss}}};
}

// What a worker says whose trial no function could pass.
Outcome Rejected() {
  return {.status = Status::kRejected, .rejection = Rejection{"training", "non_finite", ""}};
}

Attempt Ended(AttemptEnd end, const std::string& worker) {
  Attempt attempt;
  attempt.end = end;
  attempt.worker = worker;
  if (end == AttemptEnd::kError) attempt.error = {ErrorCode::kNotFound, "no such folder"};
  return attempt;
}

// Leases the next trial and ends it.
std::uint64_t Score(Plan& plan, double loss) {
  const auto next = plan.Lease("w", 0, kTtl);
  EXPECT_TRUE(next);
  EXPECT_TRUE(plan.Complete(next->index, next->epoch, Scored(loss)));
  plan.Advance();
  return next->index;
}

ErrorCode CodeOf(const auto& result) { return result ? ErrorCode::kInternal : result.error().code; }

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
  const auto events = plan.Learn({.digest = digest});
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
  EXPECT_EQ(CodeOf(plan.Learn({.digest = "fedcba9876543210"})), ErrorCode::kPrecondition);
  EXPECT_EQ(plan.State(), JobState::kChecking);
  EXPECT_TRUE(plan.Learn({.digest = "0123456789abcdef"}));
  EXPECT_EQ(plan.State(), JobState::kRunning);
}

TEST(Plan, GeneratedDataNeedNoCheck) {
  JobSpec spec = OnFiles();
  spec.task.dataset = "glyphs";
  Plan plan = MakePlan(spec, {1, 2});
  plan.Create("wish", 0);
  EXPECT_EQ(plan.State(), JobState::kRunning);
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

TEST(Plan, TrialsCarryOneSeedAuditsAndHurdles) {
  JobSpec spec = SearchOnly(40);
  spec.search.audit_share = 0.5;
  spec.hurdles = {.rungs = {0.1}, .keep = 0.5, .min_observed = 4};
  std::vector<int> proposals(40);
  for (int i = 0; i < 40; ++i) proposals[static_cast<std::size_t>(i)] = i;
  Plan plan = MakePlan(spec, proposals);
  plan.Advance();
  int audits = 0;
  for (int i = 0; i < 40; ++i) {
    const auto next = plan.Lease("w", 0, kTtl);
    audits += next->trial.audit;
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
  EXPECT_GT(audits, 8);
  EXPECT_LT(audits, 32);
  // Proposal i has heard the losses 0 .. i - 3.
  EXPECT_THAT(plan.Records()[5].hurdles, ElementsAre(Hurdle{10, kInfinity}));
  EXPECT_THAT(plan.Records()[6].hurdles, ElementsAre(Hurdle{10, 1}));
  EXPECT_THAT(plan.Records()[12].hurdles, ElementsAre(Hurdle{10, 4}));
}

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
                 .learning_rates = {0.5, 2}, .baselines = {"relu"}};
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
    EXPECT_FALSE(trial.audit);
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
  Plan plan = MakePlan(spec, {1});
  plan.Advance();
  const auto lease = plan.Lease("w", 0, kTtl);
  ASSERT_TRUE(plan.Complete(lease->index, lease->epoch, Rejected()));
  plan.Advance();
  EXPECT_EQ(plan.Records().size(), 1 + 2 * spec.finals.learning_rates.size() *
                                       static_cast<std::size_t>(spec.finals.select_seeds));
  EXPECT_EQ(plan.Records()[1].name, "relu");
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

std::string ReplayError(Plan plan, const std::vector<Event>& events) {
  for (const Event& event : events) {
    const auto ok = plan.Replay(event);
    if (ok) continue;
    EXPECT_EQ(ok.error().code, ErrorCode::kCorrupt);
    return ok.error().message;
  }
  return "no error";
}

TEST(PlanReplay, OtherProposalsAreCorruptWithBothTexts) {
  const JobSpec spec = SearchOnly(3);
  const auto events = MakePlan(spec, {1, 2, 3}).Advance();
  EXPECT_EQ(ReplayError(MakePlan(spec, {1, 2, 3}), events), "no error");
  EXPECT_THAT(ReplayError(MakePlan(spec, {1, 7, 3}), events),
              ::testing::AllOf(HasSubstr("trial 1"), HasSubstr(R"("candidate":"2")"),
                               HasSubstr(R"("candidate":"7")")));
  JobSpec other_seed = spec;
  other_seed.search.seed = 99;
  EXPECT_THAT(ReplayError(MakePlan(other_seed, {1, 2, 3}), events), HasSubstr("trial 0"));
  const Created created{.spec_json = JobSpecToJson(*CheckJobSpec(spec))};
  EXPECT_EQ(ReplayError(MakePlan(spec, {1, 2, 3}), {created}), "no error");
  EXPECT_THAT(ReplayError(MakePlan(other_seed, {1, 2, 3}), {created}), HasSubstr("created with"));
}

TEST(PlanReplay, EventsOutOfPlaceAreCorrupt) {
  const JobSpec spec = SearchOnly(4);
  const auto events = MakePlan(spec, {1, 1, 3}).Advance();  // 1 repeats 0
  const auto error_after = [&](const std::vector<Event>& more) {
    std::vector<Event> all = events;
    all.insert(all.end(), more.begin(), more.end());
    return ReplayError(MakePlan(spec, {1, 1, 3}), all);
  };
  Outcome repeated = Scored(1);
  repeated.status = Status::kDuplicate;
  repeated.duplicate_of = 0;
  EXPECT_EQ(error_after({Observed{0, Scored(1)}, Observed{1, repeated}}), "no error");
  EXPECT_THAT(error_after({Observed{1, repeated}}), HasSubstr("before the trial that it repeats"));
  EXPECT_THAT(error_after({Observed{0, Scored(2)}, Observed{1, repeated}}), HasSubstr("derives"));
  EXPECT_THAT(error_after({Observed{2, repeated}}), HasSubstr("repeats no trial"));
  EXPECT_THAT(error_after({Observed{0, Scored(1)}, Observed{0, Scored(1)}}), HasSubstr("twice"));
  EXPECT_THAT(error_after({Observed{9, Scored(1)}}), HasSubstr("before it was proposed"));
  EXPECT_THAT(error_after({Attempted{9, Ended(AttemptEnd::kLost, "a")}}), HasSubstr("not open"));
  EXPECT_THAT(error_after({Checked{}}), HasSubstr("nobody asked"));
  EXPECT_THAT(error_after({Proposed{.index = 3}}), HasSubstr("before the outcomes"));
  EXPECT_THAT(error_after({Changed{"done"}}), HasSubstr("trials to come"));
  EXPECT_THAT(error_after({Changed{"sleepy"}}), HasSubstr("'sleepy'"));
  EXPECT_THAT(error_after({Changed{"extended", 1}}), HasSubstr("extended to 1"));
  EXPECT_THAT(error_after({Changed{"cancelled"}, Observed{0, Scored(1)}}), HasSubstr("over"));
}

TEST(PlanReplay, ChangesOfStateComeBack) {
  const JobSpec spec = SearchOnly(3);
  Plan plan = MakePlan(spec, {1, 2, 3});
  for (const Event& event :
       std::vector<Event>{Changed{"paused"}, Changed{"extended", 7}, Changed{"failed", 0, "why"}}) {
    ASSERT_TRUE(plan.Replay(event));
  }
  EXPECT_EQ(plan.State(), JobState::kFailed);
  EXPECT_EQ(plan.Reason(), "why");
  EXPECT_EQ(plan.Spec().search.candidates, 7u);
}

}  // namespace
}  // namespace actsearch::plan
