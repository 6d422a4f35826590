// CudaActivation on a backend that compiles its kernels for the host: tensors, layouts,
// sums, the interpreter and its change to compiled kernels, against LibTorch's autograd.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cstring>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "evaluators/kernels/cuda/activation.h"
#include "evaluators/kernels/cuda/device_text.h"
#include "evaluators/kernels/cuda/interpreter.h"
#include "evaluators/kernels/tensor_value.h"
#include "search_spaces/expr/parse.h"
#include "tests/support/cuda_host.h"

namespace actsearch::kernels::cuda {
namespace {

constexpr unsigned kHostThreads = 8;

// Kernels that the host runs, and how many launches there were of each kind.
class HostBackend : public Backend {
 public:
  struct Loaded {
    std::string name;
    std::unique_ptr<testing::HostModule> module;
  };

  Result<Kernel> Load(const std::string& source, const std::string& name) override {
    if (fail) return Fail(ErrorCode::kInternal, "this compiler is broken");
    auto& loaded = kernels_[source + name];
    if (loaded == nullptr) {
      ++sources;
      const std::string text = testing::HostTargetText() + source.substr(TargetText().size());
      loaded = std::make_unique<Loaded>(name, std::make_unique<testing::HostModule>(text));
      if (!loaded->module->error().empty()) {
        return Fail(ErrorCode::kInternal, loaded->module->error());
      }
    }
    return loaded.get();
  }

  Result<void> Launch(Kernel kernel, const Grid& grid, void* argument, std::size_t bytes) override {
    const auto& loaded = *static_cast<const Loaded*>(kernel);
    if (bytes == sizeof(Arguments)) {
      ++compiled;
      Run<Arguments>(loaded, grid, argument);
    } else if (bytes == sizeof(Task)) {
      ++interpreted;
      Run<Task>(loaded, grid, argument);
    } else {
      Run<FinishArguments>(loaded, grid, argument);
    }
    return {};
  }

  unsigned threads() const override { return kHostThreads; }
  unsigned tile_threads() const override { return kHostThreads; }

  bool fail = false;
  int compiled = 0, interpreted = 0;  // launches
  int sources = 0;                    // compiled so far

 private:
  template <class Argument>
  static void Run(const Loaded& loaded, const Grid& grid, const void* argument) {
    Argument copy;
    std::memcpy(&copy, argument, sizeof copy);
    loaded.module->Launch(loaded.name, copy, grid.blocks_x, grid.blocks_y, grid.threads);
  }

