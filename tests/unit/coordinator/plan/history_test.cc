// Showing a job from its log alone.
#include "coordinator/plan/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/plan/report.h"

namespace actsearch::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

History Folded(const std::vector<Event>& events) {
  History history;
  for (const Event& event : events) {
    const auto fits = history.Fold(event);
    EXPECT_TRUE(fits) << fits.error().message;
  }
  return history;
}

Proposed Candidate(std::uint64_t index, const std::string& text, int cost) {
  Proposed proposed{.index = index, .candidate = text};
  proposed.cost = cost;
  proposed.learning_rate = 1e-3;
  return proposed;
}

Proposed Later(std::uint64_t index, Stage stage, std::uint64_t finalist) {
  Proposed proposed = Candidate(index, "frobnicate(x)", 3);
  proposed.stage = stage;
  proposed.original = finalist;
  return proposed;
}

Observed Scored(std::uint64_t index, double loss) {
  return {index, {.losses = {loss}, .metrics = {{"accuracy", 1 - loss}}}};
}

Attempted Error(std::optional<std::uint64_t> index, const std::string& worker) {
  Attempted attempted{.index = index};
  attempted.attempt.end = AttemptEnd::kError;
  attempted.attempt.worker = worker;
  attempted.attempt.error = {ErrorCode::kNotFound, "no such folder"};
  return attempted;
}

// Words of a program that is long gone, or not written yet.
const Created kStrange = {
    .spec_json = R"({"v":2,"name":"strange","strategy":{"name":"tarot","cards":78},)"
                 R"("space":{"name":"frobs"},"task":{"name":"haruspicy","liver":true},)"
                 R"("finals":{"finalists":1,"select_seeds":1,"seeds":1,"learning_rates":[1.0],)"
                 R"("baselines":[]},"search":{"candidates":2}})",
    .request_id = "wish",
    .wall_ms = 7,
    .version = "99.0"};

TEST(History, ShowsAJobWhoseStrategyAndFormulasNobodyKnows) {
  const History history = Folded({kStrange, Candidate(0, "frobnicate(x)", 3),
                                  Candidate(1, "((((", 9), Scored(0, 0.25), Scored(1, 0.5),
                                  Later(2, Stage::kSelect, 0), Scored(2, 0.3),
                                  Later(3, Stage::kFinal, 0), Scored(3, 0.4), Changed{"done"}});
  EXPECT_EQ(history.State(), JobState::kDone);
  EXPECT_EQ(history.CurrentStage(), Stage::kDone);
  EXPECT_EQ(history.Spec().strategy.name, "tarot");
  EXPECT_EQ(history.Spec().strategy.options.at("cards"), 78);
  EXPECT_EQ(history.Origin().version, "99.0");
  EXPECT_THAT(history.Finalists(), ElementsAre(0u));
  const auto front = Front(history);
  ASSERT_THAT(front, SizeIs(1));
  EXPECT_EQ(front[0].candidate, "frobnicate(x)");
  EXPECT_EQ(front[0].cost, 3);
  EXPECT_EQ(front[0].search_loss, 0.25);
  EXPECT_EQ(front[0].select_loss, 0.3);
  EXPECT_EQ(front[0].loss->mean, 0.4);
  const Counts counts = history.Count();
  EXPECT_EQ(counts.proposed, 2u);
  EXPECT_EQ(counts.finished, 2u);
  EXPECT_EQ(counts.final_trials, 2u);
  EXPECT_EQ(counts.final_finished, 2u);
}

TEST(History, CountsTheTrialsToComeAsTheSpecPlansThem) {
  History history = Folded({kStrange});
  EXPECT_EQ(history.Count().final_trials, 2u);
  for (const Event& event : std::vector<Event>{Candidate(0, "a", 1), Scored(0, 0.5),
                                               Candidate(1, "b", 1), Scored(1, 0.6),
                                               Later(2, Stage::kSelect, 0)}) {
    ASSERT_TRUE(history.Fold(event));
  }
  EXPECT_EQ(history.CurrentStage(), Stage::kSelect);
  EXPECT_EQ(history.Count().final_trials, 2u);
}

