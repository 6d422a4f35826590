// What a worker says of its trials.
#include "tests/unit/workers/worker_bed.h"

namespace actsearch::workers {
namespace {

using testing::HasSubstr;

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

// Before the read, which may not return; on the next connection too.
TEST_F(WorkerTest, SaysAtOnceWhoseDataItReads) {
  Start();
  coordinator_.NextHello();
  coordinator_.Welcome({}, 600'000);  // no other heartbeat comes in time
  coordinator_.NextHeartbeat();
  coordinator_.Probe("a", "hang");
  ASSERT_TRUE(evaluator_.Waits(1));
  EXPECT_EQ(coordinator_.NextHeartbeat().reading(), "a");
  coordinator_.EndStream(kRestart);
  coordinator_.NextHello();
  coordinator_.Welcome({}, 600'000);
  EXPECT_EQ(coordinator_.NextHeartbeat().reading(), "a");
  evaluator_.EndHang();
  EXPECT_EQ(coordinator_.NextHeartbeat().reading(), "");
}

}  // namespace
}  // namespace actsearch::workers