  std::map<std::string, std::unique_ptr<Loaded>> kernels_;
};

expr::Expr Parsed(std::string_view text) {
  const Result<expr::Expr> e = expr::Parse(text);
  EXPECT_TRUE(e.has_value()) << text;
  return *e;
}

const char* const kFormulas[] = {
    "x * sigmoid(b * x) + l where b: channel = 1, l: layer = 0.5",
    "x * tanh(softplus(x))",
    "relu(x) - 0.25 * exp(b * x) where b: channel = 0.5",
};

// The value and all gradients of one step, by either engine.
struct StepResult {
  at::Tensor y;
  Gradients gradients;
};

StepResult StepOf(const Activation& f, const at::Tensor& x, const at::Tensor& gradient,
                  const std::vector<at::Tensor>& parameters) {
  StepResult result;
  Saved saved;
  f.Forward(x, parameters, result.y, saved);
  f.Backward(gradient, parameters, saved, result.gradients);
  return result;
}

// By LibTorch's operations and its autograd.
StepResult PlainStep(const expr::Expr& f, const at::Tensor& x, const at::Tensor& gradient,
                     const std::vector<at::Tensor>& parameters) {
  torch::autograd::variable_list leaves = {x.detach().requires_grad_(true)};
  for (const at::Tensor& p : parameters) leaves.push_back(p.detach().requires_grad_(true));
  const auto numbers = std::span<const at::Tensor>(leaves).subspan(1);
  StepResult result{.y = EvaluateOnTensors(f, leaves[0], numbers, kMeans), .gradients = {}};
  const auto slopes = torch::autograd::grad({result.y}, leaves, {gradient});
  result.gradients = {slopes[0], {slopes.begin() + 1, slopes.end()}};
  return result;
}

std::vector<at::Tensor> ParametersOf(const expr::Expr& f, std::int64_t channels) {
  std::vector<at::Tensor> list;
  for (const expr::Parameter& p : f.parameters) {
    list.push_back(p.shape == expr::Shape::kLayer ? at::full({1}, p.initial)
                                                  : p.initial + 0.1 * at::rand({channels}));
  }
  return list;
}

void ExpectEqualSteps(const StepResult& seen, const StepResult& expected, const char* what) {
  EXPECT_TRUE(at::allclose(seen.y, expected.y, 1e-5, 1e-6)) << what;
  EXPECT_TRUE(at::allclose(seen.gradients.input, expected.gradients.input, 1e-5, 1e-6)) << what;
  ASSERT_EQ(seen.gradients.parameters.size(), expected.gradients.parameters.size());
  for (std::size_t k = 0; k < seen.gradients.parameters.size(); ++k) {
    EXPECT_TRUE(
        at::allclose(seen.gradients.parameters[k], expected.gradients.parameters[k], 1e-4, 1e-4))
        << what << ", parameter " << k;
  }
}

TEST(CudaActivationTest, StepsAgreeWithAutogradInEveryLayout) {
  at::manual_seed(1);
  const auto backend = std::make_shared<HostBackend>();
  const at::Tensor images = at::randn({2, 3, 12, 12});
  const at::Tensor inputs[] = {at::randn({33, 8}),
                               at::randn({9, 5}),
                               images,
                               images.contiguous(at::MemoryFormat::ChannelsLast),
                               at::randn({12, 6}).t(),
                               at::randn({40, 1})};
  for (const char* text : kFormulas) {
    const expr::Expr f = Parsed(text);
    const auto fused = MakeCudaActivation(f, backend, {.launches = 0});
    ASSERT_TRUE(fused.has_value()) << fused.error().message;
    for (const at::Tensor& x : inputs) {
      const std::vector<at::Tensor> parameters = ParametersOf(f, x.size(1));
      const at::Tensor gradient = at::randn_like(x);
      ExpectEqualSteps(StepOf(**fused, x, gradient, parameters),
                       PlainStep(f, x, gradient, parameters), text);
    }
  }
  EXPECT_EQ(backend->interpreted, 0);
}

TEST(CudaActivationTest, FirstLaunchesAreInterpreted) {
  at::manual_seed(2);
  const auto backend = std::make_shared<HostBackend>();
  const expr::Expr f = Parsed(kFormulas[1]);
  const auto fused = MakeCudaActivation(f, backend, {.launches = 2});
  ASSERT_TRUE(fused.has_value()) << fused.error().message;
  const at::Tensor x = at::randn({33, 8}), gradient = at::randn({33, 8});
  const StepResult expected = PlainStep(f, x, gradient, {});
  for (int step = 0; step < 3; ++step) {
    ExpectEqualSteps(StepOf(**fused, x, gradient, {}), expected, "mish");
  }
  EXPECT_EQ(backend->interpreted, 4) << "two of each pass";
  EXPECT_EQ(backend->compiled, 2);
}

// Compiling takes tenths of a second: most candidates are thrown out before it pays.
TEST(CudaActivationTest, MakingOneCompilesNothingOfItsOwn) {
  const auto backend = std::make_shared<HostBackend>();
  for (const char* text : {kFormulas[0], kFormulas[1], "tanh(x)"}) {
    ASSERT_TRUE(MakeCudaActivation(Parsed(text), backend));
  }
  EXPECT_EQ(backend->sources, 1) << "the interpreter, once for all";
  ASSERT_TRUE(MakeCudaActivation(Parsed(kFormulas[2]), backend));
  EXPECT_EQ(backend->sources, 2) << "what may overflow is never interpreted";
}

TEST(CudaActivationTest, InterpretedSumsAgreeToo) {
  at::manual_seed(3);
  const auto backend = std::make_shared<HostBackend>();
  const expr::Expr f = Parsed("tanh(b * x) + l where b: channel = 1, l: layer = 0.5");
  const auto fused = MakeCudaActivation(f, backend);
  ASSERT_TRUE(fused.has_value()) << fused.error().message;
  for (const at::Tensor& x : {at::randn({33, 8}), at::randn({2, 3, 5, 7})}) {
    const std::vector<at::Tensor> parameters = ParametersOf(f, x.size(1));
    const at::Tensor gradient = at::randn_like(x);
    ExpectEqualSteps(StepOf(**fused, x, gradient, parameters),
                     PlainStep(f, x, gradient, parameters), "tanh");
  }
}

TEST(CudaActivationTest, WhatFloatCannotHoldIsComputedInDouble) {
  const auto backend = std::make_shared<HostBackend>();
  const expr::Expr f = Parsed("exp(x) / (1 + exp(x))");
  const auto fused = MakeCudaActivation(f, backend);
  ASSERT_TRUE(fused.has_value()) << fused.error().message;
  const at::Tensor x = at::tensor({100.0f, -100.0f, 0.0f, std::nanf("")}).view({4, 1});
  const StepResult step = StepOf(**fused, x, at::ones({4, 1}), {});
  EXPECT_EQ(step.y[0].item<float>(), 1.0f);
  EXPECT_EQ(step.y[2].item<float>(), 0.5f);
  EXPECT_TRUE(std::isnan(step.y[3].item<float>()));
  EXPECT_NEAR(step.gradients.input[0].item<float>(), 0.0f, 1e-30f);
  EXPECT_EQ(step.gradients.input[2].item<float>(), 0.25f);
}

TEST(CudaActivationTest, ABrokenCompilerIsAnErrorAtOnce) {
  const auto backend = std::make_shared<HostBackend>();
  backend->fail = true;
  const auto fused = MakeCudaActivation(Parsed("tanh(x)"), backend);
  ASSERT_FALSE(fused.has_value());
  EXPECT_EQ(fused.error().message, "this compiler is broken");
}

}  // namespace
}  // namespace actsearch::kernels::cuda
