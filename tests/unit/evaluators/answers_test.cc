// Tasks that answer without training: tables and noop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "evaluators/tables/table.h"
#include "tests/unit/evaluators/evaluator_bed.h"

namespace actsearch::evaluators {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// What a training of the table below came to: on the select split 0.01 more than on the search
// split, on the final split 0.02 more.
tables::Training Kept(double loss, double accuracy, std::vector<double> rungs) {
  return {.losses = {loss, loss + 0.01, loss + 0.02},
          .accuracies = {accuracy, accuracy, accuracy - 0.1},
          .rung_losses = std::move(rungs),
          .seconds = 1};
}

// A table of two functions, three trainings each, with losses at steps 10 and 20 of 30.
class TableTest : public ::testing::Test {
 protected:
  TableTest() : folder_(std::filesystem::path(::testing::TempDir()) / "actsearch_table_test") {
    tables::Table table;
    table.task.steps = 30;
    table.task.fields = Hidden({64});
    table.rungs = {10, 20};
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / tables::kTableFile)
        << tables::HeaderText(table)
        << tables::RowText(
               {"relu(x)",
                0,
                {Kept(0.25, 0.9, {1, 0.5}), Kept(0.35, 0.8, {2, 1}), Kept(0.5, 0.7, {2, 1})}})
        << "\n"
        << tables::RowText({"square(x)",
                            0,
                            {Kept(HUGE_VAL, 0, {9}), Kept(3, 0.1, {5, 4}), Kept(3, 0.1, {5, 4})}})
        << "\n";
    trial_.candidate = "max(x, 0)";
    trial_.task.name = "table";
    trial_.task.data_dir = folder_.string();
    trial_.task.steps = 30;
    trial_.gates.chance = false;
    evaluator_ = *MakeEvaluator({});
  }
  ~TableTest() override { std::filesystem::remove_all(folder_); }

  std::string MessageOf(const Trial& trial) {
    const auto outcome = evaluator_->Evaluate(trial, {});
    return outcome ? "no error" : outcome.error().message;
  }

  std::filesystem::path folder_;
  Trial trial_;
  std::unique_ptr<Evaluator> evaluator_;
};

TEST_F(TableTest, AnswersByFunctionAndReplicate) {
  EXPECT_EQ(evaluator_->Evaluate(trial_, {})->Loss(), 0.25);
  trial_.replicate = 1;
  EXPECT_EQ(evaluator_->Evaluate(trial_, {})->Loss(), 0.35);
  EXPECT_EQ(AccuracyOf(*evaluator_->Evaluate(trial_, {})), 0.8);
  trial_.replicate = 2;
  EXPECT_THAT(evaluator_->Evaluate(trial_, {}).error().message,
              HasSubstr("it keeps 2 trainings of each function for the search split; lower"));
}

// What a search saw counts neither for a choice nor for the end.
TEST_F(TableTest, OtherSplitsHaveTrainingsAndLossesOfTheirOwn) {
  trial_.split = Split::kSelect;
  EXPECT_EQ(evaluator_->Evaluate(trial_, {})->Loss(), 0.51);
  trial_.split = Split::kFinal;
  EXPECT_EQ(evaluator_->Evaluate(trial_, {})->Loss(), 0.52);
  EXPECT_DOUBLE_EQ(AccuracyOf(*evaluator_->Evaluate(trial_, {})), 0.6);
  trial_.replicate = 1;
  EXPECT_THAT(MessageOf(trial_), HasSubstr("keeps 1 trainings of each function for the final"));
}

TEST_F(TableTest, HurdlesActOnTheKeptLosses) {
  trial_.hurdles = {{10, 1.5}, {20, 0.4}};
  const Outcome outcome = *evaluator_->Evaluate(trial_, {});
  EXPECT_EQ(outcome.status, Status::kRejected);
  EXPECT_EQ(outcome.rejection->stage, "hurdle");
  ASSERT_EQ(outcome.rungs.size(), 2u);
  EXPECT_EQ(outcome.rungs[1].loss, 0.5);
}

TEST_F(TableTest, ATrainingThatBlewUpIsRejected) {
  trial_.candidate = "x * x";
  EXPECT_EQ(evaluator_->Evaluate(trial_, {})->rejection->rule, "non_finite");
  trial_.replicate = 1;
  EXPECT_EQ(evaluator_->Evaluate(trial_, {})->Loss(), 3);
}

