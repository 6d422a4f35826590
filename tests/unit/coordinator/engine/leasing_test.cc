// Workers that come, go, come back, fall silent and die.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/coordinator/engine/one_engine.h"

namespace actsearch::engine {
namespace {

using testing::Contains;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr int kTtlMs = 15000;

class Leasing : public OneEngine {
 protected:
  static std::vector<LeaseId> LeasesOf(const FakeLink& link) {
    std::vector<LeaseId> leases;
    for (const Granted& granted : link.granted) leases.push_back(granted.lease);
    return leases;
  }
};

TEST_F(Leasing, SlotsAreFilledFairlyInOneMessageEach) {
  const auto a = bed_.Connect("a", 8);
  const auto b = bed_.Connect("b", 8);
  bed_.Create(NoopSpec());
  EXPECT_THAT(a->granted, SizeIs(2));
  EXPECT_THAT(b->granted, SizeIs(2));
  EXPECT_EQ(a->assignment_messages, 1);
}

TEST_F(Leasing, JobsTakeTurns) {
  const std::string first = bed_.Create(NoopSpec(), "1").id;
  const std::string second = bed_.Create(NoopSpec(), "2").id;
  const auto worker = bed_.Connect("w", 4);
  int of_first = 0;
  for (const Granted& granted : worker->granted) of_first += granted.lease.job == first ? 1 : 0;
  EXPECT_THAT(worker->granted, SizeIs(4));
  EXPECT_EQ(of_first, 2);
}

TEST_F(Leasing, AnotherLanguageIsTurnedAway) {
  const auto link = std::make_shared<FakeLink>();
  bed_.engine().Connect(
      link, {.worker = "w", .device = "", .version = "9", .slots = 1, .language = 8, .leases = {}});
  bed_.engine().Turn();
  ASSERT_TRUE(link->closed);
  EXPECT_EQ(link->closed->code, ErrorCode::kPrecondition);
  EXPECT_THAT(link->welcomes, IsEmpty());
}

TEST_F(Leasing, AWorkerThatReconnectsInTimeKeepsItsLeases) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto before = bed_.Connect("w", 4);
  const auto held = before->granted;
  Leave(before);
  Pass(kGraceMs - 100);
  const auto after = bed_.Connect("w", 4, LeasesOf(*before));
  ASSERT_THAT(after->welcomes, SizeIs(1));
  EXPECT_EQ(after->welcomes[0].kept, LeasesOf(*before));
  Pass(kGraceMs);
  bed_.engine().Take(after, {Judge(held[0])});
  bed_.engine().Turn();
  EXPECT_THAT(after->acknowledged, Contains(held[0].lease));
  EXPECT_TRUE(OutcomeOf(id, held[0].lease.index));
}

TEST_F(Leasing, LeasesSurviveACoordinatorThatRestarts) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto worker = bed_.Connect("w", 4);
  bed_.engine().Stop();
  EngineBed successor(store_, clock_, {.owner = "successor"});
  const auto again = successor.Connect("w", 4, LeasesOf(*worker));
  EXPECT_EQ(again->welcomes.at(0).kept, LeasesOf(*worker));
  successor.engine().Take(again, {Judge(worker->granted[1])});
  successor.engine().Turn();
  EXPECT_THAT(again->acknowledged, Contains(worker->granted[1].lease));
  EXPECT_EQ(successor.View(id).counts.finished, 1U);
}

// Else the first to come back would get what the others are still training.
TEST_F(Leasing, ASuccessorWaitsForReturningWorkersBeforeItLeases) {
  bed_.Create(NoopSpec());
  const auto before = bed_.Connect("slow to return", 2);
  bed_.engine().Stop();
  telemetry::Metrics metrics;
  const auto opened = Engine::Open({.owner = "successor", .language = 7, .settle_ms = 1000}, store_,
                                   clock_, metrics);
  ASSERT_TRUE(opened);
  Engine& successor = **opened;
  const auto connect = [&](const std::string& name, std::vector<LeaseId> leases) {
    const auto link = std::make_shared<FakeLink>();
    successor.Connect(link, {.worker = name,
                             .device = "",
                             .version = "",
                             .slots = 2,
                             .language = 7,
                             .leases = std::move(leases)});
    successor.Turn();
    return link;
  };
  const auto quick = connect("quick to return", {});
  EXPECT_THAT(quick->granted, IsEmpty());
  clock_.Advance(900);
  EXPECT_THAT(connect("slow to return", LeasesOf(*before))->welcomes.at(0).kept, SizeIs(2));
  clock_.Advance(200);
  successor.Turn();
  ASSERT_THAT(quick->granted, SizeIs(2));
  for (const LeaseId& kept : LeasesOf(*before)) {
    EXPECT_NE(quick->granted[0].lease.index, kept.index);
    EXPECT_NE(quick->granted[1].lease.index, kept.index);
  }
}

