// Values survive the round trip over the wire.
#include "tests/unit/proto/convert_bed.h"

namespace actsearch::proto {
namespace {

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
  EXPECT_EQ(back->step, outcome.step);
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

// Squared errors far outside of the training's range, and those of a network that fits well.
TEST(Convert, UnitLossesOfAnySizeTravel) {
  for (const float size : {1e-9F, 1e-3F, 1e3F, 1e9F, 1e30F}) {
    Outcome outcome = {.losses = {1}};
    outcome.unit_losses = {size, size / 3, size / 1000};
    const auto back = FromProto(ToProto(outcome));
    ASSERT_TRUE(back) << back.error().message;
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(back->unit_losses[i], outcome.unit_losses[i],
                  0x1p-11F * outcome.unit_losses[i]);
    }
  }
}

// Known pairs of the format's definition (IEEE 754-2019, binary16).
TEST(Convert, UnitLossesTravelAsHalves) {
  Outcome outcome = {.losses = {1}};
  outcome.unit_losses = {0, 1, -2, 0.333333343F, 65504, 0x1p-14F, 0x1p-24F, 0x1p-26F,
                         1.00048828F, 1.00146484F, static_cast<float>(kInfinity)};
  const v1::Outcome message = ToProto(outcome);
  const std::vector<std::uint16_t> halves = {0x0000, 0x3c00, 0xc000, 0x3555, 0x7bff,
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
            (std::vector<float>{0, 1, -2, 0.33325195F, 65504,
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

}  // namespace
}  // namespace actsearch::proto
