#include "proto/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "search_spaces/base/half.h"

namespace actsearch::proto {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

const std::string kDigest = "0123456789abcdef";

Trial SomeTrial() {
  return {.space = "activations",
          .candidate = "x * sigmoid(x)",
          .sites = {.searched = {"layer1.activation"}, .share = false, .fill = {"norm=batch_norm"}},
          .task = {.name = "cnn",
                   .dataset = "mnist",
                   .data_dir = "data",
                   .digest = kDigest,
                   .steps = 7,
                   .batch = 3,
                   .learning_rate = 0.25,
                   .fields = {{"hidden", std::vector<std::int64_t>{4, 5, 6}},
                              {"residual", true},
                              {"depth", std::int64_t{-3}},
                              {"width", 0.5},
                              {"mode", std::string("thin")},
                              {"shares", std::vector<double>{0.5, 1}},
                              {"names", std::vector<std::string>{"a", "b"}}}},
          .split = Split::kFinal,
          .seed = 0xffff'ffff'ffff'fff1ULL,
          .gates = {.probes = false, .chance = true, .chance_steps = 9, .chance_margin = 0.5},
          .hurdles = {{10, 2.5}, {20, kInfinity}, {10, 1.5, 1}},
          .audit = true,
          .unit_losses = true};
}

Outcome Rejected() {
  Outcome outcome;
  outcome.status = Status::kRejected;
  outcome.rungs = {{10, 2.25, {{"accuracy", 0.5}, {"bits", 3}}}, {20, kInfinity, {}, 1}};
  outcome.rejection = {"hurdle", "rung", "2.5 > 2.0"};
  outcome.audit = RungValue{300, 0.5, {{"accuracy", 0.875}}};
  outcome.data_digest = kDigest;
  outcome.measured = true;
  outcome.timing = {1.5, 0.001, "host-1"};
  return outcome;
}

v1::Outcome ScoredMessage() {
  v1::Outcome message;
  message.set_status(v1::STATUS_SCORED);
  message.add_losses(0.5);
  message.add_metrics()->set_name("accuracy");
  message.mutable_metrics(0)->set_value(0.75);
  return message;
}

TEST(Convert, TrialsSurviveTheRoundTrip) {
  const auto back = FromProto(ToProto(SomeTrial()));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, SomeTrial());
}

TEST(Convert, TheDefaultTrialSurvivesOnceItHasACandidate) {
  const Trial trial{.candidate = "x"};
  const auto back = FromProto(ToProto(trial));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, trial);
}

TEST(Convert, OutcomesSurviveTheRoundTrip) {
  const Outcome outcome = Rejected();
  const auto back = FromProto(ToProto(outcome));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->status, outcome.status);
  EXPECT_TRUE(back->losses.empty());
  EXPECT_EQ(back->rungs, outcome.rungs);
  EXPECT_EQ(back->rejection, outcome.rejection);
  EXPECT_EQ(back->audit, outcome.audit);
  EXPECT_EQ(back->duplicate_of, std::nullopt);
  EXPECT_EQ(back->data_digest, kDigest);
  EXPECT_TRUE(back->measured);
  EXPECT_EQ(back->timing.total_seconds, 1.5);
  EXPECT_EQ(back->timing.seconds_per_step, 0.001);
  EXPECT_EQ(back->timing.worker, "host-1");
}

TEST(Convert, ScoresSurviveTheRoundTrip) {
  const Outcome outcome = {.losses = {0.1 + 0.2, 1.0 / 3},
                           .metrics = {{"accuracy", 0.9}, {"bits", 4}}};
  const auto back = FromProto(ToProto(outcome));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->losses, outcome.losses);
  EXPECT_EQ(back->metrics, outcome.metrics);
}

