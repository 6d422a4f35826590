#include "coordinator/plan/event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace actsearch::plan {
namespace {

using testing::HasSubstr;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Proposed SomeProposal() {
  Proposed proposed{.index = 7, .stage = Stage::kSelect};
  proposed.candidate = "x * sigmoid(beta * x) where beta: channel = 1";
  proposed.name = "swish";
  proposed.learning_rate = 1e-3 / 3;
  proposed.seed = 18446744073709551615ULL;
  proposed.hurdles = {{30, 0.1 + 0.2}, {99, kInfinity, 1}};
  proposed.given = true;
  proposed.entrant = 2;
  proposed.setting = Setting::kWider;
  proposed.replicate = 3;
  proposed.stops = {50, 300};
  proposed.cost = 12;
  proposed.fingerprint = 0xfedcba9876543210ULL;
  proposed.original = 3;
  return proposed;
}

template <class Body>
Body RoundTrip(const Body& body) {
  const std::string json = EventToJson(body);
  const auto event = EventFromJson(json);
  EXPECT_TRUE(event) << event.error().message;
  EXPECT_EQ(EventToJson(*event), json);
  return std::get<Body>(*event);
}

TEST(Event, ProposalComesBackExactly) {
  EXPECT_EQ(RoundTrip(SomeProposal()), SomeProposal());
  EXPECT_EQ(RoundTrip(Proposed{.candidate = "x"}), Proposed{.candidate = "x"});
}

TEST(Event, CreationAndChangeComeBack) {
  const Created created = RoundTrip(
      Created{R"({"v":1,"name":"a \"b\""})", "id-1", 1234567890123, "1.2.3", true});
  EXPECT_EQ(created.spec_json, R"({"v":1,"name":"a \"b\""})");
  EXPECT_EQ(created.request_id, "id-1");
  EXPECT_EQ(created.wall_ms, 1234567890123);
  EXPECT_EQ(created.version, "1.2.3");
  EXPECT_TRUE(created.checks);
  EXPECT_FALSE(RoundTrip(Created{}).checks);
  const Changed changed = RoundTrip(Changed{"extended", 500, "more\nplease"});
  EXPECT_EQ(changed.state, "extended");
  EXPECT_EQ(changed.candidates, 500u);
  EXPECT_EQ(changed.reason, "more\nplease");
}

TEST(Event, AttemptsAndDataComeBack) {
  Attempted attempted{.index = 9};
  attempted.attempt.end = AttemptEnd::kError;
  attempted.attempt.worker = "host-1";
  attempted.attempt.error = {ErrorCode::kNotFound, "no such folder"};
  const Attempted back = RoundTrip(attempted);
  EXPECT_EQ(back.index, 9u);
  EXPECT_EQ(back.attempt.end, AttemptEnd::kError);
  EXPECT_EQ(back.attempt.worker, "host-1");
  EXPECT_EQ(back.attempt.error.code, ErrorCode::kNotFound);
  EXPECT_EQ(back.attempt.error.message, "no such folder");
  EXPECT_FALSE(RoundTrip(Attempted{}).index) << "of a probe";
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    attempted.attempt.error.code = static_cast<ErrorCode>(code);
    EXPECT_EQ(RoundTrip(attempted).attempt.error.code, attempted.attempt.error.code);
  }

  const catalogue::DataFacts data = {
      .digest = "0123456789abcdef",
      .inputs = {.kind = catalogue::ValueKind::kNumbers, .shape = Spatial(3, 32, 30)},
      .targets = {.kind = catalogue::ValueKind::kTokens, .shape = Features(1), .classes = 10},
      .rows = {45000, 2500, 2500, 10000}};
  EXPECT_EQ(RoundTrip(Checked{data}).data, data);
}

TEST(Event, OutcomeComesBackWithAllItsParts) {
  const Outcome outcome = {
      .status = Status::kRejected,
      .rungs = {{30, kInfinity, {}}, {99, 1.0 / 3, {{"accuracy", 0.5}, {"bits", 2}}, 1}},
      .rejection = Rejection{"hurdle", "rung", "2.1 > 2.0"},
      .data_digest = "0123456789abcdef",
      .measured = true,
      .timing = {1.5, 0.001, "host-1"}};
  const Outcome back = RoundTrip(Observed{3, outcome}).outcome;
  EXPECT_EQ(back.status, Status::kRejected);
  EXPECT_TRUE(back.losses.empty());
  EXPECT_EQ(back.rungs, outcome.rungs);
  EXPECT_EQ(back.rejection, outcome.rejection);
  EXPECT_FALSE(back.duplicate_of);
  EXPECT_EQ(back.data_digest, outcome.data_digest);
  EXPECT_TRUE(back.measured);
  EXPECT_EQ(back.timing.worker, "host-1");
  EXPECT_EQ(back.timing.seconds_per_step, 0.001);
}

