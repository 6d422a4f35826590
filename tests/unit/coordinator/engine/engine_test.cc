// Durability, recovery and isolation.
#include "coordinator/engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/store/faulty.h"
#include "tests/unit/coordinator/engine/engine_bed.h"

namespace actsearch::engine {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int kTtlMs = 15000;
const Error kAway{ErrorCode::kUnavailable, "connection refused"};

class EngineTest : public testing::Test {
 protected:
  TestStore store_;
  FakeClock clock_;
};

TEST_F(EngineTest, OneWorkerTakesAJobToItsEnd) {
  EngineBed bed(store_, clock_);
  const JobView created = bed.Create(NoopSpec(50));
  const auto worker = bed.Connect("w");
  const JobView view = bed.Finish(created.id, worker);
  EXPECT_EQ(view.state, plan::JobState::kDone);
  EXPECT_EQ(view.counts.finished, 50U);
  EXPECT_EQ(view.counts.final_finished, view.counts.final_trials);
  EXPECT_TRUE(view.best_loss);
  EXPECT_FALSE(view.best_formula.empty());
  EXPECT_EQ(bed.Metric("actsearch_candidates_total", {{"outcome", "SCORED"}, {"stage", "search"}}),
            static_cast<double>(view.outcomes[static_cast<std::size_t>(Status::kScored)]));
}

TEST_F(EngineTest, TheRunningSummaryIsWhatTheRecordsSay) {
  EngineBed bed(store_, clock_);
  const std::string id = bed.Create(NoopSpec(120)).id;
  const JobView view = bed.Finish(id, bed.Connect("w"));
  ASSERT_TRUE(bed.engine().Inspect(id, [&](const Job& job) {
    std::array<std::uint64_t, kStatuses> outcomes{};
    for (const plan::Record& record : job.Past().Records()) {
      if (record.stage == plan::Stage::kSearch) {
        ++outcomes[static_cast<std::size_t>(record.outcome->status)];
      }
    }
    EXPECT_EQ(view.outcomes, outcomes);
    const auto rejections = plan::CountRejections(job.Past().Records());
    ASSERT_EQ(view.rejections.size(), rejections.size());
    EXPECT_FALSE(rejections.empty());
    for (std::size_t i = 0; i < rejections.size(); ++i) {
      EXPECT_EQ(view.rejections[i].rule, rejections[i].rule);
      EXPECT_EQ(view.rejections[i].count, rejections[i].count);
    }
  }));
}

TEST_F(EngineTest, NothingLeavesBeforeItsEventsAreDurable) {
  EngineBed bed(store_, clock_);
  const auto worker = bed.Connect("w");
  bool replied = false;
  store_.before_append = [&] {
    EXPECT_FALSE(replied);
    EXPECT_THAT(worker->granted, IsEmpty());
  };
  bed.engine().CreateJob(NoopSpec(), "wish", [&](const Result<JobView>& view) {
    EXPECT_TRUE(view);
    replied = true;
  });
  bed.engine().Turn();
  EXPECT_TRUE(replied);
  EXPECT_THAT(worker->granted, SizeIs(4));

  const auto first = worker->granted.front().lease;
  store_.before_append = [&] { EXPECT_THAT(worker->acknowledged, IsEmpty()); };
  bed.Work(worker);
  EXPECT_THAT(worker->acknowledged, testing::Contains(first));
}

TEST_F(EngineTest, WhileTheStoreIsAwayNothingIsReleasedAndAfterwardsEverythingIs) {
  EngineBed bed(store_, clock_);
  const std::string id = bed.Create(NoopSpec()).id;
  const auto worker = bed.Connect("w");
  ASSERT_THAT(worker->granted, SizeIs(4));
  EXPECT_TRUE(bed.serving());

  store_.append_failure = kAway;
  bed.Work(worker);
  EXPECT_THAT(worker->acknowledged, IsEmpty());
  EXPECT_THAT(worker->granted, IsEmpty());
  EXPECT_FALSE(bed.serving());
  const auto looked = bed.engine().Inspect(id, [](const Job&) {});
  ASSERT_FALSE(looked);
  EXPECT_EQ(looked.error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(bed.Ask([&](Engine& e, Reply r) { e.PauseJob(id, std::move(r)); }).has_value());

  // It backs off: turns before the pause is over do not ask the store.
  const int asked = store_.appends;
  bed.engine().Turn();
  EXPECT_EQ(store_.appends, asked);

  store_.append_failure.reset();
  clock_.Advance(3000);
  bed.engine().Turn();
  EXPECT_THAT(worker->acknowledged, SizeIs(4));
  EXPECT_TRUE(bed.serving());
  bed.engine().Turn();
  EXPECT_EQ(bed.View(id).state, plan::JobState::kPaused);
}

TEST_F(EngineTest, OneAppendCoversAllReportsOfATurn) {
  EngineBed bed(store_, clock_);
  bed.Create(NoopSpec());
  const auto a = bed.Connect("a", 2);
  const auto b = bed.Connect("b", 2);
  const int before = store_.appends;
  for (const auto& link : {a, b}) {
    for (const Granted& granted : std::exchange(link->granted, {})) {
      bed.engine().Take(link, {Judge(granted)});
    }
  }
  bed.engine().Turn();
  EXPECT_EQ(store_.appends, before + 1);
  EXPECT_EQ(a->acknowledged.size() + b->acknowledged.size(), 4U);
  EXPECT_EQ(a->assignment_messages, 2);
}

TEST_F(EngineTest, ASuccessorGoesOnAndEndsWithTheSameCandidates) {
  std::string expected;
  {
    TestStore store;
    EngineBed bed(store, clock_);
    const std::string id = bed.Create(NoopSpec(40)).id;
    bed.Finish(id, bed.Connect("w"));
    expected = bed.Listing(id);
  }
  std::string id;
  for (int life = 0; life < 5; ++life) {
    EngineBed bed(store_, clock_, {.owner = "life " + std::to_string(life)});
    if (life == 0) id = bed.Create(NoopSpec(40)).id;
    const auto worker = bed.Connect("w");
    if (life == 4) {
      bed.Finish(id, worker);
      EXPECT_EQ(bed.Listing(id), expected);
    } else {
      for (int turn = 0; turn < 3; ++turn) bed.Work(worker);
    }
  }
}

TEST_F(EngineTest, AViewIsTheSameAfterARestart) {
  JobView before;
  {
    EngineBed bed(store_, clock_);
    before = bed.Create(NoopSpec(60));
    before = bed.Finish(before.id, bed.Connect("w"));
  }
  EngineBed bed(store_, clock_, {.owner = "successor"});
  const JobView after = bed.View(before.id);
  EXPECT_EQ(after.state, before.state);
  EXPECT_EQ(after.outcomes, before.outcomes);
  EXPECT_EQ(after.best_loss, before.best_loss);
  EXPECT_EQ(after.best_formula, before.best_formula);
  EXPECT_EQ(after.created_ms, before.created_ms);
  EXPECT_EQ(after.rejections.size(), before.rejections.size());
}

TEST_F(EngineTest, ASecondLeaderIsRefusedUntilTheFirstLeaseEnds) {
  EngineBed first(store_, clock_, {.owner = "first"});
  EngineBed second(store_, clock_, {.owner = "second"});
  EXPECT_EQ(second.open_error().code, ErrorCode::kStale);
  EXPECT_THAT(second.open_error().message, HasSubstr("first"));
}

TEST_F(EngineTest, AnOverthrownLeaderReleasesNothingAndSaysSo) {
  EngineBed old(store_, clock_, {.owner = "old"});
  const std::string id = old.Create(NoopSpec()).id;
  const auto worker = old.Connect("w");
  ASSERT_THAT(worker->granted, SizeIs(4));
  // As after a long stop: the successor waited for the end of the lease.
  clock_.Advance(kTtlMs + 1);
  EngineBed successor(store_, clock_, {.owner = "successor"});
  old.Work(worker);
  EXPECT_THAT(worker->acknowledged, IsEmpty());
  ASSERT_TRUE(worker->closed);
  EXPECT_EQ(worker->closed->code, ErrorCode::kStale);
  ASSERT_TRUE(old.lost());
  EXPECT_EQ(old.lost()->code, ErrorCode::kStale);
  EXPECT_EQ(old.Metric("actsearch_leader"), 0);
  const auto reply = old.Ask([&](Engine& e, Reply r) { e.CancelJob(id, std::move(r)); });
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->error().code, ErrorCode::kStale);
}

TEST_F(EngineTest, LeadershipIsRenewedWhileItRuns) {
  EngineBed bed(store_, clock_, {.owner = "leader"});
  for (int i = 0; i < 10; ++i) {
    clock_.Advance(kTtlMs / 2);
    bed.engine().Turn();
  }
  EngineBed other(store_, clock_, {.owner = "other"});
  EXPECT_EQ(other.open_error().code, ErrorCode::kStale);
}

TEST_F(EngineTest, ADamagedLogEndsOneJobAndNoOther) {
  std::string good, bad;
  {
    EngineBed bed(store_, clock_);
    good = bed.Create(NoopSpec(), "good").id;
    bad = bed.Create(NoopSpec(), "bad").id;
    const auto worker = bed.Connect("w");
    bed.Work(worker);
  }
  const std::vector<std::string> rubbish = {R"({"v": 1, "event": "observed", "index": 99})"};
  const auto epoch = store_.Lead("vandal", clock_.WallMs(), 1);
  const auto size = store_.Read(bad, 0, 1000)->size();
  ASSERT_TRUE(store_.Append(bad, *epoch, size, rubbish));
  clock_.Advance(10);

  EngineBed bed(store_, clock_, {.owner = "successor"});
  EXPECT_EQ(bed.View(bad).state, plan::JobState::kFailed);
  EXPECT_THAT(bed.View(bad).reason, HasSubstr("event " + std::to_string(size)));
  EXPECT_EQ(bed.Finish(good, bed.Connect("w")).state, plan::JobState::kDone);
  const auto deleted = bed.Ask([&](Engine& e, Reply r) { e.DeleteJob(bad, std::move(r)); });
  ASSERT_TRUE(deleted);
  EXPECT_TRUE(*deleted) << deleted->error().message;
}

TEST_F(EngineTest, ARefusedAppendEndsOneJobAndNoOther) {
  EngineBed bed(store_, clock_);
  const std::string good = bed.Create(NoopSpec(), "good").id;
  const std::string bad = bed.Create(NoopSpec(), "bad").id;
  const auto worker = bed.Connect("w", 8);
  store_.failing_job = bad;
  store_.append_failure = Error{ErrorCode::kExists, "other events stand at offset 9"};
  EXPECT_EQ(bed.Finish(good, worker).state, plan::JobState::kDone);
  EXPECT_EQ(bed.View(bad).state, plan::JobState::kFailed);
  EXPECT_THAT(bed.View(bad).reason, HasSubstr("other events"));
}

TEST_F(EngineTest, AFollowerReadsWhatTheLeaderWritesAndChangesNothing) {
  EngineBed leader(store_, clock_, {.owner = "leader"});
  EngineBed follower(store_, clock_, {.owner = "follower", .read_only = true});
  const std::string id = leader.Create(NoopSpec(30)).id;
  leader.Finish(id, leader.Connect("w"));
  clock_.Advance(1000);
  EXPECT_EQ(follower.Listing(id), leader.Listing(id));
  EXPECT_EQ(follower.View(id).state, plan::JobState::kDone);
  const auto reply = follower.Ask([&](Engine& e, Reply r) { e.DeleteJob(id, std::move(r)); });
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->error().code, ErrorCode::kPrecondition);
  EXPECT_EQ(follower.Connect("w")->closed->code, ErrorCode::kPrecondition);
}

