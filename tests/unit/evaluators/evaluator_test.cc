// Trials through the public interface, on generated glyphs.
#include "evaluators/evaluator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <string>

#include "evaluators/canary.h"
#include "evaluators/device.h"
#include "evaluators/tables/table.h"
#include "evaluators/tasks/task.h"
#include "tests/support/process.h"

namespace actsearch::evaluators {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr double kNever = std::numeric_limits<double>::infinity();

Trial SmallMlp(std::string formula = "x * sigmoid(x)") {
  Trial trial;
  trial.formula = std::move(formula);
  trial.task = {.name = "mlp",
                .dataset = "glyphs",
                .steps = 60,
                .batch = 64,
                .learning_rate = 3e-3,
                .hidden = {32, 32}};
  trial.gates.chance_steps = 30;
  return trial;
}

Trial SmallCnn(std::string normalization) {
  Trial trial = SmallMlp();
  trial.task = {.name = "cnn",
                .dataset = "glyphs",
                .steps = 60,
                .batch = 32,
                .learning_rate = 1e-2,
                .hidden = {8, 12},
                .normalization = normalization};
  return trial;
}

TEST(Tasks, AreThoseThatJobFilesMayName) {
  EXPECT_THAT(tasks::Tasks().Names(), ::testing::ElementsAreArray(kTaskNames));
}

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
Evaluator* EvaluatorTest::evaluator_ = nullptr;

// Everything but the timing.
void ExpectSame(const Outcome& a, const Outcome& b) {
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.loss, b.loss);
  EXPECT_EQ(a.accuracy, b.accuracy);
  EXPECT_EQ(a.rungs, b.rungs);
  EXPECT_EQ(a.rejection, b.rejection);
  EXPECT_EQ(a.audit, b.audit);
}

// Half-way a record, which must not change the rest.
Trial WithRung(Trial trial) {
  trial.hurdles = {{trial.task.steps / 2, kNever}};
  return trial;
}

TEST_F(EvaluatorTest, MlpLearnsGlyphs) {
  Trial trial = SmallMlp();
  trial.task.steps = 150;
  const Outcome outcome = Evaluate(trial);
  EXPECT_EQ(outcome.status, Status::kScored);
  EXPECT_GT(outcome.accuracy, 0.75);
  EXPECT_LT(outcome.loss, 0.9);
  EXPECT_GT(outcome.timing.total_seconds, 0);
  EXPECT_GT(outcome.timing.seconds_per_step, 0);
  EXPECT_LT(outcome.timing.seconds_per_step * 150, outcome.timing.total_seconds * 3);
}

TEST_F(EvaluatorTest, CnnLearnsGlyphsWithAndWithoutNormalization) {
  for (const char* normalization : {"none", "batch"}) {
    const Outcome outcome = Evaluate(SmallCnn(normalization));
    EXPECT_EQ(outcome.status, Status::kScored) << normalization;
    EXPECT_GT(outcome.accuracy, 0.25) << normalization;
    EXPECT_LT(outcome.loss, 2.1) << normalization;
  }
}

TEST_F(EvaluatorTest, MlpTakesBatchNorm) {
  Trial trial = SmallMlp();
  trial.task.normalization = "batch";
  EXPECT_GT(Evaluate(trial).accuracy, 0.5);
}

TEST_F(EvaluatorTest, SameTrialSameBits) {
  for (const Trial& trial : {WithRung(SmallMlp("x * sigmoid(b * x) where b: channel = 1")),
                             WithRung(SmallCnn("batch"))}) {
    const Outcome first = Evaluate(trial);
    Evaluate(SmallMlp("tanh(x)"));  // what ran in between leaves no trace
    ExpectSame(first, Evaluate(trial));
  }
}

