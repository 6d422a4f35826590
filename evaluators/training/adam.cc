#include "evaluators/training/adam.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstddef>

#include "evaluators/kernels/cpu_copies.h"

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

}  // namespace

Adam::Adam(at::Tensor values, at::Tensor gradients, double learning_rate)
    : values_(std::move(values)),
      gradients_(std::move(gradients)),
      mean_(at::zeros_like(values_)),
      square_(at::zeros_like(values_)),
      learning_rate_(learning_rate) {}

void Adam::Step() {
  ++step_;
  const auto t = static_cast<double>(step_);
  const double step_size = learning_rate_ / (1 - std::pow(0.9, t));
  const double root_scale = 1 / std::sqrt(1 - std::pow(0.999, t));
  if (!values_.is_cpu()) return StepOnTensors(step_size, root_scale);
  StepInOnePass(values_.data_ptr<float>(), gradients_.data_ptr<float>(), mean_.data_ptr<float>(),
                square_.data_ptr<float>(), static_cast<std::size_t>(values_.numel()),
                static_cast<float>(step_size), static_cast<float>(root_scale));
}

void Adam::StepOnTensors(double step_size, double root_scale) {
  mean_.lerp_(gradients_, 1 - kBeta1);
  square_.mul_(kBeta2).addcmul_(gradients_, gradients_, 1 - kBeta2);
  values_.addcdiv_(mean_, square_.sqrt().mul_(root_scale).add_(kEpsilon), -step_size);
}

}  // namespace actsearch::training
