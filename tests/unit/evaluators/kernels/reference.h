// Values and gradients of a formula in double through LibTorch's autograd, and through an
// Activation, for tests that compare the two.
#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <string>
#include <utility>
#include <vector>

#include "evaluators/kernels/activation.h"
#include "evaluators/kernels/tensor_value.h"

namespace actsearch::kernels {

struct Results {
  at::Tensor y, input;
  std::vector<at::Tensor> parameters;
};

// Through LibTorch's operations and its autograd, in the tensors' own type.
inline Results Plain(const expr::Expr& f, const at::Tensor& x,
                     const std::vector<at::Tensor>& parameters, const at::Tensor& gradient,
                     const Draws& draws = kMeans) {
  const auto leaf = [](const at::Tensor& t) { return t.detach().requires_grad_(true); };
  torch::autograd::variable_list leaves = {leaf(x)};
  for (const at::Tensor& p : parameters) leaves.push_back(leaf(p));
  const std::vector<at::Tensor> numbers(leaves.begin() + 1, leaves.end());
  const at::Tensor y = ApplyActivation(MakeTensorActivation(f), leaves[0], numbers, draws);
  torch::autograd::variable_list slopes(leaves.size());
  if (y.requires_grad()) {
    slopes = torch::autograd::grad({y}, leaves, {gradient}, {}, false, /*allow_unused=*/true);
  }
  for (std::size_t k = 0; k < slopes.size(); ++k) {
    if (!slopes[k].defined()) slopes[k] = at::zeros_like(leaves[k]);
  }
  return {y.detach(), slopes[0], {slopes.begin() + 1, slopes.end()}};
}

inline Results Fused(const Activation& f, const at::Tensor& x,
                     const std::vector<at::Tensor>& parameters, const at::Tensor& gradient) {
  Results results;
  Saved saved;
  Gradients gradients;
  f.Forward(x, parameters, results.y, saved);
  f.Backward(gradient, parameters, saved, gradients);
  results.input = gradients.input.defined() ? gradients.input : at::zeros_like(gradient);
  results.parameters = gradients.parameters;
  return results;
}

inline Results InDouble(const expr::Expr& f, const at::Tensor& x,
                        const std::vector<at::Tensor>& parameters, const at::Tensor& gradient) {
  const auto exact = [](const at::Tensor& t) { return t.detach().to(at::kDouble).contiguous(); };
  std::vector<at::Tensor> numbers;
  for (const at::Tensor& p : parameters) numbers.push_back(exact(p));
  return Plain(f, exact(x), numbers, exact(gradient));
}

// |seen - exact| <= relative * |exact| + absolute, element by element.
inline void ExpectClose(const at::Tensor& seen, const at::Tensor& exact, double relative,
                        double absolute, const std::string& what) {
  ASSERT_EQ(seen.sizes(), exact.sizes()) << what;
  EXPECT_TRUE(at::allclose(seen.to(at::kDouble), exact.to(at::kDouble), relative, absolute))
      << what << ": largest difference "
      << (seen.numel() == 0 ? 0 : (seen.to(at::kDouble) - exact).abs().max().item<double>());
}

// Gradients of parameters are sums: their tolerance is relative to the sum of magnitudes,
// which `scale` bounds for one element.
inline void ExpectSame(const Results& seen, const Results& exact, double scale,
                       const std::string& what) {
  ExpectClose(seen.y, exact.y, 2e-6, 1e-6, what + ", y");
  ExpectClose(seen.input, exact.input, 2e-6, 2e-6, what + ", dx");
  ASSERT_EQ(seen.parameters.size(), exact.parameters.size()) << what;
  for (std::size_t k = 0; k < exact.parameters.size(); ++k) {
    const double terms =
        static_cast<double>(exact.y.numel()) / static_cast<double>(exact.parameters[k].numel());
    ExpectClose(seen.parameters[k], exact.parameters[k], 2e-6, 1e-6 * scale * (1 + terms),
                what + ", dp " + std::to_string(k));
  }
}

}  // namespace actsearch::kernels
