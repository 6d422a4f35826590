#include "evaluators/training/adam.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstddef>

#include "search_spaces/base/cpu_copies.h"

namespace actsearch::training {
namespace {

constexpr float kBeta1 = 0.9f;
constexpr float kBeta2 = 0.999f;
constexpr float kEpsilon = 1e-8f;

// One pass over memory where LibTorch's operations would take five.
ACTSEARCH_FOR_EACH_CPU
void StepInOnePass(float* __restrict value, const float* __restrict gradient,
                   float* __restrict mean, float* __restrict square, std::size_t n, float step_size,
                   float root_scale) {
  for (std::size_t i = 0; i < n; ++i) {
    const float g = gradient[i];
    const float m = mean[i] + (1 - kBeta1) * (g - mean[i]);
    const float s = square[i] + (1 - kBeta2) * (g * g - square[i]);
    mean[i] = m;
    square[i] = s;
    value[i] -= step_size * m / (__builtin_sqrtf(s) * root_scale + kEpsilon);
  }
}

// Whether both order their elements in memory alike; dimensions of one element have no order.
bool SameOrder(const at::Tensor& a, const at::Tensor& b) {
  for (std::int64_t d = 0; d < a.dim(); ++d) {
    if (a.size(d) > 1 && a.stride(d) != b.stride(d)) return false;
  }
  return true;
}

}  // namespace

Adam::Adam(const modules::Network& network, double learning_rate)
    : network_(network),
      mean_(at::zeros_like(network.Flat())),
      square_(at::zeros_like(network.Flat())),
      learning_rate_(learning_rate) {}

void Adam::Step(std::span<const at::Tensor> gradients) {
  const at::NoGradGuard no_grad;
  ++step_;
  const auto t = static_cast<double>(step_);
  const double step_size = learning_rate_ / (1 - std::pow(0.9, t));
  const double root_scale = 1 / std::sqrt(1 - std::pow(0.999, t));
  const at::Tensor& flat = network_.Flat();
  for (std::size_t k = 0; k < gradients.size(); ++k) {
    const modules::Parameter& parameter = network_.Parameters()[k];
    at::Tensor gradient = gradients[k];
    TORCH_CHECK(gradient.sizes() == parameter.leaf.sizes(), "gradient of ", parameter.name);
    if (!SameOrder(gradient, parameter.leaf)) {
      gradient = at::empty_like(parameter.leaf).copy_(gradient);
      ++copies_;
    }
    const double size = step_size * parameter.rate;
    if (!flat.is_cpu()) {
      StepOnTensors(gradient, parameter, size, root_scale);
      continue;
    }
    StepInOnePass(flat.data_ptr<float>() + parameter.begin, gradient.data_ptr<float>(),
                  mean_.data_ptr<float>() + parameter.begin,
                  square_.data_ptr<float>() + parameter.begin,
                  static_cast<std::size_t>(gradient.numel()), static_cast<float>(size),
                  static_cast<float>(root_scale));
  }
  // The pass above writes behind autograd's back.
  if (flat.is_cpu()) flat.unsafeGetTensorImpl()->bump_version();
}

void Adam::StepOnTensors(const at::Tensor& gradient, const modules::Parameter& parameter,
                         double step_size, double root_scale) {
  const auto at_place = [&](const at::Tensor& flat) {
    return flat.narrow(0, parameter.begin, parameter.leaf.numel())
        .as_strided(parameter.leaf.sizes(), parameter.leaf.strides(), parameter.begin);
  };
  at::Tensor mean = at_place(mean_), square = at_place(square_), value = parameter.leaf;
  mean.lerp_(gradient, 1 - kBeta1);
  square.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
  value.addcdiv_(mean, square.sqrt().mul_(root_scale).add_(kEpsilon), -step_size);
}

}  // namespace actsearch::training