TEST_F(Leasing, LeasesThatAReconnectingWorkerLostAreOpenAgain) {
  bed_.Create(NoopSpec());
  const auto before = bed_.Connect("w", 4);
  Leave(before);
  const auto after = bed_.Connect("w", 4, {before->granted[0].lease});
  EXPECT_EQ(after->welcomes.at(0).kept, std::vector{before->granted[0].lease});
  EXPECT_THAT(after->granted, SizeIs(3));  // with new epochs
}

TEST_F(Leasing, ADeadWorkersTrialsGoToOthersAndItsLateReportIsRefused) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto dead = bed_.Connect("dead", 4);
  const auto other = bed_.Connect("other", 4);
  ASSERT_THAT(other->granted, IsEmpty());
  Leave(dead);
  Pass(kGraceMs - 1);
  EXPECT_THAT(other->granted, IsEmpty());
  Pass(250);
  ASSERT_THAT(other->granted, SizeIs(4));

  const auto late = bed_.Connect("dead", 4, LeasesOf(*dead));
  EXPECT_THAT(late->welcomes.at(0).kept, IsEmpty());
  bed_.engine().Take(late, {Judge(dead->granted[0])});
  bed_.engine().Turn();
  EXPECT_THAT(late->acknowledged, IsEmpty());
  EXPECT_THAT(late->revoked, Contains(dead->granted[0].lease));
  EXPECT_EQ(bed_.Metric("actsearch_stale_reports_total"), 1);
  EXPECT_FALSE(OutcomeOf(id, dead->granted[0].lease.index));
}

TEST_F(Leasing, ATrialThatKillsItsWorkersIsQuarantined) {
  const std::string id = bed_.Create(NoopSpec()).id;  // three attempts
  for (int life = 0; life < 3; ++life) {
    EXPECT_FALSE(OutcomeOf(id, 0)) << life;
    const auto worker = bed_.Connect("w" + std::to_string(life), 1);
    ASSERT_THAT(worker->granted, SizeIs(1));
    ASSERT_EQ(worker->granted[0].lease.index, 0U);
    bed_.engine().Beat(worker, worker->granted[0].lease);
    Leave(worker);
    Pass(kGraceMs);
  }
  ASSERT_TRUE(OutcomeOf(id, 0));
  EXPECT_EQ(OutcomeOf(id, 0)->status, Status::kQuarantined);
  EXPECT_EQ(bed_.Finish(id, bed_.Connect("w")).state, plan::JobState::kDone);
}

TEST_F(Leasing, QueuedTrialsOfADeadWorkerAreNotBlamed) {
  const std::string id = bed_.Create(NoopSpec()).id;
  for (int life = 0; life < 3; ++life) {
    const auto worker = bed_.Connect("w" + std::to_string(life), 2);
    bed_.engine().Beat(worker, worker->granted[0].lease);
    Leave(worker);
    Pass(kGraceMs);
  }
  ASSERT_TRUE(OutcomeOf(id, 0));
  EXPECT_FALSE(OutcomeOf(id, 1));
}

TEST_F(Leasing, HeartbeatsKeepLeasesAndSilenceLosesThem) {
  bed_.Create(NoopSpec());
  const auto silent = bed_.Connect("silent", 2);
  const auto lively = bed_.Connect("lively", 2);
  const auto lively_leases = LeasesOf(*lively);
  for (int i = 0; i < 6; ++i) {
    bed_.engine().Beat(lively, lively_leases[0]);
    Pass(kTtlMs / 5);
  }
  EXPECT_EQ(bed_.Metric("actsearch_lease_expirations_total"), 2);
  const auto heir = bed_.Connect("heir", 4);
  EXPECT_THAT(heir->granted, SizeIs(2));
  // It wakes up and learns that its leases are gone.
  bed_.engine().Beat(silent, silent->granted[0].lease);
  bed_.engine().Turn();
  EXPECT_THAT(silent->revoked, SizeIs(2));
  EXPECT_THAT(lively->revoked, IsEmpty());
}

TEST_F(Leasing, OfWhatASilentWorkerHoldsOnlyTheRunningTrialIsBlamed) {
  const std::string id = bed_.Create(NoopSpec()).id;
  for (int life = 0; life < 3; ++life) {
    const auto worker = bed_.Connect("w" + std::to_string(life), 2);
    ASSERT_THAT(worker->granted, SizeIs(2)) << life;
    bed_.engine().Beat(worker, worker->granted[0].lease);
    for (int i = 0; i < 6; ++i) Pass(kTtlMs / 5);
  }
  ASSERT_TRUE(OutcomeOf(id, 0));
  EXPECT_EQ(OutcomeOf(id, 0)->status, Status::kQuarantined);
  EXPECT_EQ(OutcomeOf(id, 0)->reason,
            "3 attempts came to nothing: LOST on worker 'w0', LOST on worker 'w1', LOST on worker "
            "'w2'");
  EXPECT_FALSE(OutcomeOf(id, 1));
}

