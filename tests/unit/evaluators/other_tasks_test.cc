// Trials of the tasks that are not about images: text and fit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "tests/unit/evaluators/evaluator_bed.h"

namespace actsearch::evaluators {
namespace {

class OtherTasksTest : public EvaluatorTest {
 protected:
  static Trial Fit(const std::string& dataset, Fields fields) {
    Trial trial = SmallMlp();
    fields["hidden"] = std::vector<std::int64_t>{32, 32};
    trial.task = {.name = "fit",
                  .dataset = dataset,
                  .steps = 300,
                  .batch = 64,
                  .learning_rate = 1e-2,
                  .fields = std::move(fields)};
    trial.gates.chance_steps = 300;
    return trial;
  }

  static Trial Text(Fields fields) {
    Trial trial = SmallMlp();
    fields["width"] = std::int64_t{16};
    fields["heads"] = std::int64_t{2};
    fields["context"] = std::int64_t{32};
    trial.task = {.name = "text",
                  .dataset = "sentences",
                  .steps = 60,
                  .batch = 16,
                  .learning_rate = 1e-2,
                  .fields = std::move(fields)};
    trial.gates.chance_steps = 60;
    return trial;
  }

  double ReferenceOf(const Trial& trial, const std::string& name, catalogue::Subset subset) {
    const auto facts = evaluator_->Probe(trial.task);
    EXPECT_TRUE(facts.has_value()) << facts.error().message;
    const auto found =
        std::ranges::find(facts->references, name, &catalogue::Reference::name);
    return found->losses[static_cast<std::size_t>(subset)];
  }
};

TEST_F(OtherTasksTest, FitLearnsMoreThanAStraightLine) {
  const Trial trial = Fit("feynman", {{"equation", std::string("I.12.11")}});
  const Outcome outcome = Evaluate(trial);
  ASSERT_EQ(outcome.status, Status::kScored);
  EXPECT_LT(outcome.Loss(), 0.5 * ReferenceOf(trial, "linear", catalogue::Subset::kSearch));
  const double mean = ReferenceOf(trial, "mean", catalogue::Subset::kSearch);
  EXPECT_NEAR(ValueOf(outcome.metrics, "relative_error"), std::sqrt(outcome.Loss() / mean), 1e-12);
}

// Both trainings are the same; only where the loss is taken differs, and chance is no rule there.
TEST_F(OtherTasksTest, FarLossesAreTakenOutsideTheRange) {
  Trial near = Fit("polynomials", {});
  Trial far = Fit("polynomials", {{"range", std::string("far")}});
  const Outcome inside = Evaluate(near), outside = Evaluate(far);
  ASSERT_EQ(inside.status, Status::kScored);
  ASSERT_EQ(outside.status, Status::kScored);
  EXPECT_GT(outside.Loss(), 10 * inside.Loss());
  EXPECT_EQ(outside.data_digest, inside.data_digest);
  for (Trial* trial : {&near, &far}) {
    trial->task.steps = 2;
    trial->gates.chance_steps = 1;
    trial->gates.chance_margin = 1e-3;
  }
  EXPECT_EQ(Evaluate(near).rejection->rule, "chance");
  EXPECT_EQ(Evaluate(far).status, Status::kScored);
}

TEST_F(OtherTasksTest, TextLearnsMoreThanSharesOfCharacters) {
  Trial trial = Text({});
  trial.unit_losses = true;
  const Outcome outcome = Evaluate(trial);
  ASSERT_EQ(outcome.status, Status::kScored);
  EXPECT_LT(outcome.Loss(), ReferenceOf(trial, "unigram", catalogue::Subset::kSearch));
  // Units of 256 characters: 8 windows of 32.
  const auto facts = evaluator_->Probe(trial.task);
  ASSERT_EQ(outcome.unit_losses.size(),
            static_cast<std::size_t>(facts->rows[1]) / 8);
  double mean = 0;
  for (const float loss : outcome.unit_losses) {
    mean += loss / static_cast<double>(outcome.unit_losses.size());
  }
  EXPECT_NEAR(mean, outcome.Loss(), 1e-9);
}

TEST_F(OtherTasksTest, EveryRecipeIsTheSameTwice) {
  const Fields recipe = {{"optimizer", std::string("adamw")},
                         {"schedule", std::string("cosine")},
                         {"warmup", 0.1},
                         {"weight_decay", 0.01}};
  for (Trial trial : {Text(recipe), Fit("harmonics", {{"noise", 0.1}})}) {
    trial.gates.chance = false;
    const double first = Evaluate(trial).Loss();
    EXPECT_EQ(Evaluate(trial).Loss(), first) << trial.task.name;
    trial.task.fields["warmup"] = 0.5;
    EXPECT_NE(Evaluate(trial).Loss(), first) << trial.task.name;
  }
}

TEST_F(OtherTasksTest, WhatDoesNotFitIsNamed) {
  Trial trial = Text({});
  trial.task.fields["heads"] = std::int64_t{3};
  const auto outcome = evaluator_->Evaluate(trial, {});
  ASSERT_FALSE(outcome.has_value());
  EXPECT_THAT(outcome.error().message,
              testing::HasSubstr("task.heads: 3 do not divide task.width (16)"));
}

}  // namespace
}  // namespace actsearch::evaluators
