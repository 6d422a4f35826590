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

namespace actsearch::kernels {
namespace {

using torch::autograd::grad;
using torch::autograd::variable_list;

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
      const at::Tensor y = ApplyActivation(activation, leaves[0], NumbersOf(leaves));
      const at::Tensor expected = EvaluateOnTensors(f, leaves[0], NumbersOf(leaves));
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
    const at::Tensor y = ApplyActivation(MakeCpuActivation(f), leaves[0], NumbersOf(leaves));
    const at::Tensor expected = EvaluateOnTensors(f, leaves[0], NumbersOf(leaves));
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
    return ApplyActivation(activation, x, p);
  });
  const at::Tensor expected = loss([&](const at::Tensor& x, const std::vector<at::Tensor>& p) {
    return EvaluateOnTensors(f, x, p);
  });
  ExpectClose(grad({seen}, leaves), grad({expected}, leaves), "loss");
}

TEST(AutogradTest, GraphMayBeKeptAndWalkedTwice) {
  for (const char* text : kFormulas) {
    const expr::Expr f = Parsed(text);
    const variable_list leaves = LeavesFor(f);
    const at::Tensor y = ApplyActivation(MakeCpuActivation(f), leaves[0], NumbersOf(leaves));
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
  const at::Tensor y = ApplyActivation(activation, x, std::vector{b});
  ASSERT_TRUE(y.requires_grad());
  const variable_list slopes = grad({y.sum()}, {b});
  EXPECT_EQ(slopes[0].sizes(), b.sizes());
  EXPECT_FALSE(ApplyActivation(activation, x, std::vector{b.detach()}).requires_grad());
}

TEST(AutogradTest, NothingIsRecordedWithoutGradients) {
  const auto activation = MakeCpuActivation(Parsed("x * sigmoid(x)"));
  const at::Tensor x = at::randn({6, 3}).requires_grad_(true);
  at::NoGradGuard no_grad;
  const at::Tensor y = ApplyActivation(activation, x, {});
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
    const at::Tensor untouched = ApplyActivation(activation, leaf * 2, {});
    const at::Tensor expected = grad({untouched.sum()}, {leaf})[0];
    const at::Tensor x = leaf * 2;
    const at::Tensor y = ApplyActivation(activation, x, {});
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
  const at::Tensor y = ApplyActivation(activation, x, {});
  y.mul_(2);
  EXPECT_ANY_THROW(grad({y.sum()}, {x}));
}

TEST(AutogradTest, ChangingAParameterIsDetected) {
  const auto activation = MakeCpuActivation(Parsed("b * sin(x) where b: layer = 1"));
  const at::Tensor x = at::randn({6, 3}).requires_grad_(true), leaf = at::ones({1});
  const at::Tensor b = leaf.clone();
  const at::Tensor y = ApplyActivation(activation, x, std::vector{b});
  b.add_(1);
  EXPECT_ANY_THROW(grad({y.sum()}, {x}));
}

TEST(AutogradTest, IdentityIsItsInput) {
  const auto activation = MakeCpuActivation(Parsed("x"));
  const at::Tensor x = at::randn({6, 3}).requires_grad_(true);
  const at::Tensor y = ApplyActivation(activation, x * 1, {});
  EXPECT_TRUE(ApplyActivation(activation, x, {}).is_same(x));
  EXPECT_TRUE(at::equal(grad({y}, {x}, {at::full({6, 3}, 2.0f)})[0], at::full({6, 3}, 2.0f)));
}

TEST(AutogradTest, ConstantSlopesGiveTheGradientOrZero) {
  const at::Tensor x = at::randn({6, 3}).requires_grad_(true), gradient = at::rand({6, 3});
  const at::Tensor shifted = ApplyActivation(MakeCpuActivation(Parsed("x + 3")), x, {});
  EXPECT_TRUE(at::equal(grad({shifted}, {x}, {gradient})[0], gradient));
  const at::Tensor constant = ApplyActivation(MakeCpuActivation(Parsed("0 * x + 3")), x, {});
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
    at::Tensor y = ApplyActivation(activation, leaves[0], NumbersOf(leaves));
    at::Tensor unused = ApplyActivation(activation, leaves[0], NumbersOf(leaves));
    const auto walked = weak(y), dropped = weak(unused);
    grad({y.sum()}, leaves);
    ASSERT_FALSE(walked.expired());
    y = at::Tensor();
    unused = at::Tensor();
    EXPECT_TRUE(walked.expired()) << text;
    EXPECT_TRUE(dropped.expired()) << text << ", never walked";
  }
}

}  // namespace
}  // namespace actsearch::kernels
