#include "workers/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include <future>
#include <limits>
#include <set>

#include "tests/unit/workers/fake_coordinator.h"
#include "tests/unit/workers/fake_evaluator.h"

namespace actsearch::workers {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

const grpc::Status kRestart(grpc::StatusCode::UNAVAILABLE, "restarting");

class WorkerTest : public testing::Test {
 protected:
  WorkerTest() {
    options_.coordinator = coordinator_.Address();
    options_.name = "tester";
    options_.slots = 3;
    options_.language = 42;
    options_.version = "1.2.3";
    options_.log =
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_mt>());
  }

  void TearDown() override {
    if (ended_.valid()) {
      coordinator_.RefuseAll();
      Stop();
      ended_.wait();
    }
  }

  void Start() {
    ended_ = std::async(std::launch::async, [this] {
      Worker worker(options_, evaluator_);
      return worker.Run(stop_.get_token());
    });
  }

  // Starts the worker and greets it.
  void Connect() {
    Start();
    coordinator_.NextHello();
    coordinator_.Welcome();
  }

  void Stop() { stop_.request_stop(); }

  // How Run ended.
  Result<void> End() {
    if (ended_.wait_for(seconds(20)) != std::future_status::ready) {
      ADD_FAILURE() << "the worker does not end";
      return Fail(ErrorCode::kInternal, "still running");
    }
    return ended_.get();
  }

  // The only report of the next message that has any.
  v1::Report NextReport() {
    const v1::Reports reports = coordinator_.NextReports();
    EXPECT_EQ(reports.reports_size(), 1);
    return reports.reports_size() > 0 ? reports.reports(0) : v1::Report();
  }

  // All that the coordinator has said so far has been read: an assignment without sense is
  // answered from the reading thread.
  void WaitUntilRead() {
    v1::Assignment nonsense;
    *nonsense.mutable_lease() = Lease("nonsense", 99);
    coordinator_.AssignMessage(nonsense);
    EXPECT_EQ(NextReport().lease().index(), 99U);
  }

  FakeCoordinator coordinator_;
  FakeEvaluator evaluator_;
  WorkerOptions options_;
  std::stop_source stop_;
  std::future<Result<void>> ended_;
};

std::set<std::uint64_t> Indices(const google::protobuf::RepeatedPtrField<v1::LeaseId>& leases) {
  std::set<std::uint64_t> indices;
  for (const auto& lease : leases) indices.insert(lease.index());
  return indices;
}

TEST_F(WorkerTest, IntroducesItself) {
  Start();
  const v1::Hello hello = coordinator_.NextHello();
  EXPECT_EQ(hello.worker(), "tester");
  EXPECT_EQ(hello.device(), "fake device");
  EXPECT_EQ(hello.slots(), 3);
  EXPECT_EQ(hello.language(), 42U);
  EXPECT_EQ(hello.version(), "1.2.3");
  EXPECT_EQ(hello.leases_size(), 0);
  EXPECT_EQ(evaluator_.Canaries(), 1);
  EXPECT_EQ(evaluator_.WholeCanaries(), 1);
}

TEST_F(WorkerTest, ReportsWhatCameOfATrial) {
  Connect();
  coordinator_.Assign(Lease("a", 5, 2), "x");
  const v1::Report report = NextReport();
  EXPECT_EQ(report.lease().job_id(), "a");
  EXPECT_EQ(report.lease().index(), 5U);
  EXPECT_EQ(report.lease().epoch(), 2U);
  EXPECT_EQ(report.outcome().status(), v1::STATUS_SCORED);
  EXPECT_THAT(report.outcome().losses(), testing::ElementsAre(0.25));
  EXPECT_EQ(report.outcome().timing().worker(), "tester");
  EXPECT_FALSE(report.has_attempt());
}

TEST_F(WorkerTest, ManyReportsTravelTogether) {
  Connect();
  coordinator_.Assign(Lease("a", 0), "wait");
  constexpr int kTrials = 200;
  for (int i = 1; i <= kTrials; ++i) coordinator_.Assign(Lease("a", i), "x");
  ASSERT_TRUE(evaluator_.Waits(1));
  evaluator_.Release();
  std::set<std::uint64_t> seen;
  while (seen.size() < kTrials + 1 && !HasFailure()) {
    const v1::Reports reports = coordinator_.NextReports();
    for (const auto& report : reports.reports()) {
      EXPECT_TRUE(seen.insert(report.lease().index()).second) << "sent twice";
    }
  }
}

TEST_F(WorkerTest, AnErrorIsReportedAndWorkGoesOn) {
  Connect();
  coordinator_.Assign(Lease("a", 1), "error");
  const v1::Report failed = NextReport();
  EXPECT_EQ(failed.attempt().end(), v1::ATTEMPT_END_ERROR);
  EXPECT_EQ(failed.attempt().error().code(), v1::ERROR_CODE_CORRUPT);
  EXPECT_EQ(failed.attempt().error().message(), "no such task");
  EXPECT_FALSE(failed.has_outcome());
  coordinator_.Assign(Lease("a", 2), "x");
  EXPECT_EQ(NextReport().outcome().status(), v1::STATUS_SCORED);
}