TEST_F(EvaluatorTest, OtherProcessesGetTheSameBits) {
  const std::vector<std::string> command = {
      ACTSEARCH_EVALUATE, "x * sigmoid(x)", "--steps",  "60",    "--batch", "64",
      "--learning-rate",  "0.003",          "--hidden", "32,32", "--seeds", "1"};
  const test::Ended ended = test::Run(command, std::chrono::seconds(60));
  ASSERT_EQ(ended.status, 0) << ended.errors;
  char loss[64];
  std::snprintf(loss, sizeof loss, " loss=%.9f ", Evaluate(SmallMlp()).loss);
  EXPECT_THAT(ended.output, HasSubstr(loss));
}

TEST_F(EvaluatorTest, SeedAndSplitMatter) {
  const Trial trial = SmallMlp();
  Trial other_seed = trial, other_split = trial;
  other_seed.seed = 1;
  other_split.split = Split::kSelect;
  const double loss = Evaluate(trial).loss;
  EXPECT_NE(Evaluate(other_seed).loss, loss);
  EXPECT_NE(Evaluate(other_split).loss, loss);
}

TEST_F(EvaluatorTest, RecordingARungChangesNothingElse) {
  const Trial plain = SmallMlp();
  const Outcome with = Evaluate(WithRung(plain));
  ASSERT_EQ(with.rungs.size(), 1u);
  EXPECT_EQ(with.rungs[0].step, 30);
  EXPECT_GT(with.rungs[0].loss, with.loss);
  EXPECT_EQ(with.loss, Evaluate(plain).loss);
}

TEST_F(EvaluatorTest, HurdlesStopTrials) {
  Trial trial = SmallMlp();
  trial.hurdles = {{10, kNever}, {20, 0.01}, {40, kNever}};
  const Outcome outcome = Evaluate(trial);
  EXPECT_EQ(outcome.status, Status::kRejected);
  ASSERT_TRUE(outcome.rejection);
  EXPECT_EQ(outcome.rejection->stage, "hurdle");
  EXPECT_THAT(outcome.rejection->detail, AllOf(HasSubstr("20 steps"), HasSubstr("0.01")));
  EXPECT_EQ(outcome.rungs.size(), 2u) << "those reached";
  EXPECT_FALSE(outcome.audit);
}

TEST_F(EvaluatorTest, AuditsTrainOnAndReportBoth) {
  Trial trial = SmallMlp();
  const Outcome free = Evaluate(trial);
  trial.hurdles = {{20, 0.01}, {40, 0.005}};
  trial.audit = true;
  const Outcome audited = Evaluate(trial);
  EXPECT_EQ(audited.status, Status::kRejected);
  ASSERT_TRUE(audited.rejection && audited.audit);
  EXPECT_THAT(audited.rejection->detail, HasSubstr("20 steps")) << "the first rejection counts";
  EXPECT_EQ(audited.rungs.size(), 2u);
  EXPECT_EQ(*audited.audit, (RungValue{60, free.loss, free.accuracy}));
}

TEST_F(EvaluatorTest, AuditsOfGatesTrainToo) {
  Trial trial = SmallMlp("x");
  EXPECT_FALSE(Evaluate(trial).audit);
  trial.audit = true;
  const Outcome audited = Evaluate(trial);
  EXPECT_EQ(audited.status, Status::kRejected);
  EXPECT_EQ(audited.rejection->rule, "linear");
  ASSERT_TRUE(audited.audit);
  EXPECT_GT(audited.audit->accuracy, 0.5);
}

TEST_F(EvaluatorTest, GatesCanBeOff) {
  Trial trial = SmallMlp("x");
  EXPECT_EQ(Evaluate(trial).rejection->stage, "probe");
  trial.gates.probes = false;
  EXPECT_EQ(Evaluate(trial).status, Status::kScored);
}

