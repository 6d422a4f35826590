// What the data of a job are, and workers whose data differ.
#include "tests/unit/coordinator/engine/asides_bed.h"

namespace actsearch::engine {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(Asides, AJobOnFilesIsCheckedByOneWorkerBeforeItRuns) {
  const std::string id = bed_.Create(OnFiles()).id;
  EXPECT_EQ(bed_.View(id).state, JobState::kChecking);
  const auto first = bed_.Connect("first", 2);
  const auto second = bed_.Connect("second", 2);
  EXPECT_THAT(first->granted, IsEmpty());
  ASSERT_THAT(first->probes, SizeIs(1));
  EXPECT_EQ(first->probes[0].job, id);
  EXPECT_EQ(first->probes[0].task.data_dir, "files");
  EXPECT_THAT(second->probes, IsEmpty()) << "one at a time";

  Answer(first, std::unexpected(kNoData));
  EXPECT_EQ(bed_.View(id).state, JobState::kChecking);
  EXPECT_THAT(bed_.View(id).set_aside, SizeIs(1));
  ASSERT_THAT(second->probes, SizeIs(1));
  Answer(second, catalogue::DataFacts{.digest = kDigest, .rows = {6000, 1000, 1000, 2000}});
  const JobView view = bed_.View(id);
  EXPECT_EQ(view.state, JobState::kRunning);
  ASSERT_TRUE(view.data);
  EXPECT_EQ(view.data->digest, kDigest);
  EXPECT_EQ(view.data->rows[3], 2000);
  EXPECT_THAT(first->granted, IsEmpty());
  ASSERT_THAT(second->granted, SizeIs(2));
  EXPECT_EQ(second->granted[0].trial.task.digest, kDigest);
  EXPECT_EQ(Logged(id, R"("event":"checked","digest":"0123456789abcdef")"), 1);
  EXPECT_EQ(bed_.Finish(id, second).state, JobState::kDone);
}

TEST_F(Asides, AJobWhoseDataNobodyHasIsPausedAndCheckedAgainWhenResumed) {
  const std::string id = bed_.Create(OnFiles()).id;
  const auto worker = bed_.Connect("w", 2);
  Answer(worker, std::unexpected(kNoData));
  EXPECT_EQ(bed_.View(id).state, JobState::kPaused);
  EXPECT_THAT(bed_.View(id).reason, HasSubstr("no such folder"));
  EXPECT_EQ(bed_.View(id).counts.proposed, 0U);
  Resume(id);
  EXPECT_EQ(bed_.View(id).state, JobState::kChecking);
  Answer(worker, catalogue::DataFacts{.digest = kDigest});
  EXPECT_EQ(bed_.View(id).state, JobState::kRunning);
  EXPECT_THAT(worker->granted, SizeIs(2));
}

TEST_F(Asides, ACheckSurvivesTheWorkerThatWasAsked) {
  const std::string id = bed_.Create(OnFiles()).id;
  const auto first = bed_.Connect("first", 2);
  ASSERT_THAT(first->probes, SizeIs(1));
  Leave(first);
  const auto second = bed_.Connect("second", 2);
  ASSERT_THAT(second->probes, SizeIs(1));
  Answer(second, catalogue::DataFacts{.digest = kDigest});
  EXPECT_EQ(bed_.View(id).state, JobState::kRunning);
}

TEST_F(Asides, ASlowAnswerIsWaitedForWhileTheNextWorkerIsAsked) {
  const std::string id = bed_.Create(OnFiles()).id;
  const auto slow = bed_.Connect("slow", 2);
  const auto quick = bed_.Connect("quick", 2);
  ASSERT_THAT(slow->probes.size() + quick->probes.size(), 1U);
  const auto& asked = slow->probes.empty() ? quick : slow;
  const auto& next = slow->probes.empty() ? slow : quick;
  Pass(29'000);
  EXPECT_THAT(next->probes, IsEmpty());
  Pass(2'000);
  ASSERT_THAT(next->probes, SizeIs(1));
  Answer(asked, catalogue::DataFacts{.digest = kDigest});
  EXPECT_EQ(bed_.View(id).state, JobState::kRunning);
  Answer(next, catalogue::DataFacts{.digest = "another"});
  EXPECT_THAT(bed_.View(id).set_aside, IsEmpty()) << "its trials will tell";
}

TEST_F(Asides, AnOutcomeOfOtherDataSetsItsWorkerAside) {
  plan::JobSpec spec = OnFiles();
  spec.task.digest = kDigest;
  const std::string id = bed_.Create(spec).id;
  const auto other = bed_.Connect("other", 2);
  const auto same = bed_.Connect("same", 2);
  const auto& asked = other->probes.empty() ? same : other;
  Answer(asked, catalogue::DataFacts{.digest = kDigest});
  const Granted granted = other->granted.at(0);
  other->granted.clear();
  Report report = Judge(granted);
  std::get<Outcome>(report.end).data_digest = "fedcba9876543210";
  bed_.engine().Take(other, {report});
  bed_.engine().Turn();
  EXPECT_FALSE(OutcomeOf(id, granted.lease.index));
  ASSERT_THAT(bed_.View(id).set_aside, SizeIs(1));
  const plan::SetAside aside = bed_.View(id).set_aside[0];
  EXPECT_EQ(aside.worker, "other");
  EXPECT_EQ(aside.error.code, ErrorCode::kPrecondition);
  EXPECT_THAT(aside.error.message, HasSubstr("fedcba9876543210"));
  EXPECT_THAT(aside.error.message, HasSubstr(kDigest));
  EXPECT_EQ(bed_.Finish(id, same).state, JobState::kDone);
}

TEST_F(Asides, AProbeThatFindsAnotherDigestThanTheJobFileSetsTheWorkerAside) {
  plan::JobSpec spec = OnFiles();
  spec.task.digest = kDigest;
  const std::string id = bed_.Create(spec).id;
  const auto worker = bed_.Connect("w", 2);
  Answer(worker, catalogue::DataFacts{.digest = "fedcba9876543210"});
  EXPECT_EQ(bed_.View(id).state, JobState::kPaused);
  EXPECT_THAT(bed_.View(id).reason, HasSubstr("fedcba9876543210"));
}

TEST_F(Asides, ACheckedJobIsCheckedAfterARestartToo) {
  const std::string id = bed_.Create(OnFiles()).id;
  const auto worker = bed_.Connect("w", 2);
  Answer(worker, catalogue::DataFacts{.digest = kDigest});
  bed_.engine().Stop();
  EngineBed successor(store_, clock_, {.owner = "successor"});
  EXPECT_EQ(successor.View(id).state, JobState::kRunning);
  EXPECT_EQ(successor.View(id).data->digest, kDigest);
  const auto again = successor.Connect("w", 2);
  EXPECT_THAT(again->probes, IsEmpty());
  ASSERT_THAT(again->granted, SizeIs(2));
  EXPECT_EQ(again->granted[0].trial.task.digest, kDigest);
}

}  // namespace
}  // namespace actsearch::engine