// Known pairs of the format's definition (IEEE 754-2019, binary16).
TEST(Convert, UnitLossesTravelAsHalves) {
  Outcome outcome = {.losses = {1}};
  outcome.unit_losses = {0, 1, -2, 0.333333343F, 65504, 65520, 0x1p-14F, 0x1p-24F, 0x1p-26F,
                         1.00048828F, 1.00146484F, static_cast<float>(kInfinity)};
  const v1::Outcome message = ToProto(outcome);
  const std::vector<std::uint16_t> halves = {0x0000, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x7c00,
                                             0x0400, 0x0001, 0x0000, 0x3c00, 0x3c02, 0x7c00};
  ASSERT_EQ(message.unit_losses().size(), 2 * halves.size());
  for (std::size_t i = 0; i < halves.size(); ++i) {
    const auto low = static_cast<unsigned char>(message.unit_losses()[2 * i]);
    const auto high = static_cast<unsigned char>(message.unit_losses()[2 * i + 1]);
    EXPECT_EQ(low | high << 8, halves[i]) << outcome.unit_losses[i];
  }
  const auto back = FromProto(message);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->unit_losses,
            (std::vector<float>{0, 1, -2, 0.33325195F, 65504, static_cast<float>(kInfinity),
                                0x1p-14F, 0x1p-24F, 0, 1, 1.00195312F,
                                static_cast<float>(kInfinity)}));
}

TEST(Convert, EveryHalfComesBackAsItself) {
  for (std::uint32_t half = 0; half < 0x10000; ++half) {
    const float value = FromHalf(static_cast<std::uint16_t>(half));
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(FromHalf(HalfOf(value))));
    } else {
      ASSERT_EQ(HalfOf(value), half);
    }
  }
}

TEST(Convert, TooManyUnitsAreNotSent) {
  Outcome outcome = {.losses = {1}};
  outcome.unit_losses.assign(kMostUnitLosses, 1);
  EXPECT_EQ(ToProto(outcome).unit_losses().size(), 8192U);
  outcome.unit_losses.push_back(1);
  EXPECT_TRUE(ToProto(outcome).unit_losses().empty());
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
      {Status::kQuarantined, v1::STATUS_QUARANTINED},
      {Status::kCancelled, v1::STATUS_CANCELLED}};
  for (const auto& [status, message] : pairs) {
    EXPECT_EQ(ToProto(status), message);
    EXPECT_EQ(FromProto(message).value(), status);
  }
}

TEST(Convert, AttemptsSurviveTheRoundTrip) {
  for (int end = 0; end <= static_cast<int>(AttemptEnd::kError); ++end) {
    Attempt attempt;
    attempt.end = static_cast<AttemptEnd>(end);
    if (attempt.end == AttemptEnd::kError) attempt.error = {ErrorCode::kCorrupt, "short file"};
    const v1::Attempt message = ToProto(attempt);
    EXPECT_EQ(v1::AttemptEnd_Name(message.end()),
              "ATTEMPT_END_" + std::string(Name(attempt.end)));
    const auto back = FromProto(message);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->end, attempt.end);
    EXPECT_EQ(back->error.message, attempt.error.message);
    if (attempt.end == AttemptEnd::kError) {
      EXPECT_EQ(back->error.code, ErrorCode::kCorrupt);
    }
  }
}

TEST(Convert, BadAttemptsNameTheField) {
  v1::Attempt message;
  EXPECT_THAT(FromProto(message).error().message, testing::HasSubstr("end: 0"));
  message.set_end(v1::ATTEMPT_END_ERROR);
  EXPECT_THAT(FromProto(message).error().message, testing::HasSubstr("error: nothing"));
  message.mutable_error()->set_message(std::string(1025, 'e'));
  EXPECT_THAT(FromProto(message).error().message,
              testing::HasSubstr("error.message: 1025 bytes; at most 1024 are allowed"));
  message.mutable_error()->set_message("of a newer program");
  message.mutable_error()->set_code(v1::ErrorCode(99));
  EXPECT_EQ(FromProto(message)->error.code, ErrorCode::kInternal);
}

