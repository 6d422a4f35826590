// Small trials on generated glyphs, and one evaluator for all tests of a program.
#pragma once

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "evaluators/evaluator.h"
#include "search_spaces/trial.h"

namespace actsearch::evaluators {

inline constexpr double kNever = std::numeric_limits<double>::infinity();

inline Fields Hidden(std::vector<std::int64_t> sizes) { return {{"hidden", std::move(sizes)}}; }

inline Trial SmallMlp(std::string formula = "x * sigmoid(x)") {
  Trial trial;
  trial.candidate = std::move(formula);
  trial.task = {.name = "mlp",
                .dataset = "glyphs",
                .steps = 60,
                .batch = 64,
                .learning_rate = 3e-3,
                .fields = Hidden({32, 32})};
  trial.gates.chance_steps = 30;
  return trial;
}

inline Trial SmallCnn(const std::string& norm) {
  Trial trial = SmallMlp();
  trial.task = {.name = "cnn",
                .dataset = "glyphs",
                .steps = 60,
                .batch = 32,
                .learning_rate = 1e-2,
                .fields = Hidden({8, 12})};
  trial.sites.fill = {"norm=" + norm};
  return trial;
}

inline Trial SmallResNet() {
  Trial trial = SmallCnn("batch_norm");
  trial.task.name = "resnet";
  trial.task.fields = Hidden({8, 16});
  return trial;
}

inline double AccuracyOf(const Outcome& outcome) { return ValueOf(outcome.metrics, "accuracy"); }

// One evaluator for all tests: the glyphs are drawn once.
class EvaluatorTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    Result<std::unique_ptr<Evaluator>> made = MakeEvaluator({});
    ASSERT_TRUE(made.has_value()) << made.error().message;
    evaluator_ = std::move(*made).release();
  }
  static void TearDownTestSuite() { delete evaluator_; }

  static Outcome Evaluate(const Trial& trial, const Control& control = {}) {
    Result<Outcome> outcome = evaluator_->Evaluate(trial, control);
    EXPECT_TRUE(outcome.has_value()) << outcome.error().message;
    return outcome.value_or(Outcome{});
  }
  static std::string ErrorOf(const Trial& trial) {
    const Result<Outcome> outcome = evaluator_->Evaluate(trial, {});
    return outcome ? "" : outcome.error().message;
  }

  static Evaluator* evaluator_;
};
inline Evaluator* EvaluatorTest::evaluator_ = nullptr;

// Everything but the timing.
inline void ExpectSame(const Outcome& a, const Outcome& b) {
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.losses, b.losses);
  EXPECT_EQ(a.metrics, b.metrics);
  EXPECT_EQ(a.step, b.step);
  EXPECT_EQ(a.unit_losses, b.unit_losses);
  EXPECT_EQ(a.data_digest, b.data_digest);
  EXPECT_EQ(a.rungs, b.rungs);
  EXPECT_EQ(a.rejection, b.rejection);
}

}  // namespace actsearch::evaluators
