// Jobs whose logs this program did not write: shown, and never taken for failed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "coordinator/plan/report.h"
#include "search_spaces/base/version.h"
#include "tests/unit/coordinator/engine/engine_bed.h"

namespace actsearch::engine {
namespace {

using plan::JobState;
using testing::HasSubstr;
using testing::IsEmpty;

class HeldJobs : public testing::Test {
 protected:
  void Write(const std::string& id, const std::vector<std::string>& events) {
    const auto epoch = store_.Lead("writer", clock_.WallMs(), 1);
    ASSERT_TRUE(epoch);
    ASSERT_TRUE(store_.Append(id, *epoch, 0, events));
    clock_.Advance(10);
  }
  static std::vector<std::string> Lines(const std::string& name) {
    std::ifstream in(std::string(ACTSEARCH_SOURCE_DIR) + "/tests/golden/logs/v1/" + name +
                     ".jsonl");
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    EXPECT_FALSE(lines.empty());
    return lines;
  }
  // The log of a job of this program that has not ended.
  std::vector<std::string> OwnLog() {
    TestStore store;
    EngineBed bed(store, clock_);
    const std::string id = bed.Create(NoopSpec()).id;
    const auto worker = bed.Connect("w");
    bed.Work(worker);
    bed.Work(worker);
    return *store.Read(id, 0, 1000);
  }
  static std::vector<std::string> Replaced(std::vector<std::string> log, const std::string& from,
                                           const std::string& to) {
    for (std::string& event : log) {
      const auto at = event.find(from);
      if (at == std::string::npos) continue;
      event.replace(at, from.size(), to);
      return log;
    }
    ADD_FAILURE() << from;
    return log;
  }
  static Result<JobView> Resume(EngineBed& bed, const std::string& id) {
    return *bed.Ask([&](Engine& e, Reply r) { e.ResumeJob(id, std::move(r)); });
  }

  TestStore store_;
  FakeClock clock_;
};

TEST_F(HeldJobs, ARunningJobOfAnotherVersionIsPausedWithBothVersionsAndTheRemedy) {
  Write("old", Replaced(OwnLog(), R"("version":")", R"("version":"99.)"));
  EngineBed bed(store_, clock_, {.owner = "leader"});
  const JobView view = bed.View("old");
  EXPECT_EQ(view.state, JobState::kPaused);
  EXPECT_THAT(view.reason, HasSubstr("actsearch 99."));
  EXPECT_THAT(view.reason, HasSubstr("this is actsearch " + std::string(ProgramVersion())));
  EXPECT_THAT(view.reason, HasSubstr("cancel it"));
  EXPECT_GT(view.counts.finished, 0U);
  EXPECT_THAT(bed.Connect("w")->granted, IsEmpty());

  const std::size_t size = store_.Read("old", 0, 1000)->size();
  const auto resumed = Resume(bed, "old");
  ASSERT_FALSE(resumed);
  EXPECT_EQ(resumed.error().code, ErrorCode::kPrecondition);
  EXPECT_THAT(resumed.error().message, HasSubstr("actsearch 99."));
  EXPECT_TRUE(view.held);
  EXPECT_FALSE(*bed.Ask([](Engine& e, Reply r) { e.PauseJob("old", std::move(r)); }));
  EXPECT_EQ(store_.Read("old", 0, 1000)->size(), size) << "the program that began it may go on";
  const auto cancelled =
      *bed.Ask([](Engine& e, Reply r) { e.CancelJob("old", std::move(r)); });
  ASSERT_TRUE(cancelled) << cancelled.error().message;
  EXPECT_EQ(cancelled->state, JobState::kCancelled);
  EXPECT_TRUE(*bed.Ask([](Engine& e, Reply r) { e.DeleteJob("old", std::move(r)); }));
}

TEST_F(HeldJobs, WhatThisProgramDerivesOtherwiseIsPausedAndNotContinued) {
  std::vector<std::string> log = OwnLog();
  for (std::string& event : log) {
    const auto at = event.find(R"("candidate":")");
    if (at == std::string::npos || event.find(R"("index":1,)") == std::string::npos) continue;
    event.insert(at + 13, "x + ");
  }
  Write("other", log);
  EngineBed bed(store_, clock_, {.owner = "leader"});
  const JobView view = bed.View("other");
  EXPECT_EQ(view.state, JobState::kPaused);
  EXPECT_THAT(view.reason, HasSubstr("derives otherwise: event log, trial 1"));
  EXPECT_GT(view.counts.proposed, 2U);
  EXPECT_THAT(bed.Connect("w")->granted, IsEmpty());
  EXPECT_FALSE(Resume(bed, "other"));
}

TEST_F(HeldJobs, AnEndedJobWithAStrategyAndFormulasNobodyKnowsIsShown) {
  TestStore store;
  std::vector<std::string> log;
  {
    EngineBed bed(store, clock_);
    const std::string id = bed.Create(NoopSpec()).id;
    bed.Finish(id, bed.Connect("w"));
    log = *store.Read(id, 0, 1000);
  }
  log = Replaced(log, R"(\"strategy\":{\"name\":\"random\")",
                 R"(\"strategy\":{\"name\":\"tarot\")");
  for (std::string& event : log) {
    if (const auto at = event.find(R"("candidate":")"); at != std::string::npos) {
      event.insert(at + 13, "((");
    }
  }
  Write("strange", log);
  EngineBed bed(store_, clock_, {.owner = "leader"});
  const JobView view = bed.View("strange");
  EXPECT_EQ(view.state, JobState::kDone);
  EXPECT_EQ(view.spec.strategy.name, "tarot");
  EXPECT_EQ(view.counts.finished, 20U);
  EXPECT_THAT(view.best_formula, testing::StartsWith("(("));
  ASSERT_TRUE(bed.engine().Inspect("strange", [](const Job& job) {
    EXPECT_EQ(plan::Front(job.Past()).size(), 2U);
    EXPECT_EQ(job.Plan(), nullptr) << "no strategy is made for it";
  }));
}

TEST_F(HeldJobs, LogsOfVersionOneAreShownInEveryState) {
  for (const std::string name : {"noop", "layers", "cnn", "paused", "cancelled", "failed"}) {
    Write(name, Lines(name));
  }
  EngineBed bed(store_, clock_, {.owner = "leader"});
  EXPECT_EQ(bed.View("noop").state, JobState::kDone);
  EXPECT_EQ(bed.View("layers").state, JobState::kDone);
  EXPECT_EQ(bed.View("cnn").state, JobState::kDone);
  EXPECT_EQ(bed.View("cancelled").state, JobState::kCancelled);
  EXPECT_EQ(bed.View("failed").state, JobState::kFailed);
  EXPECT_THAT(bed.View("failed").reason, HasSubstr("no such folder"));
  EXPECT_EQ(bed.View("paused").state, JobState::kPaused);
  EXPECT_THAT(bed.View("paused").reason, HasSubstr("an older actsearch (log version 1)"));
  EXPECT_THAT(bed.Connect("w")->granted, IsEmpty());
}

TEST_F(HeldJobs, AFollowerShowsWhatTheLogSays) {
  Write("old", Replaced(OwnLog(), R"("version":")", R"("version":"99.)"));
  EngineBed bed(store_, clock_, {.owner = "follower", .read_only = true});
  const JobView view = bed.View("old");
  EXPECT_EQ(view.state, JobState::kRunning) << "another program may go on with it";
  EXPECT_THAT(view.remark, HasSubstr("only actsearch 99."));
  EXPECT_EQ(view.reason, "");
  EXPECT_FALSE(view.held);
}

}  // namespace
}  // namespace actsearch::engine
