// The canary passes here, and fails where something is off.
#include "evaluators/canary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "evaluators/catalogue/parts.h"
#include "evaluators/catalogue/tasks.h"
#include "tests/support/processor_time.h"
#include "tests/unit/evaluators/evaluator_bed.h"

namespace actsearch::evaluators {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

TEST_F(EvaluatorTest, CanaryPassesHereInTime) {
  const auto seconds = [](Canary canary) {
    const double start = ProcessorSeconds();
    const Result<void> sung = evaluator_->Sing(canary);
    EXPECT_TRUE(sung.has_value()) << sung.error().message;
    return ProcessorSeconds() - start;
  };
  EXPECT_LT(seconds(Canary::kWhole), 5);
  for (std::size_t i = 0; i < Songs().size(); ++i) EXPECT_LT(seconds(Canary::kPart), 0.5);
}

TEST_F(EvaluatorTest, CanaryFailsOnAnotherLoss) {
  for (const Song& song : Songs()) {
    Answer heard = *SingSong(*evaluator_, song);
    heard.loss *= 1.03;
    const Result<void> canary = Judge(song, heard);
    ASSERT_FALSE(canary.has_value()) << song.name;
    EXPECT_EQ(canary.error().code, ErrorCode::kInternal);
    EXPECT_THAT(canary.error().message, HasSubstr("cannot be trusted"));
  }
}

// Faults of one kind of parameter, as an evaluator with them would report.
TEST_F(EvaluatorTest, CanaryFailsWhereOneKindOfParameterDoesNotLearn) {
  using Spoil = void (*)(Learned&);
  const std::vector<std::pair<const char*, Spoil>> faults = {
      {"no gradient", [](Learned& kind) { kind.gradient = kind.projection = 0; }},
      {"another direction", [](Learned& kind) { kind.projection = -kind.projection; }},
      {"half the gradient",
       [](Learned& kind) {
         kind.gradient /= 2;
         kind.projection /= 2;
       }},
      {"never moved", [](Learned& kind) { kind.change = 0; }},
      {"moved by NaN", [](Learned& kind) { kind.change = std::nan(""); }},
  };
  for (const Song& song : Songs()) {
    const Answer right = *SingSong(*evaluator_, song);
    ASSERT_TRUE(Judge(song, right).has_value()) << song.name;
    for (std::size_t k = 0; k < right.learned.size(); ++k) {
      for (const auto& [name, spoil] : faults) {
        Answer wrong = right;
        spoil(wrong.learned[k]);
        const Result<void> judged = Judge(song, wrong);
        ASSERT_FALSE(judged.has_value()) << song.name << ": " << name;
        EXPECT_THAT(judged.error().message, HasSubstr("'" + wrong.learned[k].kind + "'"));
      }
    }
  }
}

// The same functions with their parameters held, which the loss alone tells by less than the
// tolerance: the evaluator that trains them has no such kind of parameter.
TEST_F(EvaluatorTest, CanaryFailsOnHeldParameters) {
  Song slope = Songs()[0];
  slope.trial.candidate = "x * sigmoid(x)";
  EXPECT_FALSE(CheckSong(*evaluator_, slope).has_value());
}

TEST_F(EvaluatorTest, CanaryFailsWhereNothingIsLearned) {
  for (Song song : Songs()) {
    song.trial.task.learning_rate = 1e-8;
    EXPECT_FALSE(CheckSong(*evaluator_, song).has_value()) << song.name;
  }
}

// Whatever the tables offer has a song, and so have candidates' own parameters of each
// extent: a by layer, b by channel, g by group.
TEST_F(EvaluatorTest, SongsTakeEveryNetworkNormAndKindOfParameter) {
  std::set<std::string> kinds, fills, tasks;
  for (const Song& song : Songs()) {
    for (const Learned& kind : song.known.learned) kinds.insert(kind.kind);
    for (const std::string& fill : song.trial.sites.fill) fills.insert(fill);
    tasks.insert(song.trial.task.name);
  }
  EXPECT_THAT(kinds, IsSupersetOf({"weight", "bias", "scale", "shift", "a", "b", "g"}));
  for (const catalogue::PartInfo& part : catalogue::Parts().Rows()) {
    if (part.role != Role::kNorm) continue;
    EXPECT_TRUE(fills.contains("norm=" + std::string(part.name))) << part.name;
  }
  for (const catalogue::TaskInfo& task : catalogue::Tasks().Rows()) {
    if (task.sketch == nullptr) continue;
    EXPECT_TRUE(tasks.contains(std::string(task.name))) << task.name;
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
