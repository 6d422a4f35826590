// State and exactness, rules 9 to 12: stacked candidates, loading by name, scores that depend on
// nothing but their rows, what zero padding absorbs.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "evaluators/catalogue/tasks.h"
#include "evaluators/modules/layers.h"
#include "evaluators/training/score.h"
#include "tests/support/process.h"
#include "tests/unit/evaluators/autograd_rules/networks.h"

namespace actsearch::test {
namespace {

using Blocks = std::map<std::string, at::Tensor>;  // [K, n...] by parameter

// An mlp of K candidates x * sigmoid(beta * x) in one pass, in plain operations: sum of their
// losses. No task stacks candidates today; our K networks apart are what the one pass judges.
at::Tensor StackedLoss(const Blocks& blocks, const training::Examples& examples) {
  const std::int64_t count = blocks.begin()->second.size(0);
  const auto linear = [&](const at::Tensor& x, const std::string& name) {
    return at::baddbmm(blocks.at(name + ".bias").unsqueeze(1), x,
                       blocks.at(name + ".weight").transpose(1, 2));
  };
  at::Tensor x = examples.inputs.permute({0, 2, 3, 1}).flatten(1);
  x = x.unsqueeze(0).expand({count, x.size(0), x.size(1)});
  for (const char* layer : {"layer1", "layer2"}) {
    x = linear(x, std::string(layer) + "_linear");
    const at::Tensor& beta = blocks.at(std::string(layer) + ".activation.beta");
    x = x * at::sigmoid(beta.unsqueeze(1) * x);
  }
  const at::Tensor logits = linear(x, "last").flatten(0, 1);
  const double rows = static_cast<double>(examples.targets.size(0));
  const at::Tensor labels = examples.targets.repeat(count);
  return at::cross_entropy_loss(logits, labels, {}, at::Reduction::Sum) / rows;
}

TEST(AutogradRules, Rule9StackedCandidatesTrainAsEachAlone) {
  const MadeUpRows data(64);
  const training::Examples examples = TakeBatches(data, 16, 1, 1)[0];
  NetworkSpec spec =
      SmallSpec("mlp", "none", "x * sigmoid(beta * x) where beta: channel = 1");
  spec.fields["start"] = std::string("scaled");  // as the stacked program takes functions
  constexpr std::int64_t kCandidates = 3;
  std::vector<std::unique_ptr<Trainee>> alone;
  for (std::int64_t k = 0; k < kCandidates; ++k) {
    alone.push_back(std::make_unique<Trainee>(spec, data.Facts(), 1e-3));
    alone.back()->Initialize(static_cast<std::uint64_t>(k), examples.inputs);
  }
  Blocks blocks;
  std::vector<at::Tensor> leaves;
  for (const modules::Parameter& p : alone[0]->network().Parameters()) {
    std::vector<at::Tensor> values;
    for (const auto& each : alone) {
      values.push_back(each->network().Parameters()[leaves.size()].leaf.detach());
    }
    leaves.push_back(blocks[p.name] = at::stack(values).requires_grad_(true));
  }
  const auto stacked = torch::autograd::grad({StackedLoss(blocks, examples)}, leaves);
  for (std::int64_t k = 0; k < kCandidates; ++k) {
    const auto gradients = alone[static_cast<std::size_t>(k)]->Gradients(examples);
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      EXPECT_LE((stacked[i][k] - gradients[i]).norm().item<double>(),
                1e-6 * gradients[i].norm().item<double>())
          << "candidate " << k << ", " << alone[0]->network().Parameters()[i].name;
    }
  }
}

TEST(AutogradRules, Rule10ModulesNeedNoDynamicContainers) {
  const std::filesystem::path root = std::filesystem::path(ACTSEARCH_SOURCE_DIR) / "evaluators";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    const std::string text = ReadFile(entry.path());
    for (const char* banned : {"AnyModule", "nn::Sequential", "torch/torch.h"}) {
      EXPECT_EQ(text.find(banned), std::string::npos) << entry.path() << " has " << banned;
    }
  }
}

TEST(AutogradRules, Rule10StateIsSavedAndLoadedByName) {
  for (const auto& [name, spec] : EveryNetwork()) {
    const MadeUpRows data = RowsFor(spec, 300);
    const std::vector<training::Examples> batches = TakeBatches(data, 16, 3, 1);
    Trainee trained(spec, data.Facts(), 1e-2), loaded(spec, data.Facts(), 1e-2);
    trained.Initialize(1, batches[0].inputs);
    for (const training::Examples& batch : batches) trained.Step(batch);
    loaded.Initialize(2, batches[0].inputs);
    training::Scorer scorer(data, datasets::Subset::kSearch, trained.loss(), 1, at::kCPU);
    const double loss = scorer.Score(trained.network()).loss;
    EXPECT_NE(scorer.Score(loaded.network()).loss, loss) << name;
    {
      const at::NoGradGuard no_grad;
      auto parameters = loaded.network().Root().named_parameters();
      for (const auto& p : trained.network().Root().named_parameters()) {
        parameters[p.key()].copy_(p.value());
      }
      auto buffers = loaded.network().Root().named_buffers();
      for (const auto& b : trained.network().Root().named_buffers()) {
        buffers[b.key()].copy_(b.value());
      }
    }
    loaded.network().CheckPlaces();
    EXPECT_EQ(scorer.Score(loaded.network()).loss, loss) << name;
    const auto expected = trained.Gradients(batches[0]), seen = loaded.Gradients(batches[0]);
    for (std::size_t k = 0; k < expected.size(); ++k) {
      EXPECT_TRUE(seen[k].equal(expected[k])) << name;
    }
  }
}

