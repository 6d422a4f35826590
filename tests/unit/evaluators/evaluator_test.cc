// Trials through the public interface, on generated glyphs.
#include "evaluators/evaluator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include "evaluators/device.h"
#include "evaluators/tasks/task.h"
#include "tests/support/process.h"
#include "tests/unit/evaluators/evaluator_bed.h"

namespace actsearch::evaluators {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// This process may grow by so many bytes only, while it lives.
class AddressSpaceLimit {
 public:
  explicit AddressSpaceLimit(std::size_t room) {
    std::ifstream statm("/proc/self/statm");
    std::size_t pages = 0;
    statm >> pages;
    getrlimit(RLIMIT_AS, &before_);
    rlimit limit = before_;
    limit.rlim_cur = pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) + room;
    setrlimit(RLIMIT_AS, &limit);
  }
  ~AddressSpaceLimit() { setrlimit(RLIMIT_AS, &before_); }
  AddressSpaceLimit(const AddressSpaceLimit&) = delete;
  AddressSpaceLimit& operator=(const AddressSpaceLimit&) = delete;

 private:
  rlimit before_{};
};

TEST(Tasks, AreThoseThatJobFilesMayName) {
  EXPECT_THAT(tasks::Tasks().Names(), ::testing::ElementsAreArray(catalogue::Tasks().Names()));
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
  EXPECT_GT(AccuracyOf(outcome), 0.75);
  EXPECT_LT(outcome.Loss(), 0.9);
  EXPECT_GT(outcome.timing.total_seconds, 0);
  EXPECT_GT(outcome.timing.seconds_per_step, 0);
  EXPECT_LT(outcome.timing.seconds_per_step * 150, outcome.timing.total_seconds * 3);
}

TEST_F(EvaluatorTest, CnnLearnsGlyphsWithAndWithoutNormalization) {
  for (const char* norm : {"none", "batch_norm"}) {
    const Outcome outcome = Evaluate(SmallCnn(norm));
    EXPECT_EQ(outcome.status, Status::kScored) << norm;
    EXPECT_GT(AccuracyOf(outcome), 0.25) << norm;
    EXPECT_LT(outcome.Loss(), 2.1) << norm;
  }
}

TEST_F(EvaluatorTest, MlpTakesBatchNorm) {
  Trial trial = SmallMlp();
  trial.sites.fill = {"norm=batch_norm"};
  EXPECT_GT(AccuracyOf(Evaluate(trial)), 0.5);
}

TEST_F(EvaluatorTest, SameTrialSameBits) {
  for (const Trial& trial : {WithRung(SmallMlp("x * sigmoid(b * x) where b: channel = 1")),
                             WithRung(SmallCnn("batch_norm")), WithRung(SmallResNet()),
                             SmallMlp("relu(x + normal(0, 0.1))")}) {
    const Outcome first = Evaluate(trial);
    Evaluate(SmallMlp("tanh(x)"));  // what ran in between leaves no trace
    ExpectSame(first, Evaluate(trial));
  }
}

TEST_F(EvaluatorTest, OtherProcessesGetTheSameBits) {
  const std::vector<std::string> command = {
      ACTSEARCH_EVALUATE, "x * sigmoid(x)", "--steps",  "60",    "--batch", "64",
      "--learning-rate",  "0.003",          "--field", "hidden=32,32", "--seeds", "1"};
  const test::Ended ended = test::Run(command, std::chrono::seconds(60));
  ASSERT_EQ(ended.status, 0) << ended.errors;
  char loss[64];
  std::snprintf(loss, sizeof loss, " loss=%.9f ", Evaluate(SmallMlp()).Loss());
  EXPECT_THAT(ended.output, HasSubstr(loss));
}

TEST_F(EvaluatorTest, SeedAndSplitMatter) {
  const Trial trial = SmallMlp();
  Trial other_seed = trial, other_split = trial;
  other_seed.seed = 1;
  other_split.split = Split::kSelect;
  const double loss = Evaluate(trial).Loss();
  EXPECT_NE(Evaluate(other_seed).Loss(), loss);
  EXPECT_NE(Evaluate(other_split).Loss(), loss);
}

TEST_F(EvaluatorTest, RecordingARungChangesNothingElse) {
  const Trial plain = SmallMlp();
  const Outcome with = Evaluate(WithRung(plain));
  ASSERT_EQ(with.rungs.size(), 1u);
  EXPECT_EQ(with.rungs[0].step, 30);
  EXPECT_GT(with.rungs[0].loss, with.Loss());
  EXPECT_EQ(with.Loss(), Evaluate(plain).Loss());
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
}

