// Workers that cannot serve a job, and jobs that nobody can serve.
#include "tests/unit/coordinator/engine/asides_bed.h"

namespace actsearch::engine {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST_F(Asides, OneSickWorkerBesideAHealthyOneEndsNoJob) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto sick = bed_.Connect("sick", 2);
  const auto healthy = bed_.Connect("healthy", 2);
  Fail(sick, AttemptEnd::kError, kNoData);
  EXPECT_THAT(sick->granted, IsEmpty());
  const JobView view = bed_.View(id);
  EXPECT_EQ(view.state, JobState::kRunning);
  ASSERT_THAT(view.set_aside, SizeIs(1));
  EXPECT_EQ(view.set_aside[0].worker, "sick");
  EXPECT_THAT(view.set_aside[0].error.message, HasSubstr("no such folder"));
  EXPECT_EQ(bed_.Finish(id, healthy).state, JobState::kDone);
  EXPECT_EQ(Logged(id, R"("event":"attempted")"), 1) << "what it held besides was taken back";
  EXPECT_EQ(bed_.Metric("actsearch_attempts_total", {{"end", "ERROR"}}), 1);
  EXPECT_EQ(bed_.View(id).outcomes[static_cast<std::size_t>(Status::kQuarantined)], 0U);
}

TEST_F(Asides, AWorkerIsSetAsideForOneJobOnly) {
  const std::string bad = bed_.Create(NoopSpec(), "bad").id;
  const std::string good = bed_.Create(NoopSpec(), "good").id;
  const auto other = bed_.Connect("other", 1);  // so that the bad job is not paused
  other->granted.clear();
  const auto worker = bed_.Connect("w", 4);
  for (int round = 0; round < 50 && bed_.View(good).state == JobState::kRunning; ++round) {
    std::vector<Report> reports;
    for (const Granted& granted : std::exchange(worker->granted, {})) {
      reports.push_back(granted.lease.job == bad ? Failed(granted, AttemptEnd::kError, kNoData)
                                                 : Judge(granted));
    }
    bed_.engine().Take(worker, std::move(reports));
    bed_.engine().Turn();
    EXPECT_TRUE(round == 0 || std::ranges::all_of(worker->granted, [&](const Granted& granted) {
                  return granted.lease.job == good;
                }));
    if (worker->granted.empty()) break;
  }
  EXPECT_THAT(bed_.View(bad).set_aside, SizeIs(1));
  EXPECT_THAT(bed_.View(good).set_aside, IsEmpty());
  EXPECT_GT(bed_.View(good).counts.finished, 5U);
}

TEST_F(Asides, OnlySickWorkersPauseTheJobWhichGoesOnWhenAHealthyOneConnects) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto first = bed_.Connect("first", 2);
  const auto second = bed_.Connect("second", 2);
  Fail(first, AttemptEnd::kError, kNoData);
  EXPECT_EQ(bed_.View(id).state, JobState::kRunning) << "the second may do it";
  Fail(second, AttemptEnd::kError, {ErrorCode::kCorrupt, "train-labels: short file"});
  JobView view = bed_.View(id);
  EXPECT_EQ(view.state, JobState::kPaused);
  EXPECT_THAT(view.reason, HasSubstr("'first', 'second'"));
  EXPECT_THAT(view.reason, HasSubstr("no such folder"));

  const auto healthy = bed_.Connect("healthy", 4);
  Pass(kLeastPauseMs);
  view = bed_.View(id);
  EXPECT_EQ(view.state, JobState::kRunning);
  EXPECT_THAT(view.reason, HasSubstr("'healthy'"));
  EXPECT_THAT(view.set_aside, SizeIs(2)) << "nothing says that they are mended";
  EXPECT_THAT(first->granted, IsEmpty());
  EXPECT_EQ(bed_.Finish(id, healthy).state, JobState::kDone);
  EXPECT_EQ(Logged(id, R"("event":"attempted")"), 2);
}

TEST_F(Asides, AWorkerThatFailsAtEachConnectionCannotFillTheLog) {
  const std::string id = bed_.Create(NoopSpec()).id;
  for (int second = 0; second < 60; ++second) {
    const auto sick = bed_.Connect("sick-" + std::to_string(second), 1);
    Fail(sick, AttemptEnd::kError, kNoData);
    Leave(sick);
    Pass(1000);
  }
  EXPECT_LE(Logged(id, R"("event":"attempted")"), 7);
  EXPECT_THAT(bed_.View(id).set_aside, IsEmpty()) << "they are not here any more";
  const auto healthy = bed_.Connect("healthy", 1);
  Pass(kLeastPauseMs);
  EXPECT_EQ(bed_.Finish(id, healthy).state, JobState::kDone);
}

