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
  Answer(second, Facts(kDigest));
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
  Answer(worker, Facts(kDigest));
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
  Answer(second, Facts(kDigest));
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
  bed_.engine().Beat(asked, LeaseId{"another job", 3, 1});  // which it trains for so long
  bed_.engine().Turn();
  EXPECT_THAT(next->probes, IsEmpty());
  Pass(2'000);
  ASSERT_THAT(next->probes, SizeIs(1));
  Answer(asked, Facts(kDigest));
  EXPECT_EQ(bed_.View(id).state, JobState::kRunning);
  Answer(next, Facts("another"));
  EXPECT_THAT(bed_.View(id).set_aside, IsEmpty()) << "its trials will tell";
}

TEST_F(Asides, AnOutcomeOfOtherDataSetsItsWorkerAside) {
  plan::JobSpec spec = OnFiles();
  spec.task.digest = kDigest;
  const std::string id = bed_.Create(spec).id;
  const auto other = bed_.Connect("other", 2);
  const auto same = bed_.Connect("same", 2);
  const auto& asked = other->probes.empty() ? same : other;
  Answer(asked, Facts(kDigest));
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
  Answer(worker, Facts("fedcba9876543210"));
  EXPECT_EQ(bed_.View(id).state, JobState::kPaused);
  EXPECT_THAT(bed_.View(id).reason, HasSubstr("fedcba9876543210"));
}

TEST_F(Asides, ACheckedJobIsCheckedAfterARestartToo) {
  const std::string id = bed_.Create(OnFiles()).id;
  const auto worker = bed_.Connect("w", 2);
  Answer(worker, Facts(kDigest));
  bed_.engine().Stop();
  EngineBed successor(store_, clock_, {.owner = "successor"});
  EXPECT_EQ(successor.View(id).state, JobState::kRunning);
  EXPECT_EQ(successor.View(id).data->digest, kDigest);
  const auto again = successor.Connect("w", 2);
  EXPECT_THAT(again->probes, IsEmpty());
  ASSERT_THAT(again->granted, SizeIs(2));
  EXPECT_EQ(again->granted[0].trial.task.digest, kDigest);
}

// What generates data differs between builds: the first outcome says which data count.
TEST_F(Asides, OutcomesOfGeneratedDataAreComparedToo) {
  plan::JobSpec spec = NoopSpec();
  spec.task.name = "mlp";
  spec.task.dataset = "glyphs";
  const std::string id = bed_.Create(spec).id;
  EXPECT_EQ(bed_.View(id).state, JobState::kRunning) << "nobody need have files";
  const auto first = bed_.Connect("first", 1);
  const auto other = bed_.Connect("other", 1);
  const auto report = [&](const std::shared_ptr<FakeLink>& link, const std::string& digest) {
    Report said = Judge(std::exchange(link->granted, {}).at(0));
    std::get<Outcome>(said.end).data_digest = digest;
    bed_.engine().Take(link, {said});
    bed_.engine().Turn();
  };
  report(first, kDigest);
  report(other, "fedcba9876543210");
  ASSERT_THAT(bed_.View(id).set_aside, SizeIs(1));
  EXPECT_EQ(bed_.View(id).set_aside[0].worker, "other");
  EXPECT_THAT(bed_.View(id).set_aside[0].error.message, HasSubstr("the same build"));
  bed_.engine().Stop();
  EngineBed successor(store_, clock_, {.owner = "successor"});
  const auto again = successor.Connect("other", 1);
  Report said = Judge(std::exchange(again->granted, {}).at(0));
  std::get<Outcome>(said.end).data_digest = "fedcba9876543210";
  successor.engine().Take(again, {said});
  successor.engine().Turn();
  EXPECT_THAT(successor.View(id).set_aside, SizeIs(1)) << "a restart does not forget";
}

TEST_F(Asides, AnAnswerWithoutDigestOrRowsIsAnErrorOfItsWorker) {
  const std::string id = bed_.Create(OnFiles()).id;
  const auto worker = bed_.Connect("w", 2);
  auto facts = Facts(kDigest);
  facts.rows[2] = 0;
  Answer(worker, facts);
  EXPECT_EQ(bed_.View(id).state, JobState::kPaused);
  EXPECT_THAT(bed_.View(id).reason, HasSubstr("'w'; the first said: it says neither digest nor"));
  EXPECT_FALSE(bed_.View(id).data);
  Resume(id);
  Answer(worker, Facts(""));
  EXPECT_EQ(bed_.View(id).state, JobState::kPaused);
}