// The loss is that of the best stop, and training ends at the last.
TEST_F(EvaluatorTest, NobodyIsScoredPastTheBestStop) {
  Trial trial = SmallMlp();
  trial.task.fields["schedule"] = std::string("constant");
  trial.gates.chance = false;
  trial.stops = {1, 5, 40};
  trial.unit_losses = true;
  Outcome outcome;
  // Rates so high that more steps do harm, for one of them before the last stop.
  for (const double rate : {0.1, 0.3, 1.0, 3.0, 10.0}) {
    trial.task.learning_rate = rate;
    outcome = Evaluate(trial);
    if (outcome.status == Status::kScored && outcome.step < 40) break;
  }
  ASSERT_EQ(outcome.rungs.size(), 3u);
  const auto best = std::ranges::min_element(outcome.rungs, {}, &RungValue::loss);
  EXPECT_LT(best->step, 40);
  EXPECT_EQ(outcome.Loss(), best->loss);
  EXPECT_EQ(outcome.step, best->step);
  EXPECT_EQ(outcome.metrics, best->metrics);
  double mean = 0;
  for (const float loss : outcome.unit_losses) {
    mean += loss / static_cast<double>(outcome.unit_losses.size());
  }
  EXPECT_NEAR(mean, best->loss, 1e-5 * best->loss) << "unit losses are those of the best stop";
  trial.stops = {best->step};
  EXPECT_EQ(Evaluate(trial).Loss(), outcome.Loss()) << "stopping there is the same training";
}

TEST_F(EvaluatorTest, StopsMustAscendWithinTheSteps) {
  Trial trial = SmallMlp();
  trial.stops = {20, 20};
  EXPECT_THAT(ErrorOf(trial), HasSubstr("stop is 20"));
  trial.stops = {61};
  EXPECT_THAT(ErrorOf(trial), HasSubstr("at most task.steps = 60"));
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
  const Outcome outcome = Evaluate(trial);
  EXPECT_EQ(outcome.status, Status::kRejected);
  EXPECT_EQ(outcome.rejection->stage, "training");
  EXPECT_EQ(outcome.rejection->rule, "non_finite");
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

TEST_F(EvaluatorTest, TooLargeForMemoryEndsTheAttempt) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer's allocator ends the process instead of refusing";
#endif
  Trial trial = SmallMlp();
  trial.task.fields = Hidden(std::vector<std::int64_t>(32, 4096));  // 2 GB of weights
  const AddressSpaceLimit limit(std::size_t{256} << 20);
  const Result<Outcome> outcome = evaluator_->Evaluate(trial, {});
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, ErrorCode::kOutOfMemory) << outcome.error().message;
}

TEST_F(EvaluatorTest, WrongTrialsAreErrors) {
  const auto changed = [](auto change) {
    Trial trial = SmallMlp();
    change(trial);
    return ErrorOf(trial);
  };
  EXPECT_THAT(changed([](Trial& t) { t.task.name = "mpl"; }), HasSubstr("mlp"));
  EXPECT_THAT(changed([](Trial& t) { t.task.dataset = "glyph"; }), HasSubstr("glyphs"));
  EXPECT_THAT(changed([](Trial& t) { t.candidate = "x * sigmoit(x)"; }), HasSubstr("sigmoid"));
  EXPECT_THAT(changed([](Trial& t) { t.task.steps = 0; }), HasSubstr("task.steps is 0"));
  EXPECT_THAT(changed([](Trial& t) { t.task.batch = 1; }), HasSubstr("task.batch is 1"));
  EXPECT_THAT(changed([](Trial& t) { t.task.learning_rate = NAN; }), HasSubstr("learning_rate"));
  EXPECT_THAT(changed([](Trial& t) { t.task.fields = Hidden({8, 0}); }),
              HasSubstr("task.hidden: 0 is out of bounds"));
  EXPECT_THAT(changed([](Trial& t) { t.task.fields["widths"] = true; }), HasSubstr("hidden"));
  EXPECT_THAT(changed([](Trial& t) { t.sites.fill = {"norm=bach_norm"}; }),
              HasSubstr("batch_norm"));
  EXPECT_THAT(changed([](Trial& t) { t.sites.searched = {"layer9"}; }), HasSubstr("layer2"));
  EXPECT_THAT(changed([](Trial& t) { t.sites.searched = {"norm"}; }), HasSubstr("role norm"));
  EXPECT_THAT(changed([](Trial& t) { t.space = "activation"; }), HasSubstr("activations"));
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
}

TEST(MakeEvaluatorTest, TheReferenceBlasIsRefusedWithTheRemedy) {
  EXPECT_TRUE(CheckBlas({"OpenBLAS 0.3.21", false}).has_value());
  const Result<void> refused = CheckBlas({"reference BLAS", true});
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("update-alternatives"));
}

