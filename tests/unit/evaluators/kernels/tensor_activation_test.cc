// The fall-back through LibTorch's operations: its gradients, and draws from the caller's
// generator.
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "search_spaces/expr/simplify.h"
#include "tests/unit/evaluators/kernels/formulas.h"
#include "tests/unit/evaluators/kernels/reference.h"

namespace actsearch::kernels {
namespace {

// Draws without variance: LibTorch's operations have to be used, and the result is known.
constexpr const char* kFormulas[] = {"relu(x + normal(0, 0))",
                                     "b * x * sigmoid(x - mean{c}(x)) where b: channel = 1",
                                     "x * uniform(b, b) where b: layer = 1"};

std::vector<at::Tensor> NumbersFor(const expr::Expr& f) {
  std::vector<at::Tensor> numbers;
  for (const expr::Parameter& p : f.parameters) {
    numbers.push_back(at::rand({p.shape == expr::Shape::kLayer ? 1 : 3}) + 0.5);
  }
  return numbers;
}

TEST(TensorActivationTest, GradientsAreRight) {
  at::manual_seed(1);
  for (const char* text : kFormulas) {
    const expr::Expr f = Parsed(text);
    const at::Tensor x = at::randn({6, 3, 5}), gradient = at::rand({6, 3, 5});
    const std::vector<at::Tensor> numbers = NumbersFor(f);
    const Results seen = Plain(f, x, numbers, gradient, at::detail::createCPUGenerator(1));
    ExpectSame(seen, InDouble(f, x, numbers, gradient), 1, text);
  }
}

constexpr const char* kRandom[] = {"x * bernoulli(0.3)", "x * uniform(0.1, 0.9)",
                                   "x + normal(0, 1)",
                                   "x * bernoulli(sigmoid(b * x)) where b: channel = 1"};

TEST(TensorActivationTest, DrawsComeFromTheCallersGenerator) {
  const at::Tensor global = at::detail::getDefaultCPUGenerator().get_state().clone();
  for (const char* text : kRandom) {
    const expr::Expr f = Parsed(text);
    const at::Tensor x = at::linspace(-3, 3, 90).view({6, 3, 5});
    const std::vector<at::Tensor> numbers(f.parameters.size(), at::linspace(0.5, 1.5, 3));
    const auto evaluate = [&](const at::Generator& generator) {
      return EvaluateOnTensors(f, x, numbers, generator);
    };
    at::Generator first = at::detail::createCPUGenerator(7);
    const at::Tensor y = evaluate(first);
    EXPECT_TRUE(at::equal(y, evaluate(at::detail::createCPUGenerator(7)))) << text;
    EXPECT_FALSE(at::equal(y, evaluate(at::detail::createCPUGenerator(8)))) << text;
    EXPECT_FALSE(at::equal(y, evaluate(first))) << text << ": a call goes on where the last ended";
    EXPECT_FALSE(at::equal(y, EvaluateOnTensors(f, x, numbers, kMeans))) << text;
  }
  EXPECT_TRUE(at::equal(global, at::detail::getDefaultCPUGenerator().get_state()));
}

TEST(TensorActivationTest, DrawsDoNotDependOnTheMemoryOrder) {
  for (const char* text : kRandom) {
    const expr::Expr f = Parsed(text);
    const at::Tensor x = at::linspace(-3, 3, 360).view({6, 3, 5, 4});
    const at::Tensor other = x.contiguous(at::MemoryFormat::ChannelsLast);
    const std::vector<at::Tensor> numbers(f.parameters.size(), at::linspace(0.5, 1.5, 3));
    const at::Tensor y = EvaluateOnTensors(f, x, numbers, at::detail::createCPUGenerator(7));
    const at::Tensor z = EvaluateOnTensors(f, other, numbers, at::detail::createCPUGenerator(7));
    EXPECT_TRUE(at::allclose(y, z)) << text;
    EXPECT_EQ(z.strides(), other.strides()) << text;
  }
}

// A network that has only draws and x in its activations learns through them.
TEST(TensorActivationTest, DrawnActivationsAreTrainedUnderAutograd) {
  const auto f = MakeActivation(Parsed("relu(x + normal(0, 0))"), at::kCPU);
  const at::Tensor x = at::linspace(-3, 3, 90).view({6, 15}).requires_grad_(true);
  const at::Tensor y = ApplyActivation(f, x, {}, at::detail::createCPUGenerator(7));
  const at::Tensor slope = torch::autograd::grad({y.sum()}, {x}, {}, true, true)[0];
  EXPECT_TRUE(at::equal(slope, at::gt(x, 0).to(at::kFloat)));
}

// At a tie all paths give the slope to the second argument. Canonical texts: fused passes
// bring formulas into that form.
TEST(TensorActivationTest, TiesHaveTheSlopeOfTheFusedPasses) {
  for (const char* text : {"max(x, -1)", "min(x, -1)", "max(p, x) where p: layer = -1",
                           "min(p, x) where p: layer = -1", "relu(x + 1)", "abs(x + 1)",
                           "select(x + 1, x, 0.5 * x)", "min(square(x), 1)"}) {
    const expr::Expr f = expr::Canonical(Parsed(text));
    const at::Tensor x = at::tensor({-2.0f, -1.0f, 0.5f}).view({3, 1});
    std::vector<at::Tensor> numbers;
    for (const expr::Parameter& p : f.parameters) numbers.push_back(at::full({1}, p.initial));
    const at::Tensor ones = at::ones_like(x);
    const Results plain = Plain(f, x, numbers, ones);
    const Results fused = Fused(*MakeCpuActivation(f), x, numbers, ones.clone());
    ExpectSame(plain, fused, 1, text);
  }
}

TEST(TensorActivationTest, MaximumAndMinimumKeepNaN) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const at::Tensor x = at::tensor({nan}).view({1, 1});
  for (const char* text : {"max(x, 1)", "min(1, x)", "max(p, x) where p: layer = 2"}) {
    const std::vector<at::Tensor> numbers = {at::full({1}, 2.0f)};
    const at::Tensor y = EvaluateOnTensors(Parsed(text), x, numbers, kMeans);
    EXPECT_TRUE(std::isnan(y.item<float>())) << text;
  }
}

}  // namespace
}  // namespace actsearch::kernels
