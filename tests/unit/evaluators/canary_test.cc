// The canary passes here, and fails where something is off.
#include "evaluators/canary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/unit/evaluators/evaluator_bed.h"

namespace actsearch::evaluators {
namespace {

using ::testing::HasSubstr;

TEST_F(EvaluatorTest, CanaryPassesHereInTime) {
  const auto seconds = [](Canary canary) {
    const auto start = std::chrono::steady_clock::now();
    const Result<void> sung = evaluator_->Sing(canary);
    EXPECT_TRUE(sung.has_value()) << sung.error().message;
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  EXPECT_LT(seconds(Canary::kWhole), 5);
  for (std::size_t i = 0; i < Songs().size(); ++i) EXPECT_LT(seconds(Canary::kPart), 0.5);
}

TEST_F(EvaluatorTest, CanaryFailsOnAnotherLoss) {
  for (Song song : Songs()) {
    song.loss *= 1.03;
    const Result<void> canary = CheckSong(*evaluator_, song);
    ASSERT_FALSE(canary.has_value()) << song.name;
    EXPECT_EQ(canary.error().code, ErrorCode::kInternal);
    EXPECT_THAT(canary.error().message, HasSubstr("cannot be trusted"));
  }
}

// An evaluator whose gradients vanish in some layer scores another loss.
TEST_F(EvaluatorTest, CanaryFailsWhereNothingIsLearned) {
  for (Song song : Songs()) {
    song.trial.task.learning_rate = 1e-8;
    EXPECT_FALSE(CheckSong(*evaluator_, song).has_value()) << song.name;
  }
}

TEST_F(EvaluatorTest, CanaryFailsOnAnotherFunction) {
  Song song = Songs().front();
  song.trial.candidate = "tanh(x)";
  EXPECT_FALSE(CheckSong(*evaluator_, song).has_value());
  EXPECT_TRUE(CheckKernels("tanh(x)", "1 - 2 / (exp(2 * x) + 1)", "cpu").has_value());
  EXPECT_FALSE(CheckKernels("1.001 * tanh(x)", "tanh(x)", "cpu").has_value());
  EXPECT_FALSE(CheckKernels("tanh(x) + 0.0001 * sin(100 * x)", "tanh(x)", "cpu").has_value())
      << "the value is near, the slope is not";
}

}  // namespace
}  // namespace actsearch::evaluators
