// Coarse autograd nodes against LibTorch's own operations in double: values, gradients for
// every kind of incoming gradient, second derivatives, memory orders and memory.
#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace actsearch::kernels {

using torch::autograd::variable_list;

// The node, or its oracle, applied to leaves.
using Operation = std::function<at::Tensor(const variable_list& leaves)>;

struct NamedTensor {
  std::string name;
  at::Tensor tensor;
};

inline at::Tensor Leaf(const at::Tensor& t) { return t.detach().requires_grad_(true); }

inline variable_list Doubles(const variable_list& leaves) {
  variable_list doubles;
  for (const at::Tensor& leaf : leaves) doubles.push_back(Leaf(leaf.detach().to(at::kDouble)));
  return doubles;
}

// Of the whole tensor, relative to its norm or to `scale`, whichever is larger.
inline void ExpectNear(const at::Tensor& seen, const at::Tensor& exact, double scale,
                       double tolerance, const std::string& what) {
  ASSERT_TRUE(seen.defined()) << what;
  ASSERT_EQ(seen.sizes(), exact.sizes()) << what;
  const double error = (seen.detach().to(at::kDouble) - exact.detach()).norm().item<double>();
  const double norm = std::max(exact.norm().item<double>(), scale);
  EXPECT_LE(error, tolerance * norm) << what << ": " << error / norm << " of the norm";
}

// Tensors of this shape with every arrangement in memory that gradients come in.
inline std::vector<NamedTensor> GradientsFor(const at::Tensor& y) {
  const at::Tensor plain = at::randn(y.sizes(), y.options());
  std::vector<NamedTensor> gradients = {
      {"contiguous", plain},
      {"of a sum", at::ones({}, y.options()).expand(y.sizes())},
  };
  if (y.dim() == 4) {
    gradients.push_back({"channels last", plain.contiguous(at::MemoryFormat::ChannelsLast)});
    gradients.push_back({"of means over planes", plain.mean({2, 3}, true).expand(y.sizes())});
    gradients.push_back({"turned", plain.transpose(2, 3).contiguous().transpose(2, 3)});
  } else if (y.dim() == 2) {
    gradients.push_back({"turned", plain.t().contiguous().t()});
    gradients.push_back({"of means over rows", plain.mean(0, true).expand(y.sizes())});
  }
  return gradients;
}

inline void ExpectGradients(const Operation& node, const Operation& oracle,
                            const variable_list& leaves, const std::string& what,
                            double tolerance = 1e-5) {
  const variable_list doubles = Doubles(leaves);
  const at::Tensor y = node(leaves), exact = oracle(doubles);
  ExpectNear(y, exact, 0, tolerance, what + ", y");
  for (const NamedTensor& gradient : GradientsFor(y)) {
    const auto before = gradient.tensor.clone();
    const variable_list seen = torch::autograd::grad({y}, leaves, {gradient.tensor}, true);
    const variable_list expected =
        torch::autograd::grad({exact}, doubles, {gradient.tensor.to(at::kDouble)}, true);
    const double scale = before.norm().item<double>();
    for (std::size_t k = 0; k < leaves.size(); ++k) {
      const std::string name =
          what + ", gradient " + gradient.name + ", leaf " + std::to_string(k);
      ExpectNear(seen[k], expected[k], scale, tolerance, name);
      if (!leaves[k].is_non_overlapping_and_dense()) continue;
      EXPECT_EQ(seen[k].strides(), leaves[k].strides()) << name;
    }
    EXPECT_TRUE(at::equal(before, gradient.tensor)) << what << ": belongs to the caller";
  }
  const variable_list none = (*y.grad_fn())({at::Tensor()});
  for (const at::Tensor& t : none) EXPECT_FALSE(t.defined()) << what << ", no gradient";
}

// Gradients of a loss with the squared norm of its slope by leaf 0.
inline void ExpectSecondDerivatives(const Operation& node, const Operation& oracle,
                                    const variable_list& leaves, const std::string& what,
                                    double tolerance = 1e-5) {
  const at::Tensor weight = at::rand(node(leaves).sizes()) + 0.5;
  const auto penalty = [&](const Operation& operation, const variable_list& given) {
    const at::Tensor loss = (operation(given).square() * weight).sum();
    const at::Tensor slope =
        torch::autograd::grad({loss}, {given[0]}, {}, true, /*create_graph=*/true)[0];
    if (&given == &leaves && given[0].is_non_overlapping_and_dense()) {
      EXPECT_EQ(slope.strides(), given[0].strides()) << what;
    }
    const at::Tensor all = loss + slope.square().sum();
    return torch::autograd::grad({all}, given);
  };
  const variable_list seen = penalty(node, leaves), exact = penalty(oracle, Doubles(leaves));
  for (std::size_t k = 0; k < leaves.size(); ++k) {
    ExpectNear(seen[k], exact[k], 0, tolerance, what + ", second, leaf " + std::to_string(k));
  }
}

// What holds y's memory may not be held by y's own node. Nodes that keep no tensors may be
// walked twice.
inline void ExpectRelease(const Operation& node, const variable_list& leaves,
                          const std::string& what, bool may_walk_twice = false) {
  const auto weak = [](const at::Tensor& t) {
    return c10::weak_intrusive_ptr<c10::StorageImpl>(
        c10::intrusive_ptr<c10::StorageImpl>::reclaim_copy(t.storage().unsafeGetStorageImpl()));
  };
  at::Tensor walked = node(leaves), dropped = node(leaves);
  const auto first = weak(walked), second = weak(dropped);
  torch::autograd::grad({walked.sum()}, leaves);
  if (!may_walk_twice) {
    EXPECT_ANY_THROW(torch::autograd::grad({walked.sum()}, leaves)) << what;
  }
  walked = at::Tensor();
  dropped = at::Tensor();
  EXPECT_TRUE(first.expired()) << what;
  EXPECT_TRUE(second.expired()) << what << ", never walked";
}

}  // namespace actsearch::kernels
