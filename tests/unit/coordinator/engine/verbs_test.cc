// What people ask of jobs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/coordinator/engine/engine_bed.h"

namespace actsearch::engine {
namespace {

using plan::JobState;
using testing::HasSubstr;
using testing::MatchesRegex;

class Verbs : public testing::Test {
 protected:
  Result<JobView> Ask(const EngineBed::Start& start) { return bed_.Ask(start).value(); }
  Result<JobView> Create(const plan::JobSpec& spec, const std::string& request_id) {
    return Ask([&](Engine& e, Reply r) { e.CreateJob(spec, request_id, std::move(r)); });
  }
  Result<JobView> Pause(const std::string& id) {
    return Ask([&](Engine& e, Reply r) { e.PauseJob(id, std::move(r)); });
  }
  Result<JobView> Resume(const std::string& id) {
    return Ask([&](Engine& e, Reply r) { e.ResumeJob(id, std::move(r)); });
  }
  Result<JobView> Cancel(const std::string& id) {
    return Ask([&](Engine& e, Reply r) { e.CancelJob(id, std::move(r)); });
  }
  Result<JobView> Extend(const std::string& id, std::uint64_t candidates) {
    return Ask([&](Engine& e, Reply r) { e.ExtendJob(id, candidates, std::move(r)); });
  }
  Result<JobView> Delete(const std::string& id) {
    return Ask([&](Engine& e, Reply r) { e.DeleteJob(id, std::move(r)); });
  }

  TestStore store_;
  FakeClock clock_;
  EngineBed bed_{store_, clock_};
};

TEST_F(Verbs, AJobHasAReadableIdAndIsRunning) {
  const auto view = Create(NoopSpec(), "wish");
  ASSERT_TRUE(view);
  EXPECT_THAT(view->id, MatchesRegex("noop-search-[a-z2-7]{6}"));
  EXPECT_EQ(view->state, JobState::kRunning);
  EXPECT_EQ(view->spec.search.window, 8);
}

TEST_F(Verbs, TheSameRequestMakesOneJobAlsoAfterARestart) {
  const auto first = Create(NoopSpec(), "wish");
  const auto again = Create(NoopSpec(), "wish");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, first->id);
  EXPECT_NE(Create(NoopSpec(), "another wish")->id, first->id);
  const auto changed = Create(NoopSpec(21), "wish");
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, ErrorCode::kExists);
  EXPECT_THAT(changed.error().message, HasSubstr(first->id));

  bed_.engine().Stop();
  EngineBed successor(store_, clock_, {.owner = "successor"});
  EXPECT_EQ(successor.Create(NoopSpec(), "wish").id, first->id);
}

TEST_F(Verbs, AWrongSpecIsRefusedWithItsField) {
  plan::JobSpec spec = NoopSpec();
  spec.search.parallelism = -3;
  const auto refused = Create(spec, "wish");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(refused.error().message, HasSubstr("search.parallelism"));
  EXPECT_EQ(Create(NoopSpec(), "").error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(store_.Jobs()->empty());
}

TEST_F(Verbs, PauseAndResumeMayBeRepeated) {
  const std::string id = Create(NoopSpec(), "wish")->id;
  EXPECT_EQ(Pause(id)->state, JobState::kPaused);
  EXPECT_EQ(Pause(id)->state, JobState::kPaused);
  const auto worker = bed_.Connect("w");
  EXPECT_TRUE(worker->granted.empty());
  EXPECT_EQ(Resume(id)->state, JobState::kRunning);
  EXPECT_EQ(Resume(id)->state, JobState::kRunning);
  EXPECT_FALSE(worker->granted.empty());
}

TEST_F(Verbs, WhatIsOverCannotBeRevived) {
  const std::string id = Create(NoopSpec(), "wish")->id;
  EXPECT_EQ(Cancel(id)->state, JobState::kCancelled);
  EXPECT_EQ(Cancel(id)->state, JobState::kCancelled);
  for (const auto& refused : {Pause(id), Resume(id), Extend(id, 100)}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kPrecondition);
    EXPECT_THAT(refused.error().message, HasSubstr("cancelled"));
  }
}

TEST_F(Verbs, ExtendRaisesTheNumberOfCandidates) {
  const std::string id = Create(NoopSpec(20), "wish")->id;
  EXPECT_EQ(Extend(id, 10).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(Extend(id, 30)->spec.search.candidates, 30U);
  EXPECT_EQ(Create(NoopSpec(20), "wish")->id, id);  // still the same wish
  EXPECT_EQ(bed_.Finish(id, bed_.Connect("w")).counts.finished, 30U);
}

TEST_F(Verbs, OnlyEndedJobsAreDeletedAndThenTheyAreGone) {
  const std::string id = Create(NoopSpec(), "wish")->id;
  const auto refused = Delete(id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kPrecondition);
  EXPECT_THAT(refused.error().message, HasSubstr("cancel it first"));
  Cancel(id);
  EXPECT_TRUE(Delete(id));
  EXPECT_EQ(Delete(id).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(store_.Jobs()->empty());
  EXPECT_TRUE(Create(NoopSpec(), "wish"));
}

TEST_F(Verbs, AnUnknownJobIsNamedWithTheNearest) {
  const std::string id = Create(NoopSpec(), "wish")->id;
  const auto missing = Pause(id.substr(0, id.size() - 1));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("did you mean '" + id + "'"));
}

TEST_F(Verbs, ChangesWakeWhoWaitsForThem) {
  const std::uint64_t seen = bed_.engine().Changes();
  Create(NoopSpec(), "wish");
  EXPECT_GT(bed_.engine().Changes(), seen);
  bed_.engine().AwaitChange(seen, std::chrono::hours(1));  // returns at once
}

}  // namespace
}  // namespace actsearch::engine
