// Networks of the tasks: gradients against differences of the loss, starting values, and
// what the catalogue says of them.
#include "evaluators/modules/network.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "evaluators/catalogue/tasks.h"
#include "tests/support/networks.h"
#include "tests/support/table_rows.h"

namespace actsearch::modules {
namespace {

using test::NetworkSpec;

// Smooth, with parameters of two shapes.
constexpr char kSmooth[] =
    "x * sigmoid(b * x) + 0.3 * c * sin(x) where b: channel = 1, c: layer = 0.5";
constexpr char kGroups[] =
    "x * sigmoid(b * x) + 0.3 * c * sin(x) where b: group(2) = 1, c: layer = 0.5";

// A network on small inputs: planes and three classes, or as its task wants.
struct SmallNetwork {
  NetworkSpec spec;
  catalogue::DataFacts facts = test::SmallFacts(spec.task, Spatial(2, 7, 6), 3);

  Network Build(std::vector<Site>* made = nullptr) const {
    return test::MakeNetwork(spec, facts, made);
  }

  // Normally distributed, planes channels last; or any tokens.
  at::Tensor Inputs(std::int64_t rows) const {
    const Shape& shape = facts.inputs.shape;
    if (shape.kind == Shape::Kind::kSequence) {
      return at::randint(facts.inputs.classes, {rows, shape.length}, at::kLong).to(spec.device);
    }
    if (shape.kind == Shape::Kind::kFeatures) return at::randn({rows, shape.channels});
    return at::randn({rows, shape.channels, shape.height, shape.width})
        .contiguous(at::MemoryFormat::ChannelsLast)
        .to(spec.device);
  }
};

SmallNetwork Small(const std::string& task, std::vector<std::int64_t> hidden, const char* candidate,
                   const std::string& norm = "none") {
  return {.spec = {.task = task,
                   .fields = test::SmallFields(task, std::move(hidden)),
                   .candidate = candidate,
                   .fill = {"norm=" + norm}}};
}

struct Case {
  std::string name;
  SmallNetwork network;
};

class NetworkTest : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (GetParam().network.spec.device.is_cuda() && !at::hasCUDA()) {
      GTEST_SKIP() << "this LibTorch sees no CUDA device";
    }
  }
};

// The loss is a fixed linear function of the logits, so its gradient by them is known.
TEST_P(NetworkTest, GradientsAreTheSlopeOfTheLoss) {
  at::manual_seed(3);
  const SmallNetwork& small = GetParam().network;
  const at::Tensor x = small.Inputs(16);
  Network network = small.Build();
  network.Initialize(Rng(5), x);
  modules::Run run{.mode = Mode::kTrain};
  const at::Tensor weight = at::randn_like(network.Forward(run, x).detach());
  const auto loss = [&] { return network.Forward(run, x).to(at::kDouble).mul(weight).sum(); };
  const std::vector<at::Tensor> gradients = network.Gradients(loss());
  at::NoGradGuard no_grad;
  // The difference of the loss between a step up and a step down a direction.
  const auto slope_along = [&](const std::vector<at::Tensor>& direction) {
    constexpr double kStep = 1e-3;
    const at::Tensor flat = network.Flat(), start = flat.clone();
    const auto at_offset = [&](double size) {
      for (std::size_t k = 0; k < direction.size(); ++k) {
        at::Tensor leaf = network.Parameters()[k].leaf;
        leaf.add_(direction[k], size);
      }
      const double value = loss().item<double>();
      at::Tensor values = flat;
      values.copy_(start);
      return value;
    };
    return (at_offset(kStep) - at_offset(-kStep)) / (2 * kStep);
  };
  double squares = 0;
  for (const at::Tensor& g : gradients) squares += g.square().sum().item<double>();
  const double norm = std::sqrt(squares);
  for (int round = 0; round < 8; ++round) {
    std::vector<at::Tensor> direction;
    double exact = 0;
    for (const at::Tensor& g : gradients) {
      direction.push_back(at::randn_like(g));
      exact += g.mul(direction.back()).sum().item<double>();
    }
    EXPECT_NEAR(slope_along(direction), exact, 0.01 * norm);
  }
  // Along the gradient itself, where an error in any layer shows.
  std::vector<at::Tensor> along;
  for (const at::Tensor& g : gradients) along.push_back(g / norm);
  EXPECT_NEAR(slope_along(along), norm, 0.005 * norm);
}

