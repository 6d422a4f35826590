// Trainings that need not be repeated.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "coordinator/engine/final_ledger.h"
#include "coordinator/engine/result_cache.h"
#include "tests/unit/coordinator/engine/one_engine.h"

namespace actsearch::engine {
namespace {

using testing::AllOf;
using testing::Gt;
using testing::Lt;

plan::JobSpec Spec() {
  plan::JobSpec spec = NoopSpec(12);
  spec.task = {};  // mlp on glyphs
  spec.finals.select_seeds = 1;
  return spec;
}

class Reuse : public OneEngine {
 protected:
  static std::shared_ptr<FakeLink> Join(EngineBed& bed, const std::string& build,
                                        const std::string& device = "cpu AVX-512") {
    auto link = std::make_shared<FakeLink>();
    bed.engine().Connect(link, {.worker = "of build '" + build + "' on " + device,
                                .device = device,
                                .version = "1",
                                .slots = 4,
                                .language = 7,
                                .leases = {},
                                .build = build});
    bed.engine().Turn();
    return link;
  }

  // The number of trainings after which the job is done.
  std::uint64_t TrainingsOf(EngineBed& bed, const std::string& id,
                            const std::shared_ptr<FakeLink>& link) {
    std::uint64_t trained = 0;
    for (int turn = 0; turn < 1000; ++turn) {
      if (bed.View(id).state == plan::JobState::kDone) return trained;
      std::vector<Report> reports;
      for (const Granted& granted : std::exchange(link->granted, {})) {
        Report report = Judge(granted);
        std::get<Outcome>(report.end).data_digest = "0123456789abcdef";
        reports.push_back(std::move(report));
      }
      trained += reports.size();
      bed.engine().Take(link, std::move(reports));
      bed.engine().Turn();
    }
    ADD_FAILURE() << "the job does not end";
    return trained;
  }

  std::uint64_t Run(const plan::JobSpec& spec, const std::string& request,
                    const std::shared_ptr<FakeLink>& link) {
    last_ = bed_.Create(spec, request).id;
    return TrainingsOf(bed_, last_, link);
  }
  std::uint64_t CachedOfLast() { return bed_.View(last_).cached; }

