// What one run must not do to the next, rules 5 to 8: modes, memory, random numbers, scripts.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/jit.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "evaluators/device.h"
#include "evaluators/evaluator.h"
#include "evaluators/training/score.h"
#include "tests/support/process.h"
#include "tests/unit/evaluators/autograd_rules/networks.h"

namespace actsearch::test {
namespace {

// Before the first large tensor, as in a worker.
class LibrariesConfigured : public ::testing::Environment {
 public:
  void SetUp() override { evaluators::ConfigureLibraries(); }
};
const auto* const kLibraries = ::testing::AddGlobalTestEnvironment(new LibrariesConfigured);

constexpr char kDraws[] = "relu(x) + uniform(0.1, 0.3) * min0(x)";

// Source files of the evaluators that hold a match.
std::vector<std::string> FilesWith(const std::regex& pattern) {
  std::vector<std::string> found;
  const std::filesystem::path root = std::filesystem::path(ACTSEARCH_SOURCE_DIR) / "evaluators";
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string extension = entry.path().extension();
    if (extension != ".cc" && extension != ".h") continue;
    ++files;
    const std::string text = ReadFile(entry.path());
    if (std::regex_search(text, pattern)) found.push_back(entry.path().filename());
  }
  EXPECT_GT(files, 100);
  return found;
}

TEST(AutogradRules, Rule5NothingUsesInferenceMode) {
  EXPECT_EQ(FilesWith(std::regex("InferenceMode")), std::vector<std::string>());
}

TEST(AutogradRules, Rule5ScoringBetweenStepsLeavesTheNextOneRight) {
  for (const auto& [name, spec] : EveryNetwork(kDraws)) {
    const MadeUpRows data = RowsFor(spec, 300);
    const std::vector<training::Examples> batches = TakeBatches(data, 16, 3, 1);
    Trainee plain(spec, data.Facts(), 1e-3), scored(spec, data.Facts(), 1e-3);
    training::Scorer scorer(data, datasets::Subset::kSearch, plain.loss(), 1, at::kCPU);
    for (Trainee* trainee : {&plain, &scored}) {
      trainee->Initialize(1, batches[0].inputs);
      for (const training::Examples& batch : batches) {
        trainee->Step(batch);
        if (trainee == &scored) scorer.Score(trainee->network());
      }
    }
    EXPECT_TRUE(plain.network().Flat().equal(scored.network().Flat())) << name;
    EXPECT_EQ(scorer.Score(plain.network()).loss, scorer.Score(scored.network()).loss) << name;
  }
}

std::int64_t PageFaults() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_minflt;
}

// Of a step once the heap has found its size; its arrays are 2 MB each, 512 pages.
std::int64_t FaultsOfAStep() {
  const MadeUpRows data(32, Spatial(3, 32, 32));
  const std::vector<training::Examples> batches = TakeBatches(data, 32, 1, 1);
  NetworkSpec spec = SmallSpec("cnn", "batch_norm");
  spec.fields["hidden"] = std::vector<std::int64_t>{16, 16};
  Trainee trainee(spec, data.Facts(), 1e-3);
  trainee.Initialize(1, batches[0].inputs);
  for (int i = 0; i < 10; ++i) trainee.Step(batches[0]);
  // The least of a few rounds, since the kernel may move pages when memory is short.
  constexpr int kSteps = 10;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (int round = 0; round < 3; ++round) {
    const std::int64_t before = PageFaults();
    for (int i = 0; i < kSteps; ++i) trainee.Step(batches[0]);
    least = std::min(least, (PageFaults() - before) / kSteps);
  }
  return least;
}

TEST(AutogradRules, Rule6MemoryStaysWithTheProcessOnEveryThread) {
  EXPECT_LT(FaultsOfAStep(), 50);
  std::int64_t on_thread = -1;
  std::thread([&] { on_thread = FaultsOfAStep(); }).join();
  EXPECT_GE(on_thread, 0);
  EXPECT_LT(on_thread, 50);
}

TEST(AutogradRules, Rule7TheGlobalGeneratorIsLeftAlone) {
  const auto evaluator = evaluators::MakeEvaluator({}).value();
  Trial trial;
  trial.candidate = kDraws;
  trial.task.steps = 5;
  trial.gates = {.probes = false, .chance = false};
  const at::Generator global = at::globalContext().defaultGenerator(at::kCPU);
  const at::Tensor before = global.get_state().clone();
  const double loss = evaluator->Evaluate(trial, {}).value().Loss();
  EXPECT_TRUE(before.equal(global.get_state()));
  at::manual_seed(99);
  EXPECT_EQ(evaluator->Evaluate(trial, {}).value().Loss(), loss);
  // The draws are there: their mean trains otherwise.
  trial.candidate = "relu(x) + 0.2 * min0(x)";
  EXPECT_NE(evaluator->Evaluate(trial, {}).value().Loss(), loss);
}

TEST(AutogradRules, Rule7TrainingsDoNotDrawFromEachOther) {
  for (const auto& [name, spec] : EveryNetwork(kDraws)) {
    const MadeUpRows data = RowsFor(spec, 200);
    const std::vector<training::Examples> batches = TakeBatches(data, 16, 4, 1);
    Trainee alone(spec, data.Facts(), 1e-3), first(spec, data.Facts(), 1e-3),
        second(spec, data.Facts(), 1e-3);
    alone.Initialize(1, batches[0].inputs);
    for (const training::Examples& batch : batches) alone.Step(batch);
    first.Initialize(1, batches[0].inputs);
    second.Initialize(2, batches[0].inputs);
    for (const training::Examples& batch : batches) {
      second.Step(batch);
      first.Step(batch);
    }
    EXPECT_TRUE(alone.network().Flat().equal(first.network().Flat())) << name;
  }
}

TEST(AutogradRules, Rule8ScriptsGiveTheSameGradientsFromTheFirstCallOn) {
  const auto script = torch::jit::compile(R"(
def f(x, b):
    y = x * torch.sigmoid(b * x) + 0.1 * torch.sin(x) * torch.exp(-x * x)
    return y * torch.tanh(y) + torch.erf(y)
)");
  at::manual_seed(1);
  const at::Tensor values = at::randn({64, 32});
  std::vector<at::Tensor> first;
  for (int call = 1; call <= 5; ++call) {
    const at::Tensor x = values.clone().requires_grad_(true);
    const at::Tensor b = at::full({32}, 0.7).requires_grad_(true);
    const at::Tensor y = script->run_method("f", x, b).toTensor();
    const std::vector<at::Tensor> gradients = torch::autograd::grad({y.square().sum()}, {x, b});
    if (call == 1) first = gradients;
    for (std::size_t k = 0; k < gradients.size(); ++k) {
      EXPECT_TRUE(gradients[k].equal(first[k])) << "call " << call << ", gradient " << k;
    }
  }
}

}  // namespace
}  // namespace actsearch::test