// Modules are named like their sites but for dots in the place of underscores; a pair has no
// parameters of its own.
bool StandsAtASite(std::string parameter, const std::vector<Site>& sites) {
  std::ranges::replace(parameter, '_', '.');
  return std::ranges::any_of(sites, [&](const Site& site) {
    std::string name = site.name + ".";
    std::ranges::replace(name, '_', '.');
    return site.role != Role::kNormActivation && parameter.starts_with(name);
  });
}

// The torch-free half and the builder of a task tell of the same network.
TEST_P(NetworkTest, HasTheSitesAndTheSizeOfItsBlueprint) {
  const SmallNetwork& small = GetParam().network;
  std::vector<Site> made;
  const Network network = small.Build(&made);
  const catalogue::TaskInfo& task = **catalogue::Tasks().Find(small.spec.task);
  const Fields fields = *CompleteFields("task", task.fields, small.spec.fields);
  const catalogue::Blueprint blueprint = *task.sketch(fields, small.facts);
  std::vector<Site> there = blueprint.sites;
  std::erase_if(there, [](const Site& site) { return site.name.ends_with(".gate"); });
  ASSERT_EQ(made.size(), there.size());
  std::int64_t in_parts = 0;
  for (std::size_t i = 0; i < made.size(); ++i) {
    EXPECT_EQ(made[i].name, there[i].name);
    EXPECT_EQ(made[i].role, there[i].role);
    EXPECT_EQ(made[i].in, there[i].in) << made[i].name;
  }
  for (const Parameter& parameter : network.Parameters()) {
    in_parts += StandsAtASite(parameter.name, made) ? parameter.leaf.numel() : 0;
  }
  // The cost is that with any part at the sites; batch normalization takes the biases before it.
  std::int64_t taken = 0;
  for (const Site& site : made) {
    const bool is_taken = GetParam().network.spec.task == "cnn" && site.role == Role::kNorm &&
                          std::ranges::find(GetParam().network.spec.fill, "norm=batch_norm") !=
                              GetParam().network.spec.fill.end();
    if (is_taken) taken += site.in.channels;
  }
  EXPECT_EQ(network.ParameterCount() - in_parts, blueprint.costs.parameters - taken);
}

std::map<std::string, at::Tensor> StartOf(const SmallNetwork& small, const at::Tensor& x) {
  Network network = small.Build();
  network.Initialize(Rng(7), x);
  std::map<std::string, at::Tensor> start;
  for (const Parameter& parameter : network.Parameters()) {
    start[parameter.name] = parameter.leaf.detach().clone();
  }
  return start;
}

// Weights are then scaled, which depends on what stands before them: directions are compared.
TEST_P(NetworkTest, AnotherCandidateLeavesTheDrawsOfTheOthers) {
  SmallNetwork small = GetParam().network;
  at::manual_seed(3);
  const at::Tensor x = small.Inputs(16);
  small.spec.candidate = "tanh(x)";
  const auto without = StartOf(small, x);
  small.spec.candidate = kSmooth;
  const auto with = StartOf(small, x);
  EXPECT_GT(with.size(), without.size());
  for (const auto& [name, values] : without) {
    if (!name.ends_with("weight") || !with.contains(name)) continue;
    const at::Tensor other = with.at(name);
    const double cosine =
        (values.mul(other).sum() / (values.norm() * other.norm())).item<double>();
    EXPECT_NEAR(cosine, 1, 1e-6) << name;
  }
}

