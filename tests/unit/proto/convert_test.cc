#include "proto/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

namespace actsearch::proto {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Trial SomeTrial() {
  return {.formula = "x * sigmoid(x)",
          .task = {.name = "cnn",
                   .dataset = "mnist",
                   .data_dir = "data",
                   .steps = 7,
                   .batch = 3,
                   .learning_rate = 0.25,
                   .hidden = {4, 5, 6},
                   .normalization = "batch"},
          .split = Split::kFinal,
          .seed = 0xffff'ffff'ffff'fff1ULL,
          .gates = {.probes = false, .chance = true, .chance_steps = 9, .chance_margin = 0.5},
          .hurdles = {{10, 2.5}, {20, kInfinity}},
          .audit = true};
}

Outcome Rejected() {
  Outcome outcome;
  outcome.status = Status::kRejected;
  outcome.loss = kNan;
  outcome.rungs = {{10, 2.25, 0.5}, {20, kInfinity, 0}};
  outcome.rejection = {"hurdle", "rung", "2.5 > 2.0"};
  outcome.audit = RungValue{300, 0.5, 0.875};
  outcome.timing = {1.5, 0.001, "host-1"};
  return outcome;
}

v1::Outcome ScoredMessage() {
  v1::Outcome message;
  message.set_status(v1::STATUS_SCORED);
  message.set_loss(0.5);
  message.set_accuracy(0.75);
  return message;
}

TEST(Convert, TrialsSurviveTheRoundTrip) {
  const auto back = FromProto(ToProto(SomeTrial()));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, SomeTrial());
}

TEST(Convert, TheDefaultTrialSurvivesOnceItHasAFormula) {
  const Trial trial{.formula = "x"};
  const auto back = FromProto(ToProto(trial));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, trial);
}

TEST(Convert, OutcomesSurviveTheRoundTrip) {
  const Outcome outcome = Rejected();
  const auto back = FromProto(ToProto(outcome));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->status, outcome.status);
  EXPECT_TRUE(std::isnan(back->loss));
  EXPECT_EQ(back->rungs, outcome.rungs);
  EXPECT_EQ(back->rejection, outcome.rejection);
  EXPECT_EQ(back->audit, outcome.audit);
  EXPECT_EQ(back->duplicate_of, std::nullopt);
  EXPECT_EQ(back->timing.total_seconds, 1.5);
  EXPECT_EQ(back->timing.seconds_per_step, 0.001);
  EXPECT_EQ(back->timing.worker, "host-1");
}

TEST(Convert, ADuplicateOfTheFirstCandidateIsNotLost) {
  Outcome outcome;
  outcome.status = Status::kDuplicate;
  outcome.duplicate_of = 0;
  const auto back = FromProto(ToProto(outcome));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->duplicate_of, 0U);
}

TEST(Convert, EveryStatusKeepsItsName) {
  const std::vector<std::pair<Status, v1::Status>> pairs = {
      {Status::kScored, v1::STATUS_SCORED},
      {Status::kRejected, v1::STATUS_REJECTED},
      {Status::kDuplicate, v1::STATUS_DUPLICATE},
      {Status::kLost, v1::STATUS_LOST},
      {Status::kPreempted, v1::STATUS_PREEMPTED},
      {Status::kTimedOut, v1::STATUS_TIMED_OUT},
      {Status::kOutOfMemory, v1::STATUS_OUT_OF_MEMORY},
      {Status::kQuarantined, v1::STATUS_QUARANTINED},
      {Status::kCancelled, v1::STATUS_CANCELLED}};
  for (const auto& [status, message] : pairs) {
    EXPECT_EQ(ToProto(status), message);
    EXPECT_EQ(FromProto(message).value(), status);
  }
}

TEST(Convert, EverySplitKeepsItsName) {
  const std::vector<std::pair<Split, v1::Split>> pairs = {{Split::kSearch, v1::SPLIT_SEARCH},
                                                          {Split::kSelect, v1::SPLIT_SELECT},
                                                          {Split::kFinal, v1::SPLIT_FINAL}};
  for (const auto& [split, message] : pairs) {
    EXPECT_EQ(ToProto(split), message);
    EXPECT_EQ(FromProto(message).value(), split);
  }
}

struct BadTrial {
  const char* name;
  const char* message;  // a part of it
  std::function<void(v1::Trial&)> damage;
};

class BadTrials : public testing::TestWithParam<BadTrial> {};

