// Trainings that were cut off go on where they were, to the same bits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/process.h"
#include "tests/unit/evaluators/evaluator_bed.h"

namespace actsearch::evaluators {
namespace {

namespace fs = std::filesystem;

class CheckpointTest : public EvaluatorTest {
 protected:
  // Trains until a step, as a worker that is killed after it: the file stays.
  void TrainUntil(const Trial& trial, int step) {
    std::atomic<bool> cancel = false;
    Control control;
    control.checkpoint = place_;
    control.cancel = &cancel;
    control.on_progress = [&](const Progress& progress) { cancel = progress.step >= step; };
    const auto outcome = evaluator_->Evaluate(trial, control);
    ASSERT_TRUE(outcome) << outcome.error().message;
    ASSERT_EQ(outcome->status, Status::kCancelled);
    ASSERT_TRUE(fs::exists(place_.path));
  }

  // Trains to the end; `first` gets the first step that is heard of.
  Outcome Finish(const Trial& trial, int& first) {
    first = 0;
    Control control;
    control.checkpoint = place_;
    control.on_progress = [&](const Progress& progress) {
      if (first == 0) first = progress.step;
    };
    const auto outcome = evaluator_->Evaluate(trial, control);
    EXPECT_TRUE(outcome);
    return outcome.value_or(Outcome());
  }

  const test::TempDir folder_;
  CheckpointPlace place_ = {.path = (folder_.Path() / "new" / "file").string(),
                            .identity = "a",
                            .every_seconds = 0};
};

// Several epochs, stops before and after the cut, a parameter, running statistics, changed inputs,
// random draws, momentum.
std::vector<Trial> Trials() {
  Trial mlp = SmallMlp("x * sigmoid(p0 * x) where p0: channel = 1");
  mlp.hurdles = {{10, kNever}};
  mlp.stops = {20, 40, 60};
  mlp.unit_losses = true;
  Trial cnn = SmallCnn("batch_norm");
  cnn.task.fields["noise"] = 0.1;
  Trial drawn = SmallMlp("relu(x) + uniform(0.125, 0.333) * min0(x)");
  drawn.gates.probes = false;
  Trial sgd = SmallMlp("relu(x)");
  sgd.task.fields["optimizer"] = std::string("sgd");
  return {mlp, cnn, drawn, sgd};
}

TEST_F(CheckpointTest, GoesOnToTheSameBits) {
  for (const Trial& trial : Trials()) {
    SCOPED_TRACE(trial.task.name + " " + trial.candidate);
    const auto whole = evaluator_->Evaluate(trial, {});
    ASSERT_TRUE(whole) << whole.error().message;
    ASSERT_EQ(whole->status, Status::kScored);
    TrainUntil(trial, 20);
    TrainUntil(trial, 40);
    int first = 0;
    const Outcome outcome = Finish(trial, first);
    EXPECT_GT(first, 40);
    ExpectSame(outcome, *whole);
    EXPECT_FALSE(fs::exists(place_.path)) << "its end removes the file";
  }
}

TEST_F(CheckpointTest, WhatIsDamagedOrAnothersIsIgnored) {
  const Trial trial = SmallMlp();
  const auto whole = evaluator_->Evaluate(trial, {});
  ASSERT_TRUE(whole);
  TrainUntil(trial, 30);
  std::string bytes;
  {
    std::ifstream in(place_.path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  ASSERT_GT(bytes.size(), 1000u);
  const auto put = [&](const std::string& text) {
    std::ofstream(place_.path, std::ios::binary) << text;
  };
  int first = 0;
  std::string flipped = bytes;
  flipped[bytes.size() / 2] ^= 1;
  for (const std::string& damaged : {flipped, bytes.substr(0, bytes.size() / 2), std::string()}) {
    put(damaged);
    ExpectSame(Finish(trial, first), *whole);
    EXPECT_EQ(first, 10);
  }
  put(bytes);
  place_.identity = "b";
  ExpectSame(Finish(trial, first), *whole);
  EXPECT_EQ(first, 10);
}

TEST_F(CheckpointTest, TrainingsThatDoNotLastWriteNothing) {
  place_.every_seconds = 1e6;
  int first = 0;
  Finish(SmallMlp(), first);
  EXPECT_FALSE(fs::exists(folder_.Path() / "new"));
}

TEST_F(CheckpointTest, AFolderThatCannotBeWrittenDoesNotMatter) {
  place_.path = "/proc/none/file";
  int first = 0;
  const Outcome outcome = Finish(SmallMlp(), first);
  ExpectSame(outcome, *evaluator_->Evaluate(SmallMlp(), {}));
}

}  // namespace
}  // namespace actsearch::evaluators