TEST(Event, LossesOfNetworksAndUnitsComeBack) {
  Outcome outcome = {.losses = {0.1 + 0.2, 1.0 / 3}, .metrics = {{"accuracy", 0.9}}};
  outcome.unit_losses = {0, 0.5, 65504, static_cast<float>(kInfinity), 0x1p-24F};
  const Outcome back = RoundTrip(Observed{3, outcome}).outcome;
  EXPECT_EQ(back.losses, outcome.losses);
  EXPECT_EQ(back.metrics, outcome.metrics);
  EXPECT_EQ(back.unit_losses, outcome.unit_losses);
  for (int count = 0; count < 5; ++count) {  // all remainders of base64
    outcome.unit_losses.assign(static_cast<std::size_t>(count), 1.5F);
    EXPECT_EQ(RoundTrip(Observed{3, outcome}).outcome.unit_losses, outcome.unit_losses);
  }
}

TEST(Event, DuplicateNamesItsOriginalAndAQuarantineItsReason) {
  const Outcome duplicate = {.status = Status::kDuplicate, .losses = {0.5}, .duplicate_of = 0};
  EXPECT_EQ(RoundTrip(Observed{9, duplicate}).outcome.duplicate_of, 0u);
  const Outcome quarantined = {.status = Status::kQuarantined, .reason = "3 attempts"};
  EXPECT_EQ(RoundTrip(Observed{9, quarantined}).outcome.reason, "3 attempts");
}

TEST(Event, TextIsStable) {
  EXPECT_EQ(EventToJson(Observed{3, {.losses = {0.5}, .metrics = {{"accuracy", 1}}}}),
            R"({"v":2,"event":"observed","index":3,"outcome":{"status":"SCORED","losses":[0.5],)"
            R"("metrics":{"accuracy":1.0},"timing":{"total_seconds":0.0,"seconds_per_step":0.0,)"
            R"("worker":""}}})");
}

std::string ErrorOf(std::string_view json) {
  const auto event = EventFromJson(json);
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
  EXPECT_THAT(ErrorOf(R"({"v":3,"event":"changed"})"), HasSubstr("event.v is 3"));
  EXPECT_THAT(ErrorOf(R"({"v":1,"event":"exploded"})"), HasSubstr(R"("exploded")"));
  EXPECT_THAT(ErrorOf(R"({"v":1,"event":"observed","index":-1,"outcome":{}})"),
              HasSubstr("event.index is not a whole number"));
  EXPECT_THAT(ErrorOf(R"({"v":1,"event":"observed","index":1,"outcome":{"status":"GOOD"}})"),
              HasSubstr("event.outcome.status is not a known status: \"GOOD\""));
}

TEST(Event, EveryFieldOfAProposalIsChecked) {
  const std::string json = EventToJson(SomeProposal());
  EXPECT_THAT(ErrorOf(Replaced(json, R"("stage":"select")", R"("stage":5)")),
              HasSubstr("event.stage is not a text: 5"));
  EXPECT_THAT(ErrorOf(Replaced(json, "[[30,", R"([["30",)")), HasSubstr("event.hurdles"));
  EXPECT_THAT(ErrorOf(Replaced(json, "[[30,", "[[99999999999,")), HasSubstr("2147483647"));
  EXPECT_THAT(ErrorOf(Replaced(json, "[[30,", "[[30,1,2,")), HasSubstr("[step, max_loss]"));
  EXPECT_THAT(ErrorOf(Replaced(json, R"("given":true)", R"("given":0)")),
              HasSubstr("event.given is not true or false"));
  EXPECT_THAT(ErrorOf(Replaced(json, R"("setting":"wider")", R"("setting":"wide")")),
              HasSubstr("event.setting"));
  EXPECT_THAT(ErrorOf(Replaced(json, R"("stops":[50)", R"("stops":["a")")),
              HasSubstr("event.stops"));
  EXPECT_THAT(ErrorOf(Replaced(json, R"("fingerprint":"fed)", R"("fingerprint":"xyz)")),
              HasSubstr("event.fingerprint is not a hexadecimal number"));
  EXPECT_THAT(ErrorOf(Replaced(json, R"("cost":)", R"("coast":)")),
              HasSubstr("event.cost is missing"));
}

TEST(Outcome, ComesBackAloneAndRefusesDamage) {
  const auto back = OutcomeFromJson(OutcomeToJson({.losses = {0.1}, .rungs = {{1, 0.2, {}}}}));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->Loss(), 0.1);
  EXPECT_EQ(back->rungs.size(), 1u);
  const auto damaged = OutcomeFromJson(R"({"status":"SCORED","losses":["low"]})");
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().message, "outcome.losses is not a number: [\"low\"]");
}

}  // namespace
}  // namespace actsearch::plan