TEST_P(BadTrials, AreInvalidAndTheFieldIsNamed) {
  v1::Trial message = ToProto(SomeTrial());
  GetParam().damage(message);
  const auto trial = FromProto(message);
  ASSERT_FALSE(trial);
  EXPECT_EQ(trial.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(trial.error().message, testing::HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Convert, BadTrials,
    testing::Values(
        BadTrial{"NoFormula", "formula: ''", [](auto& t) { t.clear_formula(); }},
        BadTrial{"NoTask", "task: nothing", [](auto& t) { t.clear_task(); }},
        BadTrial{"NoGates", "gates: nothing", [](auto& t) { t.clear_gates(); }},
        BadTrial{"NoSplit", "split: 0 is not one of search", [](auto& t) { t.clear_split(); }},
        BadTrial{"OddSplit", "split: 77", [](auto& t) { t.set_split(v1::Split(77)); }},
        BadTrial{"NegativeSplit", "split: -1", [](auto& t) { t.set_split(v1::Split(-1)); }},
        BadTrial{"Steps", "task.steps: -1", [](auto& t) { t.mutable_task()->set_steps(-1); }},
        BadTrial{"Batch", "task.batch: -5", [](auto& t) { t.mutable_task()->set_batch(-5); }},
        BadTrial{"Hidden", "task.hidden[1]: 0",
                 [](auto& t) { t.mutable_task()->set_hidden(1, 0); }},
        BadTrial{"Rate", "task.learning_rate: nan",
                 [](auto& t) { t.mutable_task()->set_learning_rate(kNan); }},
        BadTrial{"NegativeRate", "task.learning_rate: -1",
                 [](auto& t) { t.mutable_task()->set_learning_rate(-1); }},
        BadTrial{"ChanceSteps", "gates.chance_steps: -2",
                 [](auto& t) { t.mutable_gates()->set_chance_steps(-2); }},
        BadTrial{"Margin", "gates.chance_margin: inf",
                 [](auto& t) { t.mutable_gates()->set_chance_margin(kInfinity); }},
        BadTrial{"HurdleStep", "hurdles[0].step: 0",
                 [](auto& t) { t.mutable_hurdles(0)->set_step(0); }},
        BadTrial{"HurdleLoss", "hurdles[1].max_loss: nan",
                 [](auto& t) { t.mutable_hurdles(1)->set_max_loss(kNan); }},
        BadTrial{"HurdleOrder", "hurdles[1].step: 10",
                 [](auto& t) { t.mutable_hurdles(1)->set_step(10); }}),
    [](const auto& info) { return info.param.name; });

struct BadOutcome {
  const char* name;
  const char* message;
  std::function<void(v1::Outcome&)> damage;
};

class BadOutcomes : public testing::TestWithParam<BadOutcome> {};

TEST_P(BadOutcomes, AreInvalidAndTheFieldIsNamed) {
  v1::Outcome message = ScoredMessage();
  ASSERT_TRUE(FromProto(message));
  GetParam().damage(message);
  const auto outcome = FromProto(message);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(outcome.error().message, testing::HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Convert, BadOutcomes,
    testing::Values(
        BadOutcome{"NoStatus", "status: 0", [](auto& o) { o.clear_status(); }},
        BadOutcome{"OddStatus", "status: 10", [](auto& o) { o.set_status(v1::Status(10)); }},
        BadOutcome{"NanLoss", "loss: nan", [](auto& o) { o.set_loss(kNan); }},
        BadOutcome{"Accuracy", "accuracy: 1.5", [](auto& o) { o.set_accuracy(1.5); }},
        BadOutcome{"NanAccuracy", "accuracy: nan", [](auto& o) { o.set_accuracy(kNan); }},
        BadOutcome{"RungStep", "rungs[0].step: -1", [](auto& o) { o.add_rungs()->set_step(-1); }},
        BadOutcome{"Audit", "audit: one", [](auto& o) { o.mutable_audit(); }},
        BadOutcome{"Rejection", "rejection: one", [](auto& o) { o.mutable_rejection(); }},
        BadOutcome{"NoRejection", "rejection: none",
                   [](auto& o) { o.set_status(v1::STATUS_REJECTED); }},
        BadOutcome{"Duplicate", "duplicate_of: one", [](auto& o) { o.set_duplicate_of(3); }},
        BadOutcome{"NoDuplicate", "duplicate_of: none",
                   [](auto& o) { o.set_status(v1::STATUS_DUPLICATE); }}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace actsearch::proto