TEST_F(EvaluatorTest, NoBetterThanChanceIsRejected) {
  Trial trial = SmallMlp("sin(2)");  // no signal from the input arrives
  trial.gates.probes = false;
  const Outcome outcome = Evaluate(trial);
  EXPECT_EQ(outcome.status, Status::kRejected);
  EXPECT_EQ(outcome.rejection->stage, "training");
  EXPECT_EQ(outcome.rejection->rule, "chance");
  trial.gates.chance = false;
  EXPECT_EQ(Evaluate(trial).status, Status::kScored);
}

TEST_F(EvaluatorTest, TrainingThatBlowsUpIsRejected) {
  Trial trial = SmallMlp("exp(exp(x))");
  trial.gates.probes = false;
  trial.audit = true;
  const Outcome outcome = Evaluate(trial);
  EXPECT_EQ(outcome.status, Status::kRejected);
  EXPECT_EQ(outcome.rejection->stage, "training");
  EXPECT_EQ(outcome.rejection->rule, "non_finite");
  EXPECT_FALSE(outcome.audit) << "there is no loss to report";
}

TEST_F(EvaluatorTest, CancelEndsTheTrial) {
  std::atomic<bool> cancel = false;
  int calls = 0;
  Control control{.on_progress =
                      [&](const Progress& progress) {
                        ++calls;
                        EXPECT_GT(progress.step, 0);
                        EXPECT_EQ(progress.steps, 60);
                        EXPECT_TRUE(std::isfinite(progress.loss));
                        cancel = progress.step >= 20;
                      },
                  .cancel = &cancel};
  EXPECT_EQ(Evaluate(SmallMlp(), control).status, Status::kCancelled);
  EXPECT_EQ(calls, 2);
}

TEST_F(EvaluatorTest, TooLargeForMemoryIsAnOutcome) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer's allocator ends the process instead of refusing";
#endif
  Trial trial = SmallMlp();
  trial.task.hidden = {1 << 30, 1 << 30};  // 2^62 bytes
  EXPECT_EQ(Evaluate(trial).status, Status::kOutOfMemory);
}

TEST_F(EvaluatorTest, WrongTrialsAreErrors) {
  const auto changed = [](auto change) {
    Trial trial = SmallMlp();
    change(trial);
    return ErrorOf(trial);
  };
  EXPECT_THAT(changed([](Trial& t) { t.task.name = "mpl"; }), HasSubstr("mlp"));
  EXPECT_THAT(changed([](Trial& t) { t.task.dataset = "glyph"; }), HasSubstr("glyphs"));
  EXPECT_THAT(changed([](Trial& t) { t.formula = "x * sigmoit(x)"; }), HasSubstr("sigmoid"));
  EXPECT_THAT(changed([](Trial& t) { t.task.steps = 0; }), HasSubstr("task.steps is 0"));
  EXPECT_THAT(changed([](Trial& t) { t.task.batch = 1; }), HasSubstr("task.batch is 1"));
  EXPECT_THAT(changed([](Trial& t) { t.task.learning_rate = NAN; }), HasSubstr("learning_rate"));
  EXPECT_THAT(changed([](Trial& t) { t.task.hidden = {8, 0}; }), HasSubstr("task.hidden is 0"));
  EXPECT_THAT(changed([](Trial& t) { t.task.normalization = "bach"; }), HasSubstr("'bach'"));
  EXPECT_THAT(changed([](Trial& t) { t.hurdles = {{61, 1.0}}; }), HasSubstr("61"));
  EXPECT_THAT(changed([](Trial& t) { t.hurdles = {{20, 1.0}, {20, 1.0}}; }), HasSubstr("20"));
  EXPECT_THAT(changed([](Trial& t) {
                t.task.dataset = "mnist";
                t.task.data_dir = "/nonexistent/folder";
              }),
              HasSubstr("/nonexistent/folder"));
}

TEST_F(EvaluatorTest, DescribesWhatItRunsOn) {
  const std::string text = evaluator_->Description();
  EXPECT_THAT(text, AllOf(HasSubstr("cpu"), HasSubstr("LibTorch"), HasSubstr(LoadedBlas().name)));
}

