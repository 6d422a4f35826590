#include "coordinator/plan/event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace actsearch::plan {
namespace {

using testing::HasSubstr;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TaskSpec Task() {
  TaskSpec task;
  task.name = "cnn";
  task.hidden = {8, 16};
  return task;
}

Proposed SomeProposal() {
  Proposed proposed{.index = 7, .stage = Stage::kSelect, .name = "relu"};
  proposed.trial = {.formula = "x * sigmoid(beta * x) where beta: channel = 1",
                    .task = Task(),
                    .split = Split::kSelect,
                    .seed = 18446744073709551615ULL,
                    .gates = {.probes = false, .chance_steps = 12, .chance_margin = 0.1},
                    .hurdles = {{30, 0.1 + 0.2}, {99, kInfinity}},
                    .audit = true};
  proposed.trial.task.learning_rate = 1e-3 / 3;
  return proposed;
}

template <class Body>
Body RoundTrip(const Body& body) {
  const std::string json = EventToJson(body);
  const auto event = EventFromJson(json, Task());
  EXPECT_TRUE(event) << event.error().message;
  EXPECT_EQ(EventToJson(*event), json);
  return std::get<Body>(*event);
}

TEST(Event, ProposalComesBackExactly) {
  const Proposed proposed = SomeProposal();
  const Proposed back = RoundTrip(proposed);
  EXPECT_EQ(back.index, 7u);
  EXPECT_EQ(back.stage, Stage::kSelect);
  EXPECT_EQ(back.name, "relu");
  EXPECT_EQ(back.trial, proposed.trial);
}

TEST(Event, CreationAndChangeComeBack) {
  const Created created = RoundTrip(Created{R"({"v":1,"name":"a \"b\""})", "id-1", 1234567890123});
  EXPECT_EQ(created.spec_json, R"({"v":1,"name":"a \"b\""})");
  EXPECT_EQ(created.request_id, "id-1");
  EXPECT_EQ(created.wall_ms, 1234567890123);
  const Changed changed = RoundTrip(Changed{"extended", 500, "more\nplease"});
  EXPECT_EQ(changed.state, "extended");
  EXPECT_EQ(changed.candidates, 500u);
  EXPECT_EQ(changed.reason, "more\nplease");
}

TEST(Event, OutcomeComesBackWithAllItsParts) {
  const Outcome outcome = {.status = Status::kRejected,
                           .loss = std::nan(""),
                           .accuracy = 0.125,
                           .rungs = {{30, kInfinity, 0}, {99, 1.0 / 3, 0.5}},
                           .rejection = Rejection{"hurdle", "rung", "2.1 > 2.0"},
                           .audit = RungValue{300, -kInfinity, 1},
                           .timing = {1.5, 0.001, "host-1"}};
  const Outcome back = RoundTrip(Observed{3, outcome}).outcome;
  EXPECT_EQ(back.status, Status::kRejected);
  EXPECT_TRUE(std::isnan(back.loss));
  EXPECT_EQ(back.rungs, outcome.rungs);
  EXPECT_EQ(back.rejection, outcome.rejection);
  EXPECT_EQ(back.audit, outcome.audit);
  EXPECT_FALSE(back.duplicate_of);
  EXPECT_EQ(back.timing.worker, "host-1");
  EXPECT_EQ(back.timing.seconds_per_step, 0.001);
}

TEST(Event, DuplicateNamesItsOriginal) {
  const Outcome duplicate = {.status = Status::kDuplicate, .loss = 0.5, .duplicate_of = 0};
  EXPECT_EQ(RoundTrip(Observed{9, duplicate}).outcome.duplicate_of, 0u);
}

TEST(Event, TextIsStable) {
  EXPECT_EQ(EventToJson(Observed{3, {.loss = 0.5, .accuracy = 1}}),
            R"({"v":1,"event":"observed","index":3,"outcome":{"status":"SCORED","loss":0.5,)"
            R"("accuracy":1.0,"timing":{"total_seconds":0.0,"seconds_per_step":0.0,)"
            R"("worker":""}}})");
}

std::string ErrorOf(std::string_view json) {
  const auto event = EventFromJson(json, Task());
  if (event) return "no error";
  EXPECT_EQ(event.error().code, ErrorCode::kCorrupt);
  return event.error().message;
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Event, DamageIsNamed) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("not a JSON document"));
  EXPECT_THAT(ErrorOf(R"({"v":1,"event":"obser)"), HasSubstr("byte 22"));
  EXPECT_THAT(ErrorOf("[1]"), HasSubstr("expected an object, got array"));
  EXPECT_THAT(ErrorOf("{}"), HasSubstr("event.v is missing"));
  EXPECT_THAT(ErrorOf(R"({"v":2,"event":"changed"})"), HasSubstr("event.v is 2"));
  EXPECT_THAT(ErrorOf(R"({"v":1,"event":"exploded"})"), HasSubstr(R"("exploded")"));
  EXPECT_THAT(ErrorOf(R"({"v":1,"event":"observed","index":-1,"outcome":{}})"),
              HasSubstr("event.index is not a whole number"));
  EXPECT_THAT(ErrorOf(R"({"v":1,"event":"observed","index":1,"outcome":{"status":"GOOD"}})"),
              HasSubstr("event.outcome.status is not a known status: \"GOOD\""));
}

TEST(Event, EveryFieldOfATrialIsChecked) {
  const std::string json = EventToJson(SomeProposal());
  EXPECT_THAT(ErrorOf(Replaced(json, R"("split":"select")", R"("split":"train")")),
              HasSubstr("event.trial.split"));
  EXPECT_THAT(ErrorOf(Replaced(json, R"("stage":"select")", R"("stage":5)")),
              HasSubstr("event.stage is not a text: 5"));
  EXPECT_THAT(ErrorOf(Replaced(json, "[[30,", R"([["30",)")), HasSubstr("event.trial.hurdles"));
  EXPECT_THAT(ErrorOf(Replaced(json, "[[30,", "[[99999999999,")), HasSubstr("2147483647"));
  EXPECT_THAT(ErrorOf(Replaced(json, "[[30,", "[[30,1,")), HasSubstr("[step, max_loss]"));
  EXPECT_THAT(ErrorOf(Replaced(json, R"("probes":false)", R"("probes":0)")),
              HasSubstr("event.trial.gates.probes is not true or false"));
  EXPECT_THAT(ErrorOf(Replaced(json, R"("audit":true)", R"("other":true)")),
              HasSubstr("event.trial.audit is missing"));
}

TEST(Outcome, ComesBackAloneAndRefusesDamage) {
  const auto back = OutcomeFromJson(OutcomeToJson({.loss = 0.1, .rungs = {{1, 0.2, 0.3}}}));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->loss, 0.1);
  EXPECT_EQ(back->rungs.size(), 1u);
  const auto damaged = OutcomeFromJson(R"({"status":"SCORED","loss":"low"})");
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().message, "outcome.loss is not a number: \"low\"");
}

}  // namespace
}  // namespace actsearch::plan
