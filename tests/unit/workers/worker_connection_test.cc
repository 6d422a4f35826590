// Restarts of the coordinator, revoked trials, ends of the worker.
#include "tests/unit/workers/worker_bed.h"

namespace actsearch::workers {
namespace {

using testing::HasSubstr;

TEST_F(WorkerTest, KeepsTrainingThroughARestartAndSendsReportsAgain) {
  Connect();
  coordinator_.Assign(Lease("a", 1), "x");
  coordinator_.Assign(Lease("a", 2), "wait");
  coordinator_.Assign(Lease("a", 3), "x");
  EXPECT_EQ(NextReport().lease().index(), 1U);
  ASSERT_TRUE(evaluator_.Waits(1));
  WaitUntilRead();

  coordinator_.EndStream(kRestart);
  const v1::Hello hello = coordinator_.NextHello();
  EXPECT_THAT(Indices(hello.leases()), testing::ElementsAre(1, 2, 3, 99));
  EXPECT_EQ(coordinator_.ReportMessages(), 0U) << "nothing is reported before the welcome";
  coordinator_.Welcome({Lease("a", 1), Lease("a", 2), Lease("a", 3)});
  EXPECT_EQ(NextReport().lease().index(), 1U);

  coordinator_.Acknowledge({Lease("a", 1)});
  evaluator_.Release();
  std::set<std::uint64_t> seen;
  while (seen.size() < 2 && !HasFailure()) {
    const v1::Reports reports = coordinator_.NextReports();
    for (const auto& report : reports.reports()) {
      seen.insert(report.lease().index());
    }
  }
  EXPECT_THAT(seen, testing::ElementsAre(2, 3));
  EXPECT_EQ(evaluator_.Started(), 1) << "the trial went on, it did not begin again";
  EXPECT_EQ(evaluator_.Cancelled(), 0);
}

TEST_F(WorkerTest, AReportMadeWhileDisconnectedArrivesLater) {
  Connect();
  coordinator_.Assign(Lease("a", 2), "wait");
  ASSERT_TRUE(evaluator_.Waits(1));
  coordinator_.EndStream(kRestart);
  coordinator_.NextHello();
  coordinator_.EndStream(kRestart);  // before any welcome
  evaluator_.Release();
  const v1::Hello hello = coordinator_.NextHello();
  EXPECT_THAT(Indices(hello.leases()), testing::ElementsAre(2));
  coordinator_.Welcome({Lease("a", 2)});
  EXPECT_EQ(NextReport().lease().index(), 2U);
}

TEST_F(WorkerTest, DropsWhatTheNewCoordinatorDoesNotKeep) {
  Connect();
  coordinator_.Assign(Lease("a", 1), "x");
  NextReport();
  coordinator_.Assign(Lease("a", 2), "wait");
  coordinator_.Assign(Lease("a", 3), "x");
  ASSERT_TRUE(evaluator_.Waits(1));
  coordinator_.EndStream(kRestart);
  coordinator_.NextHello();
  coordinator_.Welcome();
  coordinator_.Assign(Lease("a", 3, 2), "x");
  const v1::Report report = NextReport();
  EXPECT_EQ(report.lease().index(), 3U);
  EXPECT_EQ(report.lease().epoch(), 2U);
  EXPECT_EQ(evaluator_.Cancelled(), 1);
}

TEST_F(WorkerTest, RevokedTrialsStopAndAreNotReported) {
  Connect();
  coordinator_.Assign(Lease("a", 1), "wait");
  coordinator_.Assign(Lease("a", 2), "wait");
  coordinator_.Assign(Lease("a", 3), "x");
  ASSERT_TRUE(evaluator_.Waits(1));
  coordinator_.Revoke({Lease("a", 2), Lease("a", 1)});
  EXPECT_EQ(NextReport().lease().index(), 3U);
  EXPECT_EQ(evaluator_.Started(), 1);
  EXPECT_EQ(evaluator_.Cancelled(), 1);
}

TEST_F(WorkerTest, AReportRefusedAsStaleIsForgotten) {
  Connect();
  coordinator_.Assign(Lease("a", 1, 1), "x");
  NextReport();
  coordinator_.Revoke({Lease("a", 1, 1)});
  coordinator_.Assign(Lease("a", 2), "x");  // its report shows that the revocation was read
  NextReport();
  coordinator_.Acknowledge({Lease("a", 2)});
  coordinator_.Assign(Lease("a", 3), "wait");
  ASSERT_TRUE(evaluator_.Waits(1));
  coordinator_.EndStream(kRestart);
  EXPECT_THAT(Indices(coordinator_.NextHello().leases()), testing::ElementsAre(3));
}

TEST_F(WorkerTest, ATrialThatTakesTooLongTimesOut) {
  Connect();
  coordinator_.Assign(Lease("a", 1), "wait", 0.01);
  EXPECT_EQ(NextReport().attempt().end(), v1::ATTEMPT_END_TIMED_OUT);
  coordinator_.Assign(Lease("a", 2), "x", 60);
  EXPECT_EQ(NextReport().outcome().status(), v1::STATUS_SCORED);
}

TEST_F(WorkerTest, DrainsWhenAskedAndLeavesOnceAllIsAcknowledged) {
  Connect();
  coordinator_.Assign(Lease("a", 1), "wait");
  coordinator_.Assign(Lease("a", 2), "x");
  ASSERT_TRUE(evaluator_.Waits(1));
  coordinator_.Drain();
  EXPECT_THAT(Indices(coordinator_.NextDraining().released()), testing::ElementsAre(2));
  coordinator_.Assign(Lease("a", 3), "x");  // crossed the announcement
  EXPECT_THAT(Indices(coordinator_.NextDraining().released()), testing::ElementsAre(3));
  evaluator_.Release();
  EXPECT_EQ(NextReport().outcome().status(), v1::STATUS_SCORED);
  coordinator_.Acknowledge({Lease("a", 1)});
  EXPECT_TRUE(coordinator_.WorkerLeft());
  EXPECT_TRUE(End());
}

TEST_F(WorkerTest, AStopTokenDrainsAndTheRunningTrialHasItsGrace) {
  options_.drain.finish = milliseconds(10);
  Connect();
  coordinator_.Assign(Lease("a", 1), "wait");
  ASSERT_TRUE(evaluator_.Waits(1));
  Stop();
  coordinator_.NextDraining();
  EXPECT_EQ(NextReport().attempt().end(), v1::ATTEMPT_END_PREEMPTED);
  coordinator_.Acknowledge({Lease("a", 1)});
  EXPECT_TRUE(End());
}

TEST_F(WorkerTest, AnIdleWorkerSaysGoodbyeEvenBeforeItsWelcome) {
  Start();
  coordinator_.NextHello();
  Stop();
  EXPECT_EQ(coordinator_.NextDraining().released_size(), 0);
  EXPECT_TRUE(coordinator_.WorkerLeft());
  EXPECT_TRUE(End());
}

TEST_F(WorkerTest, DrainsThroughARestart) {
  Connect();
  coordinator_.Assign(Lease("a", 1), "wait");
  ASSERT_TRUE(evaluator_.Waits(1));
  Stop();
  coordinator_.NextDraining();
  coordinator_.EndStream(kRestart);
  EXPECT_THAT(Indices(coordinator_.NextHello().leases()), testing::ElementsAre(1));
  coordinator_.Welcome({Lease("a", 1)});
  coordinator_.NextDraining();  // the new coordinator has to know as well
  evaluator_.Release();
  NextReport();
  coordinator_.Acknowledge({Lease("a", 1)});
  EXPECT_TRUE(End());
}

TEST_F(WorkerTest, ACoordinatorThatNeverAcknowledgesDoesNotHoldItForEver) {
  options_.drain = {.finish = milliseconds(10), .deliver = milliseconds(10)};
  Connect();
  coordinator_.Assign(Lease("a", 1), "x");
  NextReport();
  Stop();
  EXPECT_TRUE(End());
}

TEST_F(WorkerTest, StopsWithoutACoordinatorToo) {
  options_.coordinator = "127.0.0.1:1";  // nobody listens on tcpmux
  Start();
  Stop();
  EXPECT_TRUE(End());
}

// Asked by whom it may: nothing keeps the process for ever.
TEST_F(WorkerTest, AnEvaluatorThatDoesNotReturnIsToldOf) {
  for (const bool by_coordinator : {false, true}) {
    FakeEvaluator evaluator;
    FakeCoordinator coordinator;
    std::promise<void> stuck;
    WorkerOptions options = options_;
    options.coordinator = coordinator.Address();
    options.drain = {milliseconds(10), milliseconds(10), milliseconds(10)};
    options.on_stuck = [&] { stuck.set_value(); };
    std::stop_source stop;
    auto ended = std::async(std::launch::async, [&] {
      return Worker(options, evaluator).Run(stop.get_token());
    });
    coordinator.NextHello();
    coordinator.Welcome();
    coordinator.Assign(Lease("a", 1), "hang");
    EXPECT_TRUE(evaluator.Waits(1));
    if (by_coordinator) {
      coordinator.Drain();
    } else {
      stop.request_stop();
    }
    EXPECT_EQ(stuck.get_future().wait_for(seconds(10)), std::future_status::ready);
    evaluator.EndHang();
    coordinator.RefuseAll();
    ended.wait();
  }
}

TEST_F(WorkerTest, AnotherLanguageEndsItWithTheReason) {
  Start();
  coordinator_.NextHello();
  coordinator_.EndStream({grpc::StatusCode::FAILED_PRECONDITION, "other candidate language"});
  const auto ended = End();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(ended.error().message, HasSubstr("other candidate language"));
  EXPECT_THAT(ended.error().message, HasSubstr(coordinator_.Address()));
}

TEST_F(WorkerTest, ABadCanaryKeepsItFromTheCoordinator) {
  evaluator_.KillCanaryAt(1);
  Start();
  const auto ended = End();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kInternal);
  EXPECT_EQ(ended.error().message, "relu scores 1, not 2");
  EXPECT_EQ(coordinator_.Streams(), 0);
}

TEST_F(WorkerTest, ACanaryThatDiesLaterGivesAllBack) {
  evaluator_.KillCanaryAt(2);
  options_.canary = {.trials = 1, .least = seconds(0), .most = seconds(600)};
  Connect();
  coordinator_.Assign(Lease("a", 1), "wait");
  coordinator_.Assign(Lease("a", 2), "x");
  coordinator_.Assign(Lease("b", 3), "x");
  WaitUntilRead();
  ASSERT_TRUE(evaluator_.Waits(1));
  evaluator_.Release();
  const auto released = Indices(coordinator_.NextDraining().released());
  EXPECT_THAT(released, testing::IsSupersetOf({2, 3}));
  const auto ended = End();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kInternal);
}

TEST_F(WorkerTest, AnIdleWorkerStillTestsItself) {
  evaluator_.KillCanaryAt(3);
  options_.canary.most = seconds(0);
  Start();
  EXPECT_FALSE(End());
  EXPECT_EQ(evaluator_.Canaries(), 3);
  EXPECT_EQ(evaluator_.WholeCanaries(), 1) << "later ones are parts";
}

TEST(DefaultName, IsNotSharedByTwoProcesses) {
  EXPECT_NE(DefaultName(), DefaultName());
  EXPECT_THAT(DefaultName(), HasSubstr("-" + std::to_string(getpid()) + "-"));
}

}  // namespace
}  // namespace actsearch::workers