TEST_F(TableTest, ItsDigestTellsTablesApart) {
  const auto facts = evaluator_->Probe(trial_.task);
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->digest.size(), 16u);
  EXPECT_EQ(evaluator_->Evaluate(trial_, {})->data_digest, facts->digest);
  trial_.task.digest = "0123456789abcdef";
  EXPECT_THAT(MessageOf(trial_),
              AllOf(HasSubstr(facts->digest), HasSubstr("these are other data")));
  std::ofstream(folder_ / tables::kTableFile, std::ios::app)
      << tables::RowText({"sin(x)",
                          0,
                          {Kept(1, 0.5, {2, 1}), Kept(1, 0.5, {2, 1}), Kept(1, 0.5, {2, 1})}})
      << "\n";
  trial_.task.digest.clear();
  EXPECT_NE(MakeEvaluator({}).value()->Probe(trial_.task)->digest, facts->digest);
}

TEST_F(TableTest, AProbeSaysWhetherTheJobFits) {
  trial_.task.steps = 40;
  const auto facts = evaluator_->Probe(trial_.task);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(facts.error().message, HasSubstr("task.steps is 40; its trainings took 30"));
}

TEST_F(TableTest, SaysWhatItDoesNotKeep) {
  Trial other = trial_;
  other.candidate = "tanh(x)";
  EXPECT_THAT(MessageOf(other), HasSubstr("not among its functions"));
  other = trial_;
  other.hurdles = {{15, 1}};
  EXPECT_THAT(MessageOf(other), AllOf(HasSubstr("step 15"), HasSubstr("10, 20, 30")));
  other = trial_;
  other.task.steps = 40;
  EXPECT_THAT(MessageOf(other), HasSubstr("task.steps"));
  other = trial_;
  other.task.data_dir += "/none";
  EXPECT_NE(MessageOf(other), "no error");
}

// Reading it would wait without end.
TEST_F(TableTest, APipeIsNoTable) {
  const std::filesystem::path pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  trial_.task.data_dir = pipe.string();
  EXPECT_THAT(MessageOf(trial_), HasSubstr("is no regular file"));
}

TEST_F(TableTest, DamagedFilesAreToldWithTheirLine) {
  std::ofstream(folder_ / tables::kTableFile, std::ios::app) << "tanh(x)\t|bad|\n";
  EXPECT_THAT(MessageOf(trial_), HasSubstr("is not rule|losses|accuracies"));
}

TEST(NoopTest, AnswersAtOnceAndDependsOnFormulaAndSeed) {
  const auto evaluator = *MakeEvaluator({});
  Trial trial;
  trial.task.name = "noop";
  trial.gates = {.probes = false, .chance = false};
  trial.candidate = "x";
  const auto loss = [&] { return evaluator->Evaluate(trial, {})->Loss(); };
  const double first = loss();
  EXPECT_EQ(first, loss());
  trial.seed = 1;
  EXPECT_NE(first, loss());
  EXPECT_NEAR(first, loss(), 0.05);
  trial.candidate = "sin(x)";
  EXPECT_GT(std::fabs(first - loss()), 0.05);

  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 20000; ++i) {
    trial.seed = static_cast<std::uint64_t>(i);
    ASSERT_EQ(evaluator->Evaluate(trial, {})->status, Status::kScored);
  }
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  EXPECT_LT(passed.count(), 1.0) << "20,000 answers; far below a tenth of it on an idle machine";
}

TEST(NoopTest, ObeysHurdlesAuditsAndGates) {
  const auto evaluator = *MakeEvaluator({});
  Trial trial;
  trial.task.name = "noop";
  trial.candidate = "sigmoid(x)";
  trial.gates.chance = false;
  trial.hurdles = {{100, kNever}, {200, 0.01}};
  Outcome outcome = *evaluator->Evaluate(trial, {});
  EXPECT_EQ(outcome.status, Status::kRejected);
  EXPECT_EQ(outcome.rejection->stage, "hurdle");
  ASSERT_EQ(outcome.rungs.size(), 2u);
  EXPECT_GT(outcome.rungs[0].loss, outcome.rungs[1].loss);
  trial.hurdles.clear();
  trial.candidate = "x";
  EXPECT_EQ(evaluator->Evaluate(trial, {})->rejection->rule, "linear");
  trial.candidate = "no formula";
  EXPECT_FALSE(evaluator->Evaluate(trial, {}).has_value());
  trial.gates.probes = false;
  EXPECT_TRUE(evaluator->Evaluate(trial, {}).has_value()) << "only the gates read the formula";
}

}  // namespace
}  // namespace actsearch::evaluators