TEST_F(Asides, PeoplesPauseIsTheirsToEnd) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto reply = bed_.Ask([&](Engine& e, Reply r) { e.PauseJob(id, std::move(r)); });
  ASSERT_TRUE(reply && *reply);
  const auto healthy = bed_.Connect("healthy", 1);
  Pass(kLeastPauseMs);
  EXPECT_EQ(bed_.View(id).state, JobState::kPaused);
  EXPECT_THAT(healthy->granted, IsEmpty());
}

// The pause would end by itself; people's does not.
TEST_F(Asides, PeopleMayPauseWhatWaitsForWorkers) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto sick = bed_.Connect("sick", 1);
  Fail(sick, AttemptEnd::kError, kNoData);
  ASSERT_THAT(bed_.View(id).reason, HasSubstr("no such folder"));
  const auto paused = bed_.Ask([&](Engine& e, Reply r) { e.PauseJob(id, std::move(r)); });
  ASSERT_TRUE(paused && *paused);
  EXPECT_EQ(bed_.View(id).reason, "");
  const auto healthy = bed_.Connect("healthy", 2);
  Pass(kLeastPauseMs + 1000);
  EXPECT_EQ(bed_.View(id).state, JobState::kPaused);
  EXPECT_THAT(healthy->granted, IsEmpty());
  bed_.engine().Stop();
  EngineBed successor(store_, clock_, {.owner = "successor"});
  successor.Connect("healthy", 2);
  clock_.Advance(kLeastPauseMs + 1000);
  successor.engine().Turn();
  EXPECT_EQ(successor.View(id).state, JobState::kPaused) << "it is in the log";
}

TEST_F(Asides, AWorkerThatGivesTrialsBackAndStaysIsSetAside) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto worker = bed_.Connect("w", 1);
  Fail(worker, AttemptEnd::kPreempted);
  ASSERT_THAT(bed_.View(id).set_aside, SizeIs(1));
  EXPECT_THAT(bed_.View(id).set_aside[0].error.message, HasSubstr("does not leave"));
  EXPECT_EQ(Logged(id, "PREEMPTED"), 0);
}

TEST_F(Asides, NobodyIsSetAsideWhoIsNotHere) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto gone = bed_.Connect("gone", 1);
  const auto healthy = bed_.Connect("healthy", 1);
  Fail(gone, AttemptEnd::kError, kNoData);
  bed_.engine().Stop();
  EngineBed successor(store_, clock_, {.owner = "successor"});
  EXPECT_THAT(successor.View(id).set_aside, IsEmpty()) << "all connect anew";
  const auto sick = successor.Connect("sick", 1);
  successor.engine().Take(sick, {Failed(std::exchange(sick->granted, {}).at(0), AttemptEnd::kError,
                                        kNoData)});
  successor.engine().Turn();
  EXPECT_THAT(successor.View(id).reason, Not(HasSubstr("gone")));
}

// Whoever only reads the log learns it too.
TEST_F(Asides, WhoScoresATrialIsNoLongerSetAside) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto healthy = bed_.Connect("healthy", 1);
  Fail(bed_.Connect("mended", 1), AttemptEnd::kError, kNoData);
  EngineBed reader(store_, clock_, {.read_only = true});
  ASSERT_THAT(reader.View(id).set_aside, SizeIs(1));
  const auto mended = bed_.Connect("mended", 1);
  bed_.Work(mended);
  clock_.Advance(1000);
  EXPECT_THAT(reader.View(id).set_aside, IsEmpty());
}

TEST_F(Asides, PeopleWhoResumeWantEveryWorkerTriedAgain) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto first = bed_.Connect("first", 2);
  const auto second = bed_.Connect("second", 2);
  Fail(first, AttemptEnd::kError, kNoData);
  Fail(second, AttemptEnd::kError, kNoData);
  const auto healthy = bed_.Connect("healthy", 4);
  Resume(id);
  const JobView view = bed_.View(id);
  EXPECT_EQ(view.state, JobState::kRunning);
  EXPECT_EQ(view.reason, "");
  EXPECT_THAT(view.set_aside, IsEmpty());
  Fail(first, AttemptEnd::kError, kNoData);  // they are tried again, and set aside again
  Fail(second, AttemptEnd::kError, kNoData);
  EXPECT_EQ(bed_.Finish(id, healthy).state, JobState::kDone);
}

// Such as a candidate that this build's language does not have.
TEST_F(Asides, AnInvalidTrialThatAllWorkersRefuseAlsoOnlyPauses) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto only = bed_.Connect("only", 1);
  Fail(only, AttemptEnd::kError, {ErrorCode::kInvalid, "unknown task 'noop'"});
  EXPECT_EQ(bed_.View(id).state, JobState::kPaused);
  EXPECT_THAT(bed_.View(id).reason, HasSubstr("unknown task 'noop'"));
}