// The same function, once through fused passes and once, for its draw, through LibTorch's
// operations: the draw adds 0.
TEST_F(EvaluatorTest, TheFallBackLearnsAsTheFusedPassesDo) {
  for (const char* norm : {"none", "batch_norm"}) {
    Trial trial = SmallMlp("relu(x)");
    trial.sites.fill = {std::string("norm=") + norm};
    const double fused = Evaluate(trial).Loss();
    trial.candidate = "relu(x + normal(0, 0))";
    EXPECT_NEAR(Evaluate(trial).Loss(), fused, 0.01 * fused) << norm;
  }
}

TEST_F(EvaluatorTest, DrawsAreTheTrialsOwn) {
  const Trial trial = SmallMlp("relu(x + normal(0, 0.2))");
  const double first = Evaluate(trial).Loss();
  EXPECT_EQ(Evaluate(trial).Loss(), first);
  EXPECT_NE(Evaluate(SmallMlp("relu(x)")).Loss(), first) << "the draws do something";
}

TEST_F(EvaluatorTest, OutcomesNameTheirData) {
  const auto facts = evaluator_->Probe(SmallMlp().task);
  ASSERT_TRUE(facts.has_value()) << facts.error().message;
  EXPECT_EQ(facts->inputs.shape, Spatial(1, 28, 28));
  EXPECT_EQ(facts->targets.classes, 16);
  EXPECT_THAT(facts->Rows(), ::testing::ElementsAre(6000, 1000, 1000, 2000));
  EXPECT_EQ(Evaluate(SmallMlp()).data_digest, facts->digest);
  EXPECT_EQ(Evaluate(SmallMlp("x")).data_digest, facts->digest) << "rejected by a gate";

  Trial pinned = SmallMlp();
  pinned.task.digest = facts->digest;
  EXPECT_EQ(Evaluate(pinned).status, Status::kScored);
  pinned.task.digest = "0123456789abcdef";
  const Result<Outcome> other = evaluator_->Evaluate(pinned, {});
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code, ErrorCode::kPrecondition);
  EXPECT_THAT(other.error().message,
              AllOf(HasSubstr(facts->digest), HasSubstr("0123456789abcdef")));
}

TEST_F(EvaluatorTest, UnitLossesComeHomeWhenAskedFor) {
  Trial trial = SmallMlp();
  EXPECT_TRUE(Evaluate(trial).unit_losses.empty());
  trial.unit_losses = true;
  const Outcome outcome = Evaluate(trial);
  ASSERT_EQ(outcome.unit_losses.size(), 1000u);
  double mean = 0;
  for (const float loss : outcome.unit_losses) mean += loss / 1000.0;
  EXPECT_NEAR(mean, outcome.Loss(), 1e-9);
}

TEST_F(EvaluatorTest, OtherSplitsAreScoredByTheSameNetwork) {
  Trial trial = SmallMlp();
  const auto loss_on = [&](Split split) {
    trial.split = split;
    return Evaluate(trial).Loss();
  };
  const std::map<Split, double> expected = {{Split::kSelect, loss_on(Split::kSelect)},
                                            {Split::kFinal, loss_on(Split::kFinal)}};
  std::map<Split, double> seen;
  Control control;
  control.on_other_split = [&](Split split, const RungValue& value) { seen[split] = value.loss; };
  trial.split = Split::kSearch;
  Evaluate(trial, control);
  EXPECT_EQ(seen, expected);
}

TEST_F(EvaluatorTest, ParametersAreShownBeforeAndAfter) {
  std::map<std::string, std::vector<float>> before, after;
  const Control control{
      .on_parameters = [&](const ParameterValues& p) {
        auto& values = p.step == 0 ? before : after;
        values[std::string(p.name)].assign(p.values.begin(), p.values.end());
      }};
  Evaluate(SmallMlp("x * sigmoid(b * x) where b: channel = 1"), control);
  ASSERT_EQ(before.size(), 8u);
  for (const auto& [name, values] : before) EXPECT_NE(after[name], values) << name;
  EXPECT_THAT(before["layer1.activation.b"], ::testing::Each(1.0f));
  EXPECT_EQ(before["layer1_linear.weight"].size(), 784u * 32);
}

TEST_F(EvaluatorTest, CudaScoresLikeTheCpu) {
  const auto cuda = MakeEvaluator({.device = "cuda"});
  if (!cuda) GTEST_SKIP() << cuda.error().message;
  for (const Trial& trial : {SmallMlp(), SmallCnn("batch_norm"), SmallResNet()}) {
    const Result<Outcome> there = (*cuda)->Evaluate(trial, {});
    ASSERT_TRUE(there.has_value()) << there.error().message;
    EXPECT_NEAR(there->Loss(), Evaluate(trial).Loss(), 0.05);
  }
  EXPECT_TRUE((*cuda)->Sing(Canary::kWhole).has_value());
}

}  // namespace
}  // namespace actsearch::evaluators