std::vector<Case> Cases() {
  constexpr char kDraws[] = "x * sigmoid(b * x) + normal(0, 0) where b: channel = 1";
  SmallNetwork cuda = Small("cnn", {4, 5}, kSmooth, "batch_norm");
  cuda.spec.device = at::Device("cuda");
  std::vector<Case> cases = {{"cnn_draws", Small("cnn", {4, 5}, kDraws, "batch_norm")},
                             {"resnet_three_stages", Small("resnet", {8, 8, 10}, kSmooth)},
                             {"cnn_cuda", cuda}};
  for (const std::string& task : test::NetworkTasks()) {
    cases.push_back({task + "_groups", Small(task, {4, 6}, kGroups)});
    for (const std::string& norm : test::PartNames(Role::kNorm)) {
      cases.push_back({task + "_" + norm, Small(task, {4, 5}, kSmooth, norm)});
    }
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Tasks, NetworkTest, ::testing::ValuesIn(Cases()),
                         [](const auto& info) { return info.param.name; });

TEST(NetworkStartTest, InputsAreOfOneSizeAtEveryLayer) {
  // 100 times x: without calibration the logits would be enormous.
  const SmallNetwork small = Small("mlp", {8, 8}, "100 * tanh(x)");
  at::manual_seed(1);
  const at::Tensor x = small.Inputs(64);
  Network network = small.Build();
  network.Initialize(Rng(2), x);
  modules::Run run{.mode = Mode::kScore};
  at::NoGradGuard no_grad;
  EXPECT_NEAR(network.Forward(run, x).square().mean().item<double>(), 1, 1e-4);
}

// Both far below where the squares of outputs vanish in float, and far above where they
// overflow.
TEST(NetworkStartTest, InputsAreOfOneSizeWhateverTheScaleOfTheFunction) {
  for (const char* candidate : {"1e-25 * tanh(x)", "1e-6 * tanh(x)", "1e25 * tanh(x)"}) {
    for (const char* task : {"mlp", "cnn"}) {
      const SmallNetwork small = Small(task, {8, 8}, candidate);
      at::manual_seed(1);
      const at::Tensor x = small.Inputs(64);
      Network network = small.Build();
      network.Initialize(Rng(2), x);
      modules::Run run{.mode = Mode::kScore};
      at::NoGradGuard no_grad;
      EXPECT_NEAR(network.Forward(run, x).square().mean().item<double>(), 1, 1e-4)
          << task << " " << candidate;
    }
  }
}

// Against doubles: running statistics are those of Ioffe and Szegedy 2015, with Bessel's
// correction, as PyTorch keeps them.
TEST(BatchNormTest, KeepsRunningStatistics) {
  at::manual_seed(4);
  const SmallNetwork small = Small("mlp", {4}, "relu(x)", "batch_norm");
  Network network = small.Build();
  const at::Tensor start = small.Inputs(6);
  network.Initialize(Rng(2), start);
  std::map<std::string, at::Tensor> leaves;
  for (const Parameter& p : network.Parameters()) leaves[p.name] = p.leaf.detach();
  const auto before_norm = [&](const at::Tensor& x) {
    return at::linear(x.permute({0, 2, 3, 1}).flatten(1).to(at::kDouble),
                      leaves.at("layer1_linear.weight").to(at::kDouble),
                      leaves.at("layer1_linear.bias").to(at::kDouble));
  };
  at::Tensor mean = at::zeros({4}, at::kDouble), variance = at::ones({4}, at::kDouble);
  modules::Run run{.mode = Mode::kTrain};
  for (int batch = 0; batch < 5; ++batch) {
    const at::Tensor x = small.Inputs(6);
    network.Forward(run, x);
    const at::Tensor y = before_norm(x);
    mean = 0.9 * mean + 0.1 * y.mean(0);
    variance = 0.9 * variance + 0.1 * y.var(0, /*unbiased=*/true);
  }
  int found = 0;
  for (const auto& buffer : network.Root().named_buffers()) {
    const bool is_mean = buffer.key().ends_with("running_mean");
    const at::Tensor& expected = is_mean ? mean : variance;
    EXPECT_TRUE(at::allclose(buffer.value().to(at::kDouble), expected, 1e-5, 1e-6))
        << buffer.key();
    ++found;
  }
  EXPECT_EQ(found, 2);
}

TEST(ResNetTest, HasEightConvolutionsAndTwoProjections) {
  SmallNetwork small = Small("resnet", {16, 32, 64}, "relu(x)");
  small.facts.inputs.shape = Spatial(3, 32, 32);
  const Network network = small.Build();
  int convolutions = 0, projections = 0;
  for (const Parameter& parameter : network.Parameters()) {
    if (parameter.leaf.dim() != 4) continue;
    ++convolutions;
    if (parameter.name.ends_with("projection.weight")) ++projections;
  }
  EXPECT_GE(convolutions, 8);
  EXPECT_EQ(projections, 2);
}

}  // namespace
}  // namespace actsearch::modules
