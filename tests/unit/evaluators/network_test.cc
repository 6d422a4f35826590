// Gradients of whole networks against differences of the loss, and Adam against its
// formula.
#include "evaluators/training/network.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "evaluators/tasks/image_task.h"
#include "evaluators/training/adam.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::training {
namespace {

struct Case {
  std::string name;
  bool planes = false;
  std::string normalization = "none";
  std::string device = "cpu";
  // Smooth, with a parameter of each shape that the tile loops know.
  std::string formula =
      "x * sigmoid(b * x) + 0.3 * c * sin(x) where b: channel = 1, c: layer = 0.5";
};

constexpr char kGroups[] =
    "x * sigmoid(b * x) + 0.3 * c * sin(x) where b: group(2) = 1, c: layer = 0.5";

class NetworkGradientTest : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (GetParam().device == "cuda" && !at::hasCUDA()) {
      GTEST_SKIP() << "this LibTorch sees no CUDA device";
    }
  }

  Network Build() const {
    const at::Device device(GetParam().device);
    const Result<expr::Expr> f = expr::Parse(GetParam().formula);
    tasks::ActivationFactory activations(*f, {.normalization = GetParam().normalization},
                                               device);
    tasks::Layers layers;
    if (GetParam().planes) {
      layers.push_back(MakeConvolution(2, 4));
      activations.Append(layers, 4);
      layers.push_back(MakeMeanPool());
      layers.push_back(MakeConvolution(4, 5));
      activations.Append(layers, 5);
      layers.push_back(MakeFlatten());
      layers.push_back(MakeLinear(5 * 3 * 3, 3));
    } else {
      layers.push_back(MakeFlatten());
      layers.push_back(MakeLinear(2 * 7 * 6, 8));
      activations.Append(layers, 8);
      layers.push_back(MakeLinear(8, 8));
      activations.Append(layers, 8);
      layers.push_back(MakeLinear(8, 3));
    }
    return Network(std::move(layers), device);
  }
};

// The loss is a fixed linear function of the logits, so its gradient by them is known.
TEST_P(NetworkGradientTest, IsTheSlopeOfTheLoss) {
  at::manual_seed(3);
  const auto options = at::TensorOptions(at::Device(GetParam().device));
  const at::Tensor x = at::randn({16, 2, 7, 6}).to(options);
  const at::Tensor weight = at::randn({16, 3}).to(options);
  Network network = Build();
  Rng rng(5);
  network.Initialize(rng, x);
  const auto loss = [&] {
    return network.Forward(x, Mode::kTrain).to(at::kDouble).mul(weight).sum().item<double>();
  };
  loss();
  network.Backward(weight.clone());
  const at::Tensor gradient = network.gradients().clone();
  const at::Tensor start = network.values().clone();
  const auto slope_along = [&](const at::Tensor& direction) {
    constexpr double kStep = 2e-3;
    network.values().copy_(start + direction * kStep);
    const double above = loss();
    network.values().copy_(start - direction * kStep);
    const double below = loss();
    network.values().copy_(start);
    return (above - below) / (2 * kStep);
  };
  for (int round = 0; round < 8; ++round) {
    const at::Tensor direction = at::randn({start.numel()}).to(options);
    const double exact = gradient.mul(direction).sum().item<double>();
    const double scale = gradient.norm().item<double>();
    EXPECT_NEAR(slope_along(direction), exact, 0.01 * scale);
  }
  // Along the gradient itself, where an error in any layer shows.
  const at::Tensor along = gradient / gradient.norm();
  const double norm = gradient.norm().item<double>();
  EXPECT_NEAR(slope_along(along), norm, 0.005 * norm);
}

INSTANTIATE_TEST_SUITE_P(Networks, NetworkGradientTest,
                         ::testing::Values(Case{"mlp"}, Case{"mlp_batch", false, "batch"},
                                           Case{"cnn", true}, Case{"cnn_batch", true, "batch"},
                                           Case{"cnn_cuda", true, "batch", "cuda"},
                                           Case{"cnn_groups", true, "none", "cpu", kGroups},
                                           Case{"mlp_groups", false, "none", "cpu", kGroups}),
                         [](const auto& info) { return info.param.name; });

TEST(MeanPoolTest, AgreesWithLibTorchOnOddPlanes) {
  at::manual_seed(4);
  const at::Tensor x = at::randn({3, 2, 7, 9});
  const std::unique_ptr<Layer> pool = MakeMeanPool();
  const at::Tensor y = pool->Forward(x, Mode::kTrain);
  EXPECT_TRUE(at::allclose(y, at::avg_pool2d(x, {2, 2})));
  const at::Tensor gradient = at::randn_like(y);
  const at::Tensor expected =
      at::avg_pool2d_backward(gradient, x, {2, 2}, {2, 2}, {0, 0}, false, false, {});
  EXPECT_TRUE(at::allclose(pool->Backward(gradient, true), expected));
}

TEST(NetworkTest, StartsWithInputsOfOneSizeAtEveryLayer) {
  // 100 times x: without calibration the logits would be enormous.
  const Result<expr::Expr> f = expr::Parse("100 * tanh(x)");
  tasks::ActivationFactory activations(*f, {}, at::kCPU);
  tasks::Layers layers;
  layers.push_back(MakeLinear(20, 30));
  activations.Append(layers, 30);
  layers.push_back(MakeLinear(30, 10));
  Network network(std::move(layers), at::kCPU);
  at::manual_seed(1);
  const at::Tensor x = at::randn({64, 20});
  Rng rng(2);
  network.Initialize(rng, x);
  EXPECT_NEAR(network.Forward(x, Mode::kScore).square().mean().item<double>(), 1, 1e-4);
}

TEST(AdamTest, FollowsThePublishedAlgorithm) {
  at::manual_seed(1);
  at::Tensor values = at::randn({1000});
  at::Tensor gradients = at::zeros({1000});
  at::Tensor expected = values.to(at::kDouble);
  at::Tensor mean = at::zeros({1000}, at::kDouble), square = at::zeros({1000}, at::kDouble);
  Adam adam(values, gradients, 0.01);
  for (int t = 1; t <= 5; ++t) {
    gradients.copy_(at::randn({1000}));
    const at::Tensor g = gradients.to(at::kDouble);
    mean = 0.9 * mean + 0.1 * g;
    square = 0.999 * square + 0.001 * g * g;
    const at::Tensor mean_hat = mean / (1 - std::pow(0.9, t));
    const at::Tensor square_hat = square / (1 - std::pow(0.999, t));
    expected = expected - 0.01 * mean_hat / (square_hat.sqrt() + 1e-8);
    adam.Step();
  }
  EXPECT_TRUE(at::allclose(values.to(at::kDouble), expected, 1e-4, 1e-6));
}

}  // namespace
}  // namespace actsearch::training