TEST_F(WorkerTest, OutOfMemoryIsTheEndOfAnAttempt) {
  Connect();
  coordinator_.Assign(Lease("a", 1), "memory");
  EXPECT_EQ(NextReport().attempt().end(), v1::ATTEMPT_END_OUT_OF_MEMORY);
}

TEST_F(WorkerTest, AnOutcomeWithoutSenseIsReportedAsAnError) {
  Connect();
  coordinator_.Assign(Lease("a", 1), "nonsense");
  const v1::Report report = NextReport();
  EXPECT_EQ(report.attempt().end(), v1::ATTEMPT_END_ERROR);
  EXPECT_THAT(report.attempt().error().message(), HasSubstr("losses[0]: nan"));
}

TEST_F(WorkerTest, ATrialCancelledUnaskedIsAnError) {
  Connect();
  coordinator_.Assign(Lease("a", 1), "bored");
  EXPECT_EQ(NextReport().attempt().end(), v1::ATTEMPT_END_ERROR);
}

TEST_F(WorkerTest, SaysWhatItsDataAre) {
  Connect();
  coordinator_.Probe("a", "0123456789abcdef");
  const v1::ProbeAnswer answer = coordinator_.NextProbeAnswer();
  EXPECT_EQ(answer.job_id(), "a");
  EXPECT_EQ(answer.facts().digest(), "0123456789abcdef");
  EXPECT_THAT(answer.facts().rows(), testing::ElementsAre(6, 1, 1, 2));
  coordinator_.Probe("b", "gone");
  const v1::ProbeAnswer error = coordinator_.NextProbeAnswer();
  EXPECT_EQ(error.job_id(), "b");
  EXPECT_EQ(error.error().code(), v1::ERROR_CODE_NOT_FOUND);
  EXPECT_EQ(error.error().message(), "no such folder");
}

TEST_F(WorkerTest, AProbeWaitsForTheRunningTrialAndGoesBeforeTheNext) {
  Connect();
  coordinator_.Assign(Lease("a", 1), "wait");
  coordinator_.Assign(Lease("a", 2), "wait");
  ASSERT_TRUE(evaluator_.Waits(1));
  coordinator_.Probe("a", "0123456789abcdef");
  WaitUntilRead();
  evaluator_.Release();
  coordinator_.NextProbeAnswer();
  ASSERT_TRUE(evaluator_.Waits(2));
  evaluator_.Release();
}

TEST_F(WorkerTest, AProbeOfABrokenStreamIsNotAnswered) {
  Connect();
  coordinator_.Assign(Lease("a", 1), "wait");
  ASSERT_TRUE(evaluator_.Waits(1));
  coordinator_.Probe("a", "0123456789abcdef");
  WaitUntilRead();
  coordinator_.EndStream(kRestart);
  coordinator_.NextHello();
  coordinator_.Welcome({Lease("a", 1)});
  coordinator_.Probe("b", "fedcba9876543210");
  evaluator_.Release();
  EXPECT_EQ(coordinator_.NextProbeAnswer().job_id(), "b");
}

TEST_F(WorkerTest, AProbeWithoutSenseIsAnsweredAtOnce) {
  Connect();
  coordinator_.Probe("a", "two words");
  const v1::ProbeAnswer answer = coordinator_.NextProbeAnswer();
  EXPECT_EQ(answer.error().code(), v1::ERROR_CODE_INVALID);
  EXPECT_THAT(answer.error().message(), HasSubstr("dataset: 'two words'"));
}

TEST_F(WorkerTest, AnAssignmentWithoutSenseIsRefusedAndTheStreamLives) {
  Connect();
  v1::Assignment assignment;
  *assignment.mutable_lease() = Lease("a", 1);
  coordinator_.AssignMessage(assignment);
  const v1::Report report = NextReport();
  EXPECT_EQ(report.attempt().end(), v1::ATTEMPT_END_ERROR);
  EXPECT_THAT(report.attempt().error().message(), HasSubstr("space: ''"));
  coordinator_.Assign(Lease("a", 2), "x");
  EXPECT_EQ(NextReport().lease().index(), 2U);
  EXPECT_EQ(coordinator_.Streams(), 1);
}

TEST_F(WorkerTest, BeatsWhileItTrains) {
  Start();
  coordinator_.NextHello();
  coordinator_.Welcome({}, 20);
  coordinator_.Assign(Lease("a", 4), "wait");
  ASSERT_TRUE(evaluator_.Waits(1));
  v1::Heartbeat beat = coordinator_.NextHeartbeat();
  while (!beat.has_running() && !HasFailure()) beat = coordinator_.NextHeartbeat();
  EXPECT_EQ(beat.running().index(), 4U);
  EXPECT_EQ(beat.step(), 7);
  EXPECT_EQ(beat.steps(), 9);
  EXPECT_EQ(beat.loss(), 0.5);
  for (int i = 0; i < 3; ++i) coordinator_.NextHeartbeat();
  evaluator_.Release();
  NextReport();
  while (beat.has_running() && !HasFailure()) beat = coordinator_.NextHeartbeat();
}

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