TEST(AutogradRules, Rule11ARowsScoreDependsOnNoOtherRow) {
  constexpr std::int64_t kFew = 301, kMany = 1032;  // whole units of 43 windows of a text
  for (const auto& [name, spec] : EveryNetwork()) {
    const MadeUpRows few = RowsFor(spec, kFew), many = RowsFor(spec, kMany);
    const training::Examples examples = TakeBatches(few, 16, 1, 1)[0];
    Trainee trainee(spec, few.Facts(), 1e-2);
    trainee.Initialize(1, examples.inputs);
    trainee.Step(examples);
    std::vector<float> of_few, of_many;
    training::Scorer(few, datasets::Subset::kSearch, trainee.loss(), 1, at::kCPU)
        .Score(trainee.network(), &of_few);
    training::Scorer(many, datasets::Subset::kSearch, trainee.loss(), 1, at::kCPU)
        .Score(trainee.network(), &of_many);
    const std::int64_t unit = catalogue::RowsPerUnit(few.Facts());
    ASSERT_EQ(of_few.size(), static_cast<std::size_t>(kFew / unit)) << name;
    ASSERT_EQ(of_many.size(), static_cast<std::size_t>(kMany / unit)) << name;
    of_many.resize(of_few.size());
    EXPECT_EQ(of_few, of_many) << name;
  }
}

std::string LossWithThreads(const std::string& count, const std::vector<std::string>& options) {
  std::vector<std::string> command = {"/usr/bin/env", "OMP_NUM_THREADS=" + count,
                                      "OPENBLAS_NUM_THREADS=" + count, ACTSEARCH_EVALUATE};
  command.insert(command.end(), options.begin(), options.end());
  const Ended ended = Run(command, std::chrono::seconds(60));
  EXPECT_EQ(ended.status, 0) << ended.errors;
  const auto begin = ended.output.find("loss=");
  EXPECT_NE(begin, std::string::npos) << ended.output;
  return ended.output.substr(begin, ended.output.find(' ', begin) - begin);
}

TEST(AutogradRules, Rule11ScoresDoNotDependOnTheThreadsThatAreOffered) {
  const std::vector<std::string> options = {
      "x * sigmoid(x)", "--task",  "cnn",     "--field", "hidden=8,8", "--fill",
      "norm=batch_norm", "--steps", "10",     "--gates", "off"};
  EXPECT_EQ(LossWithThreads("1", options), LossWithThreads("2", options));
}

// What our convolution of relu(x) + 1 is off, once its bias makes up for the constant.
at::Tensor OffAfter(std::int64_t padding) {
  at::manual_seed(1);
  const at::Tensor w =
      (at::randn({5, 3, 3, 3}) / std::sqrt(27.0)).contiguous(at::MemoryFormat::ChannelsLast);
  const auto pass = [&](const at::Tensor& x, const at::Tensor& bias) {
    const auto layer = modules::MakeConvolution(3, 5, {.kernel = 3, .padding = padding});
    layer->Bind(layer->Declarations()[0], w);
    layer->Bind(layer->Declarations()[1], bias);
    modules::Run run{.mode = modules::Mode::kScore};
    return layer->Forward(run, x.contiguous(at::MemoryFormat::ChannelsLast));
  };
  const at::NoGradGuard no_grad;
  const at::Tensor x = at::relu(at::randn({4, 3, 16, 16}));
  return (pass(x + 1, -w.sum({1, 2, 3})) - pass(x, at::zeros({5}))).abs().amax({0, 1});
}

TEST(AutogradRules, Rule12ZeroPaddingDoesNotAbsorbAConstant) {
  EXPECT_LT(OffAfter(0).max().item<double>(), 5e-6);
  const at::Tensor off = OffAfter(1);
  EXPECT_LT(off.narrow(0, 1, 14).narrow(1, 1, 14).max().item<double>(), 5e-6);
  EXPECT_EQ(off.gt(1e-2).sum().item<std::int64_t>(), 4 * 15) << "the border, 23 % of positions";
}

TEST(AutogradRules, Rule12SitesSayWhatIsAbsorbed) {
  // By hand: which networks pad with zeros behind all activations but the last.
  const std::map<std::string, bool> pads = {
      {"mlp", false}, {"cnn", true}, {"resnet", true}, {"text", false}, {"fit", false}};
  for (const std::string& name : NetworkTasks()) {
    ASSERT_TRUE(pads.contains(name)) << name << ": say here whether it pads";
    const catalogue::TaskInfo& task = **catalogue::Tasks().Find(name);
    const Fields fields = CompleteFields("task", task.fields, {}).value();
    const catalogue::DataFacts facts = SmallFacts(name, Spatial(3, 8, 8), kClasses);
    const catalogue::Blueprint blueprint = task.sketch(fields, facts).value();
    const std::string last = blueprint.sites.back().name;
    for (const Site& site : blueprint.sites) {
      if (site.role != Role::kActivation) continue;
      const bool before_padding = pads.at(name) && site.name != last;
      const bool multiplies = site.name.ends_with(".gate");
      EXPECT_EQ(site.absorbs.shift, !before_padding && !multiplies) << name << " " << site.name;
      EXPECT_TRUE(site.absorbs.scale && site.absorbs.sign) << name << " " << site.name;
    }
  }
}

}  // namespace
}  // namespace actsearch::test