TEST_F(EngineTest, StopAnswersEveryoneAndGivesTheLeadershipUp) {
  EngineBed bed(store_, clock_, {.owner = "leader"});
  const auto worker = bed.Connect("w");
  store_.append_failure = kAway;
  std::optional<Result<JobView>> reply;
  bed.engine().CreateJob(NoopSpec(), "wish",
                         [&](Result<JobView> view) { reply = std::move(view); });
  bed.engine().Stop();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(worker->closed);
  EngineBed next(store_, clock_, {.owner = "next"});
  EXPECT_TRUE(next.serving() || next.open_error().message.empty());
}

// Every call of the store fails now and then, before or after it is done.
TEST_F(EngineTest, AnUnreliableStoreChangesNothing) {
  EngineBed reference(store_, clock_);
  const std::string id = reference.Create(NoopSpec(40)).id;
  reference.Finish(id, reference.Connect("w"));

  const auto faulty = store::WithFaults(*store::OpenStore("memory:"), Rng(5), {0.2, 0.2});
  telemetry::Metrics metrics;
  std::unique_ptr<Engine> engine;
  while (!engine) {
    auto opened = Engine::Open({.owner = "bed", .language = 7}, *faulty, clock_, metrics);
    if (opened) engine = *std::move(opened);
  }
  engine->CreateJob(NoopSpec(40), "wish", [](const Result<JobView>&) {});
  const auto worker = std::make_shared<FakeLink>();
  engine->Connect(
      worker,
      {.worker = "w", .device = "", .version = "", .slots = 4, .language = 7, .leases = {}});
  plan::JobState state = plan::JobState::kRunning;
  std::string listing;
  for (int turn = 0; turn < 5000 && state == plan::JobState::kRunning; ++turn) {
    std::vector<Report> reports;
    for (const Granted& granted : std::exchange(worker->granted, {})) {
      reports.push_back(Judge(granted));
    }
    if (!reports.empty()) engine->Take(worker, std::move(reports));
    engine->Turn();
    clock_.Advance(500);
    engine->Beat(worker, std::nullopt);
    (void)engine->Inspect(id, [&](const Job& job) {
      state = job.State();
      listing.clear();
      for (const auto& record : job.Past().Records()) listing += record.candidate + '\n';
    });
  }
  EXPECT_EQ(state, plan::JobState::kDone);
  std::string expected;
  ASSERT_TRUE(reference.engine().Inspect(id, [&](const Job& job) {
    for (const auto& record : job.Past().Records()) expected += record.candidate + '\n';
  }));
  EXPECT_EQ(listing, expected);
}

}  // namespace
}  // namespace actsearch::engine