  std::string last_;
};

TEST_F(Reuse, TheSameJobTrainsNothingTwice) {
  const auto link = Join(bed_, "build");
  const std::uint64_t trained = Run(Spec(), "1", link);
  EXPECT_GT(trained, 30u);
  EXPECT_EQ(CachedOfLast(), 0u);
  const std::string first = bed_.Listing(last_);
  EXPECT_EQ(Run(Spec(), "2", link), 0u);
  EXPECT_EQ(CachedOfLast(), trained);
  EXPECT_EQ(bed_.Listing(last_), first);
}

TEST_F(Reuse, BaselinesOfAnotherSearchAreKnown) {
  const auto link = Join(bed_, "build");
  const std::uint64_t trained = Run(Spec(), "1", link);
  plan::JobSpec other = Spec();
  other.search.seed = 2;
  EXPECT_THAT(Run(other, "2", link), AllOf(Gt(0u), Lt(trained)));
  EXPECT_GT(CachedOfLast(), 5u);
}

TEST_F(Reuse, OnlyWhereItIsWanted) {
  const auto link = Join(bed_, "build");
  plan::JobSpec spec = Spec();
  const std::uint64_t trained = Run(spec, "1", link);
  spec.search.cache = false;
  EXPECT_EQ(Run(spec, "2", link), trained);
}

TEST_F(Reuse, OnlyByTheSameProgramOnTheSameKindOfMachine) {
  const auto link = Join(bed_, "build");
  const std::uint64_t trained = Run(Spec(), "1", link);
  Leave(link);
  std::string request = "2";
  for (const auto& [build, device] : {std::pair("other", "cpu AVX-512"), {"build", "cpu AVX2"},
                                      {"", "cpu AVX-512"}}) {
    const auto another = Join(bed_, build, device);
    EXPECT_EQ(Run(Spec(), request += "+", another), trained) << build << " " << device;
    Leave(another);
  }
}

TEST_F(Reuse, OutlivesTheCoordinator) {
  Run(Spec(), "1", Join(bed_, "build"));
  bed_.engine().Stop();
  EngineBed successor(store_, clock_, {.owner = "successor"});
  const std::string id = successor.Create(Spec(), "2").id;
  EXPECT_EQ(TrainingsOf(successor, id, Join(successor, "build")), 0u);
}

TEST_F(Reuse, GoesOnByTurnsWhenMuchIsKnown) {
  const auto link = Join(bed_, "build");
  plan::JobSpec spec = Spec();
  spec.search.candidates = 600;
  const std::uint64_t trained = Run(spec, "1", link);
  ASSERT_GT(trained, 500u);
  EXPECT_EQ(Run(spec, "2", link), 0u);
  EXPECT_EQ(CachedOfLast(), trained);
}

TEST_F(Reuse, AStoreThatDoesNotAnswerCostsATrainingOnly) {
  const auto link = Join(bed_, "build");
  const std::uint64_t trained = Run(Spec(), "1", link);
  store_.results_failure = Error{ErrorCode::kUnavailable, "away"};
  EXPECT_EQ(Run(Spec(), "2", link), trained);
  store_.results_failure.reset();
  clock_.Advance(60'000);
  EXPECT_EQ(Run(Spec(), "3", link), 0u);
}

// Who has looked at the final split, whatever became of the job.
TEST_F(Reuse, JobsThatReadTheFinalSplitAreCounted) {
  const auto link = Join(bed_, "build");
  Run(Spec(), "1", link);
  EXPECT_EQ(bed_.View(last_).earlier_finals, 0);
  bed_.engine().DeleteJob(last_, [](Result<JobView>) {});
  bed_.engine().Turn();
  Run(Spec(), "2", link);
  EXPECT_EQ(bed_.View(last_).earlier_finals, 1);
  bed_.engine().Stop();
  EngineBed successor(store_, clock_, {.owner = "successor"});
  EXPECT_EQ(successor.View(last_).earlier_finals, 1) << "not counted again";
  const std::string id = successor.Create(Spec(), "3").id;
  TrainingsOf(successor, id, Join(successor, "build"));
  EXPECT_EQ(successor.View(id).earlier_finals, 2);
}

TEST(FinalLedger, KnowsWhoReadWhatInWhichOrder) {
  const auto store = *store::OpenStore("memory:");
  const store::Epoch epoch = *store->Lead("me", 0, 1000);
  FinalLedger ledger(*store);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(*ledger.Note("digest", "job" + std::to_string(i), epoch), i);
  }
  EXPECT_EQ(*ledger.Note("another", "job0", epoch), 0);
  FinalLedger later(*store);
  EXPECT_EQ(*later.Before("digest", "job70"), 70);
  EXPECT_EQ(*later.Before("digest", "new"), 100);
  EXPECT_EQ(*later.Note("digest", "job70", epoch), 70);
}

TEST(ResultKey, SaysAllThatAnOutcomeFollowsFrom) {
  Trial trial;
  trial.candidate = "sin(x)";
  const std::string key = ResultKey(trial, "machine");
  EXPECT_FALSE(key.empty());
  const auto differs = [&](auto change) {
    Trial other = trial;
    change(other);
    return ResultKey(other, "machine") != key;
  };
  EXPECT_TRUE(differs([](Trial& t) { t.candidate = "cos(x)"; }));
  EXPECT_TRUE(differs([](Trial& t) { t.seed = 1; }));
  EXPECT_TRUE(differs([](Trial& t) { t.split = Split::kFinal; }));
  EXPECT_TRUE(differs([](Trial& t) { t.task.learning_rate *= 2; }));
  EXPECT_TRUE(differs([](Trial& t) { t.task.steps += 1; }));
  EXPECT_TRUE(differs([](Trial& t) { t.task.fields["weight_decay"] = 0.1; }));
  EXPECT_TRUE(differs([](Trial& t) { t.task.digest = "0123456789abcdef"; }));
  EXPECT_TRUE(differs([](Trial& t) { t.sites.fill = {"norm=batch_norm"}; }));
  EXPECT_TRUE(differs([](Trial& t) { t.hurdles = {{10, 1.0}}; }));
  EXPECT_TRUE(differs([](Trial& t) { t.stops = {100, 300}; }));
  EXPECT_TRUE(differs([](Trial& t) { t.unit_losses = true; }));
  EXPECT_TRUE(differs([](Trial& t) { t.gates.chance = false; }));
  EXPECT_FALSE(differs([](Trial& t) { t.task.data_dir = "/elsewhere"; }));
}

TEST(ResultKey, IsEmptyWhereNothingTellsTheDataApart) {
  Trial trial;
  trial.candidate = "sin(x)";
  EXPECT_EQ(ResultKey(trial, ""), "");
  trial.task.dataset = "mnist";
  EXPECT_EQ(ResultKey(trial, "machine"), "");
  trial.task.name = "noop";
  EXPECT_EQ(ResultKey(trial, "machine"), "");
}

}  // namespace
}  // namespace actsearch::engine