TEST_F(Asides, TheLastHealthyWorkerLeavingPausesTheJobToo) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto sick = bed_.Connect("sick", 2);
  const auto healthy = bed_.Connect("healthy", 2);
  Fail(sick, AttemptEnd::kError, kNoData);
  Leave(healthy);
  EXPECT_EQ(bed_.View(id).state, JobState::kRunning) << "it may come back";
  Pass(kGraceMs);
  Pass(1000);
  EXPECT_EQ(bed_.View(id).state, JobState::kPaused);
}

TEST_F(Asides, AWorkerThatConnectsAnewIsTriedAgain) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto healthy = bed_.Connect("healthy", 1);
  const auto sick = bed_.Connect("mended", 2);
  Fail(sick, AttemptEnd::kError, kNoData);
  Leave(sick);
  const auto mended = bed_.Connect("mended", 2);
  EXPECT_THAT(bed_.View(id).set_aside, IsEmpty());
  EXPECT_THAT(mended->granted, SizeIs(2));
}

TEST_F(Asides, ATimedOutTrialGoesToAnotherWorkerAndIsThenQuarantined) {
  const std::string id = bed_.Create(NoopSpec(1)).id;  // three attempts
  const auto a = bed_.Connect("a", 1);
  const auto b = bed_.Connect("b", 1);
  ASSERT_THAT(a->granted, SizeIs(1));
  bed_.engine().Take(a, {Failed(std::exchange(a->granted, {})[0], AttemptEnd::kTimedOut)});
  bed_.engine().Turn();
  EXPECT_THAT(a->granted, IsEmpty()) << "b could have it";
  ASSERT_THAT(b->granted, SizeIs(1));
  bed_.engine().Take(b, {Failed(std::exchange(b->granted, {})[0], AttemptEnd::kOutOfMemory,
                                {ErrorCode::kOutOfMemory, "2 GB of 1 GB"})});
  bed_.engine().Turn();
  EXPECT_FALSE(OutcomeOf(id, 0));
  const auto& third = a->granted.empty() ? b : a;
  ASSERT_THAT(third->granted, SizeIs(1)) << "both have failed: either may try again";
  bed_.engine().Take(third, {Failed(std::exchange(third->granted, {})[0], AttemptEnd::kTimedOut)});
  bed_.engine().Turn();
  ASSERT_TRUE(OutcomeOf(id, 0));
  EXPECT_EQ(OutcomeOf(id, 0)->status, Status::kQuarantined);
  EXPECT_THAT(OutcomeOf(id, 0)->reason,
              HasSubstr("3 attempts came to nothing: TIMED_OUT on worker 'a', OUT_OF_MEMORY on "
                        "worker 'b', TIMED_OUT on worker"));
  EXPECT_EQ(Logged(id, R"("end":"TIMED_OUT")"), 2);
  EXPECT_EQ(Logged(id, "2 GB of 1 GB"), 1);
}

TEST_F(Asides, ARestartBetweenAttemptsKeepsTheCount) {
  plan::JobSpec spec = NoopSpec(1);
  spec.search.max_attempts = 2;
  const std::string id = bed_.Create(spec).id;
  const auto a = bed_.Connect("a", 1);
  bed_.engine().Take(a, {Failed(a->granted.at(0), AttemptEnd::kTimedOut)});
  bed_.engine().Turn();
  bed_.engine().Stop();

  EngineBed successor(store_, clock_, {.owner = "successor"});
  const auto b = successor.Connect("b", 1);
  successor.engine().Take(b, {Failed(b->granted.at(0), AttemptEnd::kTimedOut)});
  successor.engine().Turn();
  EXPECT_EQ(successor.View(id).outcomes[static_cast<std::size_t>(Status::kQuarantined)], 1U);
}

TEST_F(Asides, AnOutcomeThatMakesNoSenseSetsItsWorkerAside) {
  const std::string id = bed_.Create(NoopSpec()).id;
  const auto odd = bed_.Connect("odd", 1);
  const auto sound = bed_.Connect("sound", 1);
  bed_.engine().Take(odd, {{.lease = odd->granted.at(0).lease, .end = Outcome()}});
  bed_.engine().Turn();
  EXPECT_THAT(odd->acknowledged, SizeIs(1)) << "it need not say it again";
  ASSERT_THAT(bed_.View(id).set_aside, SizeIs(1));
  EXPECT_THAT(bed_.View(id).set_aside[0].error.message, HasSubstr("finite loss"));
}

}  // namespace
}  // namespace actsearch::engine