TEST(Convert, DataSurviveTheRoundTrip) {
  const catalogue::DataFacts facts = {
      .digest = kDigest,
      .inputs = {.kind = catalogue::ValueKind::kNumbers, .shape = Spatial(3, 32, 30)},
      .targets = {.kind = catalogue::ValueKind::kTokens, .shape = Features(1), .classes = 10},
      .rows = {45000, 2500, 2500, 10000}};
  const auto back = FromProto(ToProto(facts));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, facts);
  EXPECT_EQ(*FromProto(ToProto(catalogue::DataFacts())), catalogue::DataFacts());
}

TEST(Convert, BadDataNameTheField) {
  const auto error_after = [](const std::function<void(v1::DataFacts&)>& damage) {
    v1::DataFacts message = ToProto(catalogue::DataFacts{.digest = kDigest});
    damage(message);
    const auto facts = FromProto(message);
    return facts ? std::string("no error") : facts.error().message;
  };
  EXPECT_THAT(error_after([](auto& d) { d.set_digest("xyz"); }),
              testing::HasSubstr("digest: 'xyz'"));
  EXPECT_THAT(error_after([](auto& d) { d.mutable_inputs()->set_height(-1); }),
              testing::HasSubstr("inputs.height: -1"));
  EXPECT_THAT(error_after([](auto& d) { d.mutable_targets()->set_classes(2'000'000'000); }),
              testing::HasSubstr("targets.classes: 2000000000"));
  EXPECT_THAT(error_after([](auto& d) { d.add_rows(1); }), testing::HasSubstr("rows: 5 numbers"));
  EXPECT_THAT(error_after([](auto& d) { d.set_rows(2, -7); }), testing::HasSubstr("rows[2]: -7"));
}

TEST(Convert, WhatLibrariesSayBecomesOneBoundedLine) {
  EXPECT_EQ(OneLine("two\nlines\tand\x1b[31m red"), "two lines and [31m red");
  EXPECT_EQ(OneLine("na\xc3\xafve", 4), "na\xc3\xaf");
  EXPECT_EQ(OneLine("na\xc3\xafve", 3), "na");
  EXPECT_EQ(OneLine("\xff\xfe bytes"), "?? bytes");
  EXPECT_EQ(OneLine(std::string(5000, 'a')).size(), 1024U);
  EXPECT_EQ(OneLine(""), "");
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
        BadTrial{"NoCandidate", "candidate: ''", [](auto& t) { t.clear_candidate(); }},
        BadTrial{"LongCandidate", "candidate: 65537 bytes; at most 65536",
                 [](auto& t) { t.set_candidate(std::string(65537, 'x')); }},
        BadTrial{"NoSpace", "space: ''", [](auto& t) { t.clear_space(); }},
        BadTrial{"LongSpace", "space: 129 bytes; at most 128",
                 [](auto& t) { t.set_space(std::string(129, 's')); }},
        BadTrial{"NoTask", "tasks: 0 tasks", [](auto& t) { t.clear_tasks(); }},
        BadTrial{"TwoTasks", "tasks: 2 tasks", [](auto& t) { *t.add_tasks() = t.tasks(0); }},
        BadTrial{"NoSites", "sites: nothing", [](auto& t) { t.clear_sites(); }},
        BadTrial{"ManySites", "sites.searched: 65 items; at most 64",
                 [](auto& t) {
                   while (t.sites().searched_size() < 65) t.mutable_sites()->add_searched("a");
                 }},
        BadTrial{"SiteName", "sites.searched[0]: 'a b'",
                 [](auto& t) { t.mutable_sites()->set_searched(0, "a b"); }},
        BadTrial{"LongPart", "sites.fill[0]: 4097 bytes",
                 [](auto& t) { t.mutable_sites()->set_fill(0, std::string(4097, 'f')); }},
        BadTrial{"TaskName", "tasks[0].name: 'a b'",
                 [](auto& t) { t.mutable_tasks(0)->set_name("a\nb"); }},
        BadTrial{"Dataset", "tasks[0].dataset: 129 bytes",
                 [](auto& t) { t.mutable_tasks(0)->set_dataset(std::string(129, 'd')); }},
        BadTrial{"Folder", "tasks[0].data_dir: 4097 bytes",
                 [](auto& t) { t.mutable_tasks(0)->set_data_dir(std::string(4097, 'd')); }},
        BadTrial{"Digest", "tasks[0].digest: '12'",
                 [](auto& t) { t.mutable_tasks(0)->set_digest("12"); }},
        BadTrial{"Fields", "tasks[0].fields: 65 items",
                 [](auto& t) {
                   auto& fields = *t.mutable_tasks(0)->mutable_fields();
                   for (int i = 0; fields.size() < 65; ++i)
                     fields[std::to_string(i)].set_flag(true);
                 }},
        BadTrial{"FieldName", "tasks[0].fields: 'a b'",
                 [](auto& t) { (*t.mutable_tasks(0)->mutable_fields())["a b"].set_flag(true); }},
        BadTrial{"FieldWithoutValue", "tasks[0].fields.a.value: nothing",
                 [](auto& t) { (*t.mutable_tasks(0)->mutable_fields())["a"]; }},
        BadTrial{"FieldText", "tasks[0].fields.a.text: 4097 bytes",
                 [](auto& t) {
                   (*t.mutable_tasks(0)->mutable_fields())["a"].set_text(std::string(4097, 't'));
                 }},
        BadTrial{"FieldItems", "tasks[0].fields.a.integers: 4097 items",
                 [](auto& t) {
                   auto& list = *(*t.mutable_tasks(0)->mutable_fields())["a"].mutable_integers();
                   while (list.items_size() < 4097) list.add_items(1);
                 }},
        BadTrial{"NoGates", "gates: nothing", [](auto& t) { t.clear_gates(); }},
        BadTrial{"NoSplit", "split: 0 is not one of search", [](auto& t) { t.clear_split(); }},
        BadTrial{"OddSplit", "split: 77", [](auto& t) { t.set_split(v1::Split(77)); }},
        BadTrial{"NegativeSplit", "split: -1", [](auto& t) { t.set_split(v1::Split(-1)); }},
        BadTrial{"Steps", "tasks[0].steps: -1", [](auto& t) { t.mutable_tasks(0)->set_steps(-1); }},
        BadTrial{"Batch", "tasks[0].batch: -5", [](auto& t) { t.mutable_tasks(0)->set_batch(-5); }},
        BadTrial{"Rate", "tasks[0].learning_rate: nan",
                 [](auto& t) { t.mutable_tasks(0)->set_learning_rate(kNan); }},
        BadTrial{"NegativeRate", "tasks[0].learning_rate: -1",
                 [](auto& t) { t.mutable_tasks(0)->set_learning_rate(-1); }},
        BadTrial{"ChanceSteps", "gates.chance_steps: -2",
                 [](auto& t) { t.mutable_gates()->set_chance_steps(-2); }},
        BadTrial{"Margin", "gates.chance_margin: inf",
                 [](auto& t) { t.mutable_gates()->set_chance_margin(kInfinity); }},
        BadTrial{"HurdleStep", "hurdles[0].step: 0",
                 [](auto& t) { t.mutable_hurdles(0)->set_step(0); }},
        BadTrial{"HurdleLoss", "hurdles[1].max_loss: nan",
                 [](auto& t) { t.mutable_hurdles(1)->set_max_loss(kNan); }},
        BadTrial{"HurdleOrder", "hurdles[1].step: 10",
                 [](auto& t) { t.mutable_hurdles(1)->set_step(10); }},
        BadTrial{"HurdleNetwork", "hurdles[0].network: -1",
                 [](auto& t) { t.mutable_hurdles(0)->set_network(-1); }},
        BadTrial{"Hurdles", "hurdles: 65 items; at most 64",
                 [](auto& t) {
                   while (t.hurdles_size() < 65) t.add_hurdles()->set_step(t.hurdles_size());
                 }}),
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
        BadOutcome{"NoLoss", "losses: nothing", [](auto& o) { o.clear_losses(); }},
        BadOutcome{"NanLoss", "losses[0]: nan", [](auto& o) { o.set_losses(0, kNan); }},
        BadOutcome{"SecondLoss", "losses[1]: inf", [](auto& o) { o.add_losses(kInfinity); }},
        BadOutcome{"Losses", "losses: 17 items; at most 16",
                   [](auto& o) { while (o.losses_size() < 17) o.add_losses(1); }},
        BadOutcome{"NanMetric", "metrics.accuracy: nan",
                   [](auto& o) { o.mutable_metrics(0)->set_value(kNan); }},
        BadOutcome{"MetricName", "metrics[0].name: ''",
                   [](auto& o) { o.mutable_metrics(0)->clear_name(); }},
        BadOutcome{"MetricTwice", "metrics[1].name: 'accuracy'",
                   [](auto& o) { o.add_metrics()->set_name("accuracy"); }},
        BadOutcome{"Metrics", "metrics: 33 items; at most 32",
                   [](auto& o) {
                     while (o.metrics_size() < 33) {
                       o.add_metrics()->set_name(std::to_string(o.metrics_size()));
                     }
                   }},
        BadOutcome{"Rungs", "rungs: 65 items; at most 64",
                   [](auto& o) { while (o.rungs_size() < 65) o.add_rungs(); }},
        BadOutcome{"RungMetrics", "rungs[0].metrics: 33 items",
                   [](auto& o) {
                     v1::RungValue& rung = *o.add_rungs();
                     while (rung.metrics_size() < 33) {
                       rung.add_metrics()->set_name(std::to_string(rung.metrics_size()));
                     }
                   }},
        BadOutcome{"RungNetwork", "rungs[0].network: 16",
                   [](auto& o) { o.add_rungs()->set_network(16); }},
        BadOutcome{"LongRule", "rejection.rule: 129 bytes",
                   [](auto& o) {
                     o.set_status(v1::STATUS_REJECTED);
                     o.mutable_rejection()->set_stage("probe");
                     o.mutable_rejection()->set_rule(std::string(129, 'r'));
                   }},
        BadOutcome{"LongDetail", "rejection.detail: 1025 bytes; at most 1024",
                   [](auto& o) {
                     o.set_status(v1::STATUS_REJECTED);
                     o.mutable_rejection()->set_stage("probe");
                     o.mutable_rejection()->set_rule("constant");
                     o.mutable_rejection()->set_detail(std::string(1025, 'd'));
                   }},
        BadOutcome{"NoStage", "rejection.stage: ''",
                   [](auto& o) {
                     o.set_status(v1::STATUS_REJECTED);
                     o.mutable_rejection()->set_rule("constant");
                   }},
        BadOutcome{"Reason", "reason: one", [](auto& o) { o.set_reason("why"); }},
        BadOutcome{"DataDigest", "data_digest: '12'", [](auto& o) { o.set_data_digest("12"); }},
        BadOutcome{"Worker", "timing.worker: 'a b'",
                   [](auto& o) { o.mutable_timing()->set_worker("a b"); }},
        BadOutcome{"UnitLosses", "unit_losses: 8194 bytes; at most 8192",
                   [](auto& o) { o.set_unit_losses(std::string(8194, 0)); }},
        BadOutcome{"OddUnitLosses", "unit_losses: 3 bytes",
                   [](auto& o) { o.set_unit_losses(std::string(3, 0)); }},
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