TEST(History, KnowsWhoIsSetAsideAndWhatWasTried) {
  Attempted preempted{.index = 0};
  preempted.attempt.end = AttemptEnd::kPreempted;
  Attempted lost{.index = 0};
  lost.attempt.worker = "b";
  History history =
      Folded({kStrange, Candidate(0, "x", 1), Error(0, "a"), preempted, lost, Error(0, "a")});
  ASSERT_THAT(history.Aside(), SizeIs(1));
  EXPECT_EQ(history.Aside()[0].worker, "a");
  EXPECT_THAT(history.AttemptsAt(0), SizeIs(3)) << "a preemption says nothing";
  history.Readmit("a");
  EXPECT_THAT(history.Aside(), IsEmpty());
  ASSERT_TRUE(history.Fold(Error(0, "a")));
  ASSERT_TRUE(history.Fold(Changed{.state = "paused", .reason = "nobody is left"}));
  EXPECT_EQ(history.Reason(), "nobody is left");
  EXPECT_TRUE(history.IsAside("a"));
  ASSERT_TRUE(history.Fold(Changed{"running"}));
  EXPECT_FALSE(history.IsAside("a"));
  ASSERT_TRUE(history.Fold(Scored(0, 1)));
  EXPECT_THAT(history.AttemptsAt(0), IsEmpty()) << "of what has ended nothing is kept";
}

TEST(History, AJobThatMustBeCheckedRunsOnceItIs) {
  Created created = kStrange;
  created.checks = true;
  History history = Folded({created});
  EXPECT_EQ(history.State(), JobState::kChecking);
  EXPECT_TRUE(history.AwaitsCheck());
  ASSERT_TRUE(history.Fold(Checked{{.digest = "0123456789abcdef"}}));
  EXPECT_EQ(history.State(), JobState::kRunning);
  EXPECT_EQ(history.Spec().task.digest, "0123456789abcdef");
  EXPECT_FALSE(history.Fold(Checked{})) << "once is enough";
}

TEST(History, WhatCannotFollowChangesNothing) {
  const auto error_after = [](const std::vector<Event>& events, const Event& wrong) {
    History history = Folded(events);
    const auto fits = history.Fold(wrong);
    EXPECT_FALSE(fits);
    EXPECT_EQ(history.Records().size(), Folded(events).Records().size());
    return fits ? std::string("no error") : fits.error().message;
  };
  const Proposed first = Candidate(0, "x", 1);
  EXPECT_THAT(error_after({kStrange}, kStrange), HasSubstr("created twice"));
  EXPECT_THAT(error_after({}, Created{.spec_json = "{"}), HasSubstr("not a JSON document"));
  EXPECT_THAT(error_after({kStrange}, Candidate(1, "x", 1)), HasSubstr("trial 1"));
  EXPECT_THAT(error_after({kStrange, first}, first), HasSubstr("trial 0"));
  EXPECT_THAT(error_after({kStrange}, Later(0, Stage::kSelect, 4)), HasSubstr("candidate 4"));
  EXPECT_THAT(error_after({kStrange, first, Scored(0, 1), Later(1, Stage::kSelect, 0)},
                          Candidate(2, "x", 1)),
              HasSubstr("stage search after select"));
  EXPECT_THAT(error_after({kStrange, first, Scored(0, 1)}, Scored(0, 1)), HasSubstr("twice"));
  EXPECT_THAT(error_after({kStrange, first}, Observed{0, {.status = Status::kDuplicate}}),
              HasSubstr("duplicate of nothing"));
  EXPECT_THAT(error_after({kStrange, Changed{"cancelled"}}, first), HasSubstr("over"));
}

}  // namespace
}  // namespace actsearch::plan