TEST_F(Leasing, ADrainingWorkerGivesBackAndGetsNoMore) {
  bed_.Create(NoopSpec());
  const auto leaving = bed_.Connect("leaving", 4);
  const auto staying = bed_.Connect("staying", 4);
  const auto running = leaving->granted[0];
  auto queued = LeasesOf(*leaving);
  queued.erase(queued.begin());
  bed_.engine().StartDraining(leaving, queued);
  bed_.engine().Turn();
  EXPECT_THAT(staying->granted, SizeIs(3));
  leaving->granted.clear();
  bed_.engine().Take(leaving, {Judge(running)});
  bed_.engine().Turn();
  EXPECT_THAT(leaving->acknowledged, Contains(running.lease));
  EXPECT_THAT(leaving->granted, IsEmpty());
}

TEST_F(Leasing, PreemptedTrialsAreOpenAgain) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto worker = bed_.Connect("w", 1);
  const auto granted = worker->granted.at(0);
  worker->granted.clear();
  bed_.engine().StartDraining(worker, {});
  bed_.engine().Take(worker, {Failed(granted, AttemptEnd::kPreempted)});
  bed_.engine().Turn();
  const auto next = bed_.Connect("next", 1);
  ASSERT_THAT(next->granted, SizeIs(1));
  EXPECT_EQ(next->granted[0].lease.index, granted.lease.index);
  EXPECT_GT(next->granted[0].lease.epoch, granted.lease.epoch);
  EXPECT_FALSE(OutcomeOf(id, granted.lease.index));
}

// Epochs are small numbers: a liar may guess another's lease.
TEST_F(Leasing, OnlyTheHoldersAttemptCanEnd) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto holder = bed_.Connect("holder", 1);
  const auto liar = bed_.Connect("liar", 1);
  const Granted granted = holder->granted.at(0);
  bed_.engine().Take(liar, {Failed(granted, AttemptEnd::kError, {ErrorCode::kInternal, "x"})});
  bed_.engine().Turn();
  EXPECT_THAT(holder->revoked, IsEmpty());
  EXPECT_THAT(bed_.View(id).set_aside, IsEmpty());
  bed_.engine().Take(holder, {Judge(granted)});
  bed_.engine().Turn();
  EXPECT_TRUE(OutcomeOf(id, granted.lease.index));
}

TEST_F(Leasing, ACancelledJobsLeasesAreRevoked) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto worker = bed_.Connect("w", 4);
  bed_.Ask([&](Engine& e, Reply r) { e.CancelJob(id, std::move(r)); });
  EXPECT_THAT(worker->revoked, SizeIs(4));
  bed_.engine().Take(worker, {Judge(worker->granted[0])});
  bed_.engine().Turn();
  EXPECT_THAT(worker->acknowledged, IsEmpty());
  EXPECT_EQ(bed_.View(id).counts.finished, 0U);
}

TEST_F(Leasing, ANameSpokenForTwiceBelongsToTheNewerConnection) {
  bed_.Create(NoopSpec());
  const auto old = bed_.Connect("w", 2);
  const auto fresh = bed_.Connect("w", 2, LeasesOf(*old));
  ASSERT_TRUE(old->closed);
  EXPECT_EQ(old->closed->code, ErrorCode::kStale);
  EXPECT_EQ(fresh->welcomes.at(0).kept, LeasesOf(*old));
  // The end of the old connection does not end the worker.
  Leave(old);
  Pass(kGraceMs + 1000);
  bed_.engine().Take(fresh, {Judge(old->granted[0])});
  bed_.engine().Turn();
  EXPECT_THAT(fresh->acknowledged, SizeIs(1));
}

TEST_F(Leasing, AClaimOfLeasesThatNeverWereIsNotKept) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto liar =
      bed_.Connect("liar", 4, {{id, 0, 1ULL << 60}, {id, 999, 1}, {"no-such-job", 0, 1}});
  EXPECT_THAT(liar->welcomes.at(0).kept, IsEmpty());
}

TEST_F(Leasing, DrainTellsWorkersAndLeasesNothing) {
  const auto worker = bed_.Connect("w", 4);
  bed_.engine().Drain();
  bed_.engine().Turn();
  EXPECT_TRUE(worker->drained);
  EXPECT_FALSE(bed_.serving());
  bed_.Create(NoopSpec());
  EXPECT_THAT(worker->granted, IsEmpty());
}

TEST_F(Leasing, LastWordsAreAnsweredBeforeTheStreamEnds) {
  bed_.Create(NoopSpec());
  const auto worker = bed_.Connect("w", 1);
  store_.before_append = [&] { EXPECT_FALSE(worker->finished); };
  bed_.engine().Take(worker, {Judge(worker->granted.at(0))});
  bed_.engine().HalfClose(worker);
  bed_.engine().Turn();
  EXPECT_THAT(worker->acknowledged, SizeIs(1));
  EXPECT_THAT(worker->granted, SizeIs(1));  // nothing new
  EXPECT_TRUE(worker->finished);
}

TEST_F(Leasing, EveryMessageIsAnsweredByHandled) {
  const auto worker = bed_.Connect("w", 4);
  bed_.engine().Beat(worker, std::nullopt);
  bed_.engine().Take(worker, {});
  bed_.engine().Turn();
  EXPECT_EQ(worker->handled, 3);
}

}  // namespace
}  // namespace actsearch::engine
