// Activations under LibTorch's autograd.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <string>
#include <vector>

#include "evaluators/kernels/activation.h"
#include "evaluators/kernels/plan.h"
#include "evaluators/kernels/tensor_value.h"
#include "tests/unit/evaluators/kernels/formulas.h"
#include "tests/unit/evaluators/kernels/node_cases.h"

namespace actsearch::kernels {
namespace {

using torch::autograd::grad;

constexpr const char* kFormulas[] = {
    "relu(x)",
    "x * sigmoid(x)",
    "sigmoid(x)",
    "gelu(x)",
    "tanh(x) * b where b: channel = 1",
    "c * x * tanh(softplus(b * x)) where b: channel = 1, c: layer = 1",
    "exp(x) - b where b: layer = 1"};

variable_list LeavesFor(const expr::Expr& f) {
  variable_list leaves = {at::randn({6, 3, 5})};
  for (const expr::Parameter& p : f.parameters) {
    leaves.push_back(at::rand({p.shape == expr::Shape::kLayer ? 1 : 3}) + 0.5);
  }
  for (at::Tensor& leaf : leaves) leaf.requires_grad_(true);
  return leaves;
}

std::vector<at::Tensor> NumbersOf(const variable_list& leaves) {
  return {leaves.begin() + 1, leaves.end()};
}

void ExpectClose(const variable_list& seen, const variable_list& expected, const char* what) {
  ASSERT_EQ(seen.size(), expected.size());
  for (std::size_t k = 0; k < seen.size(); ++k) {
    ASSERT_EQ(seen[k].sizes(), expected[k].sizes()) << what << ", " << k;
    EXPECT_TRUE(at::allclose(seen[k], expected[k], 1e-4, 1e-5)) << what << ", " << k;
  }
}

TEST(AutogradTest, GradientsAreThoseOfLibTorch) {
  at::manual_seed(1);
  for (const char* text : kFormulas) {
    const expr::Expr f = Parsed(text);
    for (const auto& activation : {MakeCpuActivation(f), MakeTensorActivation(f)}) {
      const variable_list leaves = LeavesFor(f);
      const at::Tensor gradient = at::rand({6, 3, 5});
      const at::Tensor y = ApplyActivation(activation, leaves[0], NumbersOf(leaves), kMeans);
      const at::Tensor expected = EvaluateOnTensors(f, leaves[0], NumbersOf(leaves), kMeans);
      EXPECT_TRUE(at::allclose(y, expected, 1e-5, 1e-6)) << text;
      ExpectClose(grad({y}, leaves, {gradient}), grad({expected}, leaves, {gradient}), text);
    }
  }
}

TEST(AutogradTest, DoubleTensorsGoThroughLibTorch) {
  at::manual_seed(4);
  for (const char* text : kFormulas) {
    const expr::Expr f = Parsed(text);
    variable_list leaves = LeavesFor(f);
    for (at::Tensor& leaf : leaves) leaf = leaf.detach().to(at::kDouble).requires_grad_(true);
    const at::Tensor y =
        ApplyActivation(MakeCpuActivation(f), leaves[0], NumbersOf(leaves), kMeans);
    const at::Tensor expected = EvaluateOnTensors(f, leaves[0], NumbersOf(leaves), kMeans);
    EXPECT_EQ(y.scalar_type(), at::kDouble);
    ExpectClose(grad({y.square().sum()}, leaves), grad({expected.square().sum()}, leaves), text);
  }
}

// In a longer graph, where gradients come in and go out of other operations.
TEST(AutogradTest, IsPartOfLargerGraphs) {
  at::manual_seed(2);
  const expr::Expr f = Parsed("x * sigmoid(b * x) where b: channel = 1");
  const auto activation = MakeCpuActivation(f);
  const variable_list leaves = LeavesFor(f);
  const auto loss = [&](auto apply) {
    const at::Tensor inner = apply(leaves[0] * 2, NumbersOf(leaves));
    return (apply(inner.transpose(0, 2).contiguous().transpose(0, 2), NumbersOf(leaves)) * inner)
        .sum();
  };
  const at::Tensor seen = loss([&](const at::Tensor& x, const std::vector<at::Tensor>& p) {
    return ApplyActivation(activation, x, p, kMeans);
  });
  const at::Tensor expected = loss([&](const at::Tensor& x, const std::vector<at::Tensor>& p) {
    return EvaluateOnTensors(f, x, p, kMeans);
  });
  ExpectClose(grad({seen}, leaves), grad({expected}, leaves), "loss");
}

TEST(AutogradTest, GraphMayBeKeptAndWalkedTwice) {
  for (const char* text : kFormulas) {
    const expr::Expr f = Parsed(text);
    const variable_list leaves = LeavesFor(f);
    const at::Tensor y =
        ApplyActivation(MakeCpuActivation(f), leaves[0], NumbersOf(leaves), kMeans);
    const at::Tensor gradient = at::rand({6, 3, 5});
    const variable_list first = grad({y}, leaves, {gradient}, /*retain_graph=*/true);
    const variable_list second = grad({y}, leaves, {gradient}, /*retain_graph=*/false);
    for (std::size_t k = 0; k < first.size(); ++k) EXPECT_TRUE(at::equal(first[k], second[k]));
    EXPECT_ANY_THROW(grad({y}, leaves, {gradient})) << text << ": the graph was given up";
  }
}

TEST(AutogradTest, OnlyWhatNeedsGradientsGetsThem) {
  const expr::Expr f = Parsed("x * sigmoid(b * x) where b: channel = 1");
  const auto activation = MakeCpuActivation(f);
  const at::Tensor x = at::randn({6, 3}), b = at::rand({3}).requires_grad_(true);
  const at::Tensor y = ApplyActivation(activation, x, std::vector{b}, kMeans);
  ASSERT_TRUE(y.requires_grad());
  const variable_list slopes = grad({y.sum()}, {b});
  EXPECT_EQ(slopes[0].sizes(), b.sizes());
  EXPECT_FALSE(ApplyActivation(activation, x, std::vector{b.detach()}, kMeans).requires_grad());
}

TEST(AutogradTest, NothingIsRecordedWithoutGradients) {
  const auto activation = MakeCpuActivation(Parsed("x * sigmoid(x)"));
  const at::Tensor x = at::randn({6, 3}).requires_grad_(true);
  at::NoGradGuard no_grad;
  const at::Tensor y = ApplyActivation(activation, x, {}, kMeans);
  EXPECT_FALSE(y.requires_grad());
  EXPECT_TRUE(at::allclose(y, x * at::sigmoid(x), 1e-5, 1e-6));
}

// Where slopes are made from x, changing it is an error; where not, it does no harm.
TEST(AutogradTest, ChangingASavedInputIsDetected) {
  at::manual_seed(3);
  for (const char* text : {"square(x)", "x * abs(x)", "relu(x)", "x * sigmoid(x)", "tanh(x)",
                           "sin(x) * x", "exp(x)"}) {
    const auto activation = MakeCpuActivation(Parsed(text));
    const at::Tensor leaf = at::randn({6, 3}).requires_grad_(true);
    const at::Tensor untouched = ApplyActivation(activation, leaf * 2, {}, kMeans);
    const at::Tensor expected = grad({untouched.sum()}, {leaf})[0];
    const at::Tensor x = leaf * 2;
    const at::Tensor y = ApplyActivation(activation, x, {}, kMeans);
    x.add_(1);
    const Plan plan = MakePlan(Parsed(text));
    if (plan.reads_x || plan.may_overflow) {
      EXPECT_ANY_THROW(grad({y.sum()}, {leaf})) << text;
    } else {
      EXPECT_TRUE(at::equal(grad({y.sum()}, {leaf})[0], expected)) << text;
    }
  }
  EXPECT_TRUE(MakePlan(Parsed("square(x)")).reads_x);
}

TEST(AutogradTest, ChangingASavedResultIsDetected) {
  const auto activation = MakeCpuActivation(Parsed("exp(x)"));
  Saved saved;
  at::Tensor result;
  activation->Forward(at::randn({2, 2}), {}, result, saved);
  ASSERT_TRUE(saved.result.defined()) << "the slope of exp is its result";
  const at::Tensor x = at::randn({6, 3}).requires_grad_(true);
  const at::Tensor y = ApplyActivation(activation, x, {}, kMeans);
  y.mul_(2);
  EXPECT_ANY_THROW(grad({y.sum()}, {x}));
}

TEST(AutogradTest, ChangingAParameterIsDetected) {
  const auto activation = MakeCpuActivation(Parsed("b * sin(x) where b: layer = 1"));
  const at::Tensor x = at::randn({6, 3}).requires_grad_(true), leaf = at::ones({1});
  const at::Tensor b = leaf.clone();
  const at::Tensor y = ApplyActivation(activation, x, std::vector{b}, kMeans);
  b.add_(1);
  EXPECT_ANY_THROW(grad({y.sum()}, {x}));
}

TEST(AutogradTest, IdentityIsItsInput) {
  const auto activation = MakeCpuActivation(Parsed("x"));
  const at::Tensor x = at::randn({6, 3}).requires_grad_(true);
  const at::Tensor y = ApplyActivation(activation, x * 1, {}, kMeans);
  EXPECT_TRUE(ApplyActivation(activation, x, {}, kMeans).is_same(x));
  EXPECT_TRUE(at::equal(grad({y}, {x}, {at::full({6, 3}, 2.0f)})[0], at::full({6, 3}, 2.0f)));
}

TEST(AutogradTest, ConstantSlopesGiveTheGradientOrZero) {
  const at::Tensor x = at::randn({6, 3}).requires_grad_(true), gradient = at::rand({6, 3});
  const at::Tensor shifted = ApplyActivation(MakeCpuActivation(Parsed("x + 3")), x, {}, kMeans);
  EXPECT_TRUE(at::equal(grad({shifted}, {x}, {gradient})[0], gradient));
  const at::Tensor constant =
      ApplyActivation(MakeCpuActivation(Parsed("0 * x + 3")), x, {}, kMeans);
  EXPECT_TRUE(at::equal(constant, at::full({6, 3}, 3.0f)));
  // As LibTorch says it of what does not depend on x.
  EXPECT_FALSE(grad({constant}, {x}, {gradient}, {}, false, /*allow_unused=*/true)[0].defined());
}

// The node that made y keeps y for its slopes; that must not keep both alive.
TEST(AutogradTest, ResultsAreReleasedWithTheGraph) {
  for (const char* text : kFormulas) {
    const expr::Expr f = Parsed(text);
    const auto activation = MakeCpuActivation(f);
    const variable_list leaves = LeavesFor(f);
    const auto weak = [](const at::Tensor& t) {
      return c10::weak_intrusive_ptr<c10::StorageImpl>(
          c10::intrusive_ptr<c10::StorageImpl>::reclaim_copy(t.storage().unsafeGetStorageImpl()));
    };
    at::Tensor y = ApplyActivation(activation, leaves[0], NumbersOf(leaves), kMeans);
    at::Tensor unused = ApplyActivation(activation, leaves[0], NumbersOf(leaves), kMeans);
    const auto walked = weak(y), dropped = weak(unused);
    grad({y.sum()}, leaves);
    ASSERT_FALSE(walked.expired());
    y = at::Tensor();
    unused = at::Tensor();
    EXPECT_TRUE(walked.expired()) << text;
    EXPECT_TRUE(dropped.expired()) << text << ", never walked";
  }
}

TEST(AutogradTest, SecondSlopeOfSine) {
  const at::Tensor x = at::linspace(-3, 3, 50).requires_grad_(true);
  const at::Tensor y = ApplyActivation(MakeCpuActivation(Parsed("sin(x)")), x, {}, kMeans);
  const at::Tensor first = grad({y.sum()}, {x}, {}, true, /*create_graph=*/true)[0];
  ASSERT_TRUE(first.requires_grad());
  const at::Tensor second = grad({first.sum()}, {x}, {}, {}, false, /*allow_unused=*/true)[0];
  ASSERT_TRUE(second.defined());
  EXPECT_TRUE(at::allclose(second, -at::sin(x), 1e-5, 1e-6));
}

// A loss that asks for small slopes: half of it is a second derivative. Parameters are made
// from leaves that x is made from too, each of which must be counted once.
TEST(AutogradTest, GradientPenaltyIsThatOfLibTorchInDouble) {
  at::manual_seed(9);
  for (const char* text : kFormulas) {
    const expr::Expr f = Parsed(text);
    const auto activation = MakeCpuActivation(f);
    const variable_list leaves = LeavesFor(f);
    const at::Tensor weight = at::rand({6, 3, 5});
    const auto penalty = [&](const variable_list& given, auto apply) {
      const at::Tensor x = given[0] * given.back().mean();
      std::vector<at::Tensor> numbers = NumbersOf(given);
      for (at::Tensor& p : numbers) p = p * (1 + given[0].mean());
      const at::Tensor y = apply(x, numbers);
      const at::Tensor loss = (y * weight.to(y.scalar_type())).sum();
      const at::Tensor slope = grad({loss}, {x}, {}, true, /*create_graph=*/true)[0];
      const at::Tensor all = loss + slope.square().sum();
      return grad({all}, given);
    };
    const variable_list seen = penalty(leaves, [&](const at::Tensor& x, const auto& p) {
      return ApplyActivation(activation, x, p, kMeans);
    });
    variable_list doubles;
    for (const at::Tensor& leaf : leaves) {
      doubles.push_back(leaf.detach().to(at::kDouble).requires_grad_(true));
    }
    const variable_list exact = penalty(doubles, [&](const at::Tensor& x, const auto& p) {
      return EvaluateOnTensors(f, x, p, kMeans);
    });
    for (std::size_t k = 0; k < exact.size(); ++k) {
      const double error = (seen[k].to(at::kDouble) - exact[k]).norm().item<double>();
      EXPECT_LT(error, 1e-5 * exact[k].norm().item<double>()) << text << ", " << k;
    }
  }
}

// Every order of x with every kind of incoming gradient; slopes that are the gradient itself,
// need it alone, or are 0 nowhere.
TEST(AutogradTest, EveryMemoryOrder) {
  at::manual_seed(10);
  std::vector<const char*> texts(std::begin(kFormulas), std::end(kFormulas));
  texts.insert(texts.end(), {"x + 3", "2 * x", "x + b where b: channel = 1",
                             "x*tanh(softplus(x)) + 0.1*sin(x)*exp(-x*x)",
                             "log(exp(60 * b * x) + 2) where b: channel = 1"});
  const at::Tensor images = at::randn({6, 3, 7, 5}), one = at::randn({9, 1, 5, 4});
  const at::Tensor pixels = at::randn({12, 3, 1, 1}), matrix = at::randn({9, 3});
  const std::vector<NamedTensor> inputs = {
      {"images", images},
      {"channels last", images.contiguous(at::MemoryFormat::ChannelsLast)},
      {"one channel", one},
      {"one channel, channels last", one.as_strided(one.sizes(), {20, 1, 4, 1})},
      {"one pixel", pixels},
      {"one pixel, channels last", pixels.as_strided(pixels.sizes(), {3, 1, 3, 3})},
      {"matrix", matrix},
      {"turned", matrix.t().contiguous().t()},
      {"a window", images.slice(2, 1, 6)}};
  for (const char* text : texts) {
    const expr::Expr f = Parsed(text);
    const auto activation = MakeCpuActivation(f);
    for (const NamedTensor& input : inputs) {
      variable_list leaves = {Leaf(input.tensor)};
      for (const expr::Parameter& p : f.parameters) {
        leaves.push_back(
            Leaf(at::rand({p.shape == expr::Shape::kLayer ? 1 : input.tensor.size(1)}) + 0.5));
      }
      const auto ours = [&](const variable_list& in) {
        return ApplyActivation(activation, in[0], std::span(in).subspan(1), kMeans);
      };
      const auto oracle = [&](const variable_list& in) {
        return EvaluateOnTensors(f, in[0], std::span(in).subspan(1), kMeans);
      };
      ExpectGradients(ours, oracle, leaves, input.name + ", " + text);
    }
  }
}

}  // namespace
}  // namespace actsearch::kernels