TEST(MakeEvaluatorTest, RefusesDevicesThatAreNotThere) {
  for (const char* device : {"gpu", "cuda:", "cuda:x", "cuda:99", "cpu:1", ""}) {
    const auto made = MakeEvaluator({.device = device});
    ASSERT_FALSE(made.has_value()) << device;
    EXPECT_EQ(made.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(made.error().message, HasSubstr(std::string("'") + device + "'"));
  }
  EXPECT_FALSE(MakeEvaluator({.threads = 0}).has_value());
}

TEST(MakeEvaluatorTest, TheReferenceBlasIsRefusedWithTheRemedy) {
  EXPECT_TRUE(CheckBlas({"OpenBLAS 0.3.21", false}).has_value());
  const Result<void> refused = CheckBlas({"reference BLAS", true});
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("update-alternatives"));
}

TEST_F(EvaluatorTest, CanaryPassesHere) {
  const Result<void> canary = evaluator_->Canary();
  EXPECT_TRUE(canary.has_value()) << canary.error().message;
}

TEST_F(EvaluatorTest, CanaryFailsOnAnotherLoss) {
  KnownScore known = KnownSiluScore();
  known.loss *= 1.02;
  const Result<void> canary = CheckScore(*evaluator_, known);
  ASSERT_FALSE(canary.has_value());
  EXPECT_EQ(canary.error().code, ErrorCode::kInternal);
  EXPECT_THAT(canary.error().message, HasSubstr("cannot be trusted"));
}

TEST_F(EvaluatorTest, CanaryFailsOnAnotherFunction) {
  KnownScore known = KnownSiluScore();
  known.trial.formula = "tanh(x)";
  EXPECT_FALSE(CheckScore(*evaluator_, known).has_value());
  EXPECT_TRUE(CheckKernels("tanh(x)", "1 - 2 / (exp(2 * x) + 1)", "cpu").has_value());
  EXPECT_FALSE(CheckKernels("1.001 * tanh(x)", "tanh(x)", "cpu").has_value());
  EXPECT_FALSE(CheckKernels("tanh(x) + 0.0001 * sin(100 * x)", "tanh(x)", "cpu").has_value())
      << "the value is near, the slope is not";
}

TEST_F(EvaluatorTest, CudaScoresLikeTheCpu) {
  const auto cuda = MakeEvaluator({.device = "cuda"});
  if (!cuda) GTEST_SKIP() << cuda.error().message;
  for (const Trial& trial : {SmallMlp(), SmallCnn("batch")}) {
    const Result<Outcome> there = (*cuda)->Evaluate(trial, {});
    ASSERT_TRUE(there.has_value()) << there.error().message;
    EXPECT_NEAR(there->loss, Evaluate(trial).loss, 0.05);
  }
  EXPECT_TRUE((*cuda)->Canary().has_value());
}

TEST_F(EvaluatorTest, EachLayerMayHaveItsOwnFunction) {
  const auto loss = [](std::string formula) { return Evaluate(SmallMlp(std::move(formula))).loss; };
  const double relu = loss("relu(x)");
  EXPECT_EQ(loss("relu(x); relu(x)"), relu);
  EXPECT_NE(loss("relu(x); tanh(x)"), relu);
  EXPECT_NE(loss("relu(x); tanh(x)"), loss("tanh(x); relu(x)"));

  const auto wrong = evaluator_->Evaluate(SmallMlp("relu(x); tanh(x); relu(x)"), {});
  ASSERT_FALSE(wrong.has_value());
  EXPECT_THAT(wrong.error().message, AllOf(HasSubstr("3 functions"), HasSubstr("2 activation")));
  const Outcome rejected = Evaluate(SmallMlp("relu(x); 2 * x"));
  EXPECT_EQ(rejected.rejection->rule, "linear");
  EXPECT_THAT(rejected.rejection->detail, HasSubstr("function 2: "));
}