// Data that kill whoever reads them do not kill worker after worker for ever.
TEST_F(Asides, WorkersThatVanishWhileTheyReadPauseTheJobForPeople) {
  plan::JobSpec spec = OnFiles();
  spec.search.max_attempts = 2;
  const std::string id = bed_.Create(spec).id;
  for (const char* name : {"a", "a", "b", "c"}) {
    const auto worker = bed_.Connect(name, 1);
    if (!worker->probes.empty()) Read(worker, id);
    Leave(worker);
    Pass(kGraceMs);
    Pass(kLeastPauseMs + 1000);
  }
  EXPECT_EQ(bed_.View(id).state, JobState::kPaused);
  EXPECT_THAT(bed_.View(id).reason, HasSubstr("2 times a worker vanished or fell silent"));
  EXPECT_EQ(Logged(id, R"("end":"LOST")"), 2);
  const auto worker = bed_.Connect("w", 1);
  Pass(60'000);
  EXPECT_EQ(bed_.View(id).state, JobState::kPaused) << "people must look first";
  EXPECT_THAT(worker->probes, IsEmpty());
  Resume(id);
  ASSERT_THAT(worker->probes, SizeIs(1));
  Answer(worker, Facts(kDigest));
  EXPECT_EQ(bed_.View(id).state, JobState::kRunning);
}

TEST_F(Asides, AWorkerThatLeavesInOrderIsNotLost) {
  plan::JobSpec spec = OnFiles();
  spec.search.max_attempts = 1;
  const std::string id = bed_.Create(spec).id;
  const auto worker = bed_.Connect("w", 1);
  bed_.engine().StartDraining(worker, {});
  Leave(worker);
  Pass(kGraceMs);
  EXPECT_EQ(bed_.View(id).state, JobState::kChecking);
}

// Streams break: whoever comes back and reads on has not died.
TEST_F(Asides, AReaderThatConnectsAnewIsNotLost) {
  plan::JobSpec spec = OnFiles();
  spec.search.max_attempts = 1;
  const std::string id = bed_.Create(spec).id;
  Read(bed_.Connect("w", 1), id);
  const auto again = bed_.Connect("w", 1);
  Read(again, id);
  EXPECT_EQ(bed_.View(id).state, JobState::kChecking);
  EXPECT_EQ(Logged(id, "LOST"), 0);
  const auto restarted = bed_.Connect("w", 1);
  bed_.engine().Beat(restarted, std::nullopt);
  bed_.engine().Turn();
  bed_.engine().Turn();
  EXPECT_EQ(Logged(id, "LOST"), 1) << "another process of the name, which does not read";
  EXPECT_EQ(bed_.View(id).state, JobState::kPaused);
}

// It answers when its trial is over, however long that takes.
TEST_F(Asides, AWorkerThatTrainsWhileItIsAskedIsWaitedFor) {
  plan::JobSpec spec = OnFiles();
  spec.search.max_attempts = 1;
  const std::string id = bed_.Create(spec).id;
  const auto worker = bed_.Connect("w", 1);
  for (int i = 0; i < 500; ++i) {
    Pass(2000);
    bed_.engine().Beat(worker, LeaseId{"another job", 3, 1});
  }
  EXPECT_EQ(bed_.View(id).state, JobState::kChecking);
  EXPECT_THAT(bed_.View(id).set_aside, IsEmpty());
  Answer(worker, Facts(kDigest));
  EXPECT_EQ(bed_.View(id).state, JobState::kRunning);
}

TEST_F(Asides, ALateAnswerCounts) {
  const std::string id = bed_.Create(OnFiles()).id;
  const auto worker = bed_.Connect("w", 1);
  Read(worker, id);
  Pass(600'000);
  Pass(1000);
  ASSERT_EQ(bed_.View(id).state, JobState::kPaused) << "the only worker is silent";
  Answer(worker, Facts(kDigest));
  Pass(kLeastPauseMs + 1000);
  Pass(1000);
  EXPECT_EQ(bed_.View(id).state, JobState::kRunning);
  EXPECT_THAT(bed_.View(id).set_aside, IsEmpty());
  EXPECT_THAT(worker->granted, SizeIs(1));
}

// The job that asked may be cancelled: other jobs must not wait behind its data.
TEST_F(Asides, AHangingReaderIsFreedWhateverBecomesOfItsJob) {
  const std::string id = bed_.Create(OnFiles(), "hang").id;
  const auto hung = bed_.Connect("hung", 2);
  Read(hung, id);
  const auto cancelled = bed_.Ask([&](Engine& e, Reply r) { e.CancelJob(id, std::move(r)); });
  ASSERT_TRUE(cancelled && *cancelled);
  const auto healthy = bed_.Connect("healthy", 2);
  const std::string other = bed_.Create(NoopSpec(), "other").id;
  EXPECT_THAT(hung->granted, SizeIs(2));
  for (int i = 0; i < 60; ++i) {
    Pass(2000);
    Read(hung, id);
    bed_.Work(healthy);
  }
  EXPECT_EQ(bed_.View(other).state, JobState::kDone);
}

// A read that hangs, as of a file server that is gone.
TEST_F(Asides, DataThatHangOneWorkerStopNeitherOtherJobsNorAllWorkers) {
  plan::JobSpec hang = OnFiles();
  hang.search.max_attempts = 2;
  const std::string other = bed_.Create(NoopSpec(), "other").id;
  const std::string id = bed_.Create(hang, "hang").id;
  std::vector<std::shared_ptr<FakeLink>> links;
  for (const char* name : {"a", "b", "c"}) links.push_back(bed_.Connect(name, 2));
  const auto asked = [&] {
    return std::ranges::count_if(links, [](const auto& link) { return !link->probes.empty(); });
  };
  EXPECT_EQ(asked(), 1);
  for (int i = 0; i < 60; ++i) {
    Pass(2'000);
    for (const auto& link : links) {
      if (link->probes.empty()) {
        bed_.Work(link);
      } else {
        Read(link, id);
      }
    }
  }
  EXPECT_EQ(asked(), 1) << "the others are left for other jobs";
  EXPECT_EQ(bed_.View(other).state, JobState::kDone) << "what they held went elsewhere";
  EXPECT_EQ(bed_.View(id).state, JobState::kChecking);
  for (int i = 0; i < 3; ++i) {
    Pass(600'000);
    for (const auto& link : links) {
      if (!link->probes.empty()) Read(link, id);
    }
    Pass(1000);
  }
  EXPECT_EQ(asked(), 2);
  EXPECT_EQ(bed_.View(id).state, JobState::kPaused);
  EXPECT_THAT(bed_.View(id).reason, HasSubstr("2 times a worker vanished or fell silent"));
  ASSERT_THAT(bed_.View(id).set_aside, SizeIs(2));
  EXPECT_THAT(bed_.View(id).set_aside[0].error.message, HasSubstr("not said for 10 minutes"));
}

}  // namespace
}  // namespace actsearch::engine