// A table of two functions, two trainings each, with losses at steps 10 and 20 of 30.
class TableTest : public ::testing::Test {
 protected:
  TableTest() : folder_(std::filesystem::path(::testing::TempDir()) / "actsearch_table_test") {
    tables::Table table;
    table.task.steps = 30;
    table.rungs = {10, 20};
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / tables::kTableFile)
        << tables::HeaderText(table)
        << tables::RowText({"relu(x)", 0, {{"", 0.25, 0.9, {1, 0.5}, 1}, {"", 0.35, 0.8, {2, 1}, 1}}})
        << "\n"
        << tables::RowText({"square(x)", 0, {{"", HUGE_VAL, 0, {9}, 1}, {"", 3, 0.1, {5, 4}, 1}}})
        << "\n";
    trial_.formula = "max(x, 0)";
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

TEST_F(TableTest, AnswersByFunctionAndSeed) {
  EXPECT_EQ(evaluator_->Evaluate(trial_, {})->loss, 0.25);
  trial_.seed = 3;
  EXPECT_EQ(evaluator_->Evaluate(trial_, {})->loss, 0.35);
  EXPECT_EQ(evaluator_->Evaluate(trial_, {})->accuracy, 0.8);
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
  trial_.formula = "x * x";
  EXPECT_EQ(evaluator_->Evaluate(trial_, {})->rejection->rule, "non_finite");
  trial_.seed = 1;
  EXPECT_EQ(evaluator_->Evaluate(trial_, {})->loss, 3);
}

TEST_F(TableTest, SaysWhatItDoesNotKeep) {
  Trial other = trial_;
  other.formula = "tanh(x)";
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

TEST_F(TableTest, DamagedFilesAreToldWithTheirLine) {
  std::ofstream(folder_ / tables::kTableFile, std::ios::app) << "tanh(x)\t|bad|\n";
  EXPECT_THAT(MessageOf(trial_), HasSubstr("is not rule|loss|accuracy"));
}

TEST(NoopTest, AnswersAtOnceAndDependsOnFormulaAndSeed) {
  const auto evaluator = *MakeEvaluator({});
  Trial trial;
  trial.task.name = "noop";
  trial.gates = {.probes = false, .chance = false};
  trial.formula = "x";
  const auto loss = [&] { return evaluator->Evaluate(trial, {})->loss; };
  const double first = loss();
  EXPECT_EQ(first, loss());
  trial.seed = 1;
  EXPECT_NE(first, loss());
  EXPECT_NEAR(first, loss(), 0.05);
  trial.formula = "sin(x)";
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
  trial.formula = "sigmoid(x)";
  trial.gates.chance = false;
  trial.hurdles = {{100, kNever}, {200, 0.01}};
  Outcome outcome = *evaluator->Evaluate(trial, {});
  EXPECT_EQ(outcome.status, Status::kRejected);
  EXPECT_EQ(outcome.rejection->stage, "hurdle");
  ASSERT_EQ(outcome.rungs.size(), 2u);
  EXPECT_GT(outcome.rungs[0].loss, outcome.rungs[1].loss);
  trial.audit = true;
  outcome = *evaluator->Evaluate(trial, {});
  ASSERT_TRUE(outcome.audit);
  EXPECT_EQ(outcome.audit->step, 300);

  trial.hurdles.clear();
  trial.formula = "x";
  EXPECT_EQ(evaluator->Evaluate(trial, {})->rejection->rule, "linear");
  trial.formula = "no formula";
  EXPECT_FALSE(evaluator->Evaluate(trial, {}).has_value());
  trial.gates.probes = false;
  EXPECT_TRUE(evaluator->Evaluate(trial, {}).has_value()) << "only the gates read the formula";
}

}  // namespace
}  // namespace actsearch::evaluators
