#include "evaluators/training/optimizer.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstddef>

#include "search_spaces/base/cpu_copies.h"

namespace actsearch::training {
namespace {

using catalogue::Recipe;
using Kind = catalogue::Optimizer;

constexpr double kDecay1 = 0.9, kDecay2 = 0.999;  // of Adam's means
constexpr auto kBeta1 = static_cast<float>(kDecay1), kBeta2 = static_cast<float>(kDecay2);
constexpr float kEpsilon = 1e-8f;

// Whether both order their elements in memory alike; dimensions of one element have no order.
bool SameOrder(const at::Tensor& a, const at::Tensor& b) {
  for (std::int64_t d = 0; d < a.dim(); ++d) {
    if (a.size(d) > 1 && a.stride(d) != b.stride(d)) return false;
  }
  return true;
}

}  // namespace

// Of one parameter at one step. The optimizer's own variable is value / gain.
struct Optimizer::Rates {
  float gain = 1;        // d value / d variable
  float pull = 0;        // weight decay that is added to gradients, per value
  float shrink = 1;      // factor of the value beside the step
  float size = 0;        // of the step, per gain
  float root_scale = 1;  // of Adam's root
};

namespace {

// One pass over memory each where LibTorch's operations would take five.
ACTSEARCH_FOR_EACH_CPU
void AdamStep(float* __restrict value, const float* __restrict gradient, float* __restrict mean,
              float* __restrict square, std::size_t n, float gain, float pull, float shrink,
              float size, float root_scale) {
  for (std::size_t i = 0; i < n; ++i) {
    const float g = gain * gradient[i] + pull * value[i];
    const float m = mean[i] + (1 - kBeta1) * (g - mean[i]);
    const float s = square[i] + (1 - kBeta2) * (g * g - square[i]);
    mean[i] = m;
    square[i] = s;
    value[i] = shrink * value[i] - size * m / (__builtin_sqrtf(s) * root_scale + kEpsilon);
  }
}

ACTSEARCH_FOR_EACH_CPU
void MomentumStep(float* __restrict value, const float* __restrict gradient,
                  float* __restrict mean, std::size_t n, float momentum, float gain, float pull,
                  float size) {
  for (std::size_t i = 0; i < n; ++i) {
    const float m = momentum * mean[i] + gain * gradient[i] + pull * value[i];
    mean[i] = m;
    value[i] -= size * m;
  }
}

}  // namespace

Optimizer::Optimizer(const modules::Network& network, const Recipe& recipe, double learning_rate,
                     int steps)
    : network_(network),
      recipe_(recipe),
      mean_(at::zeros_like(network.Flat())),
      square_(at::zeros_like(network.Flat())),
      learning_rate_(learning_rate),
      steps_(steps) {}

void Optimizer::Step(std::span<const at::Tensor> gradients) {
  const at::NoGradGuard no_grad;
  ++step_;
  const at::Tensor& flat = network_.Flat();
  for (std::size_t k = 0; k < gradients.size(); ++k) {
    const modules::Parameter& parameter = network_.Parameters()[k];
    at::Tensor gradient = gradients[k];
    TORCH_CHECK(gradient.sizes() == parameter.leaf.sizes(), "gradient of ", parameter.name);
    if (!SameOrder(gradient, parameter.leaf)) {
      gradient = at::empty_like(parameter.leaf).copy_(gradient);
      ++copies_;
    }
    if (flat.is_cpu()) {
      StepOnArrays(gradient, parameter);
    } else {
      StepOnTensors(gradient, parameter);
    }
  }
  // The passes above write behind autograd's back.
  if (flat.is_cpu()) flat.unsafeGetTensorImpl()->bump_version();
}

Optimizer::Rates Optimizer::RatesFor(const modules::Parameter& parameter) const {
  const double gain = parameter.gain;
  const double decay = parameter.decays ? recipe_.weight_decay : 0;
  const double factor = parameter.is_candidates ? recipe_.parameter_rate : 1;
  const double rate =
      learning_rate_ * catalogue::RateAt(recipe_, step_, steps_) * parameter.rate * factor;
  Rates rates{.gain = static_cast<float>(gain)};
  if (recipe_.optimizer == Kind::kAdamW) {
    rates.shrink = static_cast<float>(1 - rate * decay);
  } else {
    rates.pull = static_cast<float>(decay / gain);
  }
  double size = rate * gain;
  if (recipe_.optimizer != Kind::kSgd) {
    const auto t = static_cast<double>(step_);
    size /= 1 - std::pow(kDecay1, t);
    rates.root_scale = static_cast<float>(1 / std::sqrt(1 - std::pow(kDecay2, t)));
  }
  rates.size = static_cast<float>(size);
  return rates;
}

void Optimizer::StepOnArrays(const at::Tensor& gradient, const modules::Parameter& parameter) {
  const Rates rates = RatesFor(parameter);
  const auto place = [&](const at::Tensor& flat) {
    return flat.data_ptr<float>() + parameter.begin;
  };
  const auto n = static_cast<std::size_t>(gradient.numel());
  if (recipe_.optimizer == Kind::kSgd) {
    MomentumStep(place(network_.Flat()), gradient.data_ptr<float>(), place(mean_), n,
                 static_cast<float>(recipe_.momentum), rates.gain, rates.pull, rates.size);
  } else {
    AdamStep(place(network_.Flat()), gradient.data_ptr<float>(), place(mean_), place(square_), n,
             rates.gain, rates.pull, rates.shrink, rates.size, rates.root_scale);
  }
}

void Optimizer::StepOnTensors(const at::Tensor& gradient, const modules::Parameter& parameter) {
  const Rates rates = RatesFor(parameter);
  const auto place = [&](const at::Tensor& flat) {
    return flat.narrow(0, parameter.begin, parameter.leaf.numel())
        .as_strided(parameter.leaf.sizes(), parameter.leaf.strides(), parameter.begin);
  };
  at::Tensor mean = place(mean_), value = parameter.leaf;
  at::Tensor own = gradient.mul(rates.gain);
  if (rates.pull != 0) own.add_(value, rates.pull);
  if (recipe_.optimizer == Kind::kSgd) {
    mean.mul_(recipe_.momentum).add_(own);
    value.sub_(mean, rates.size);
    return;
  }
  at::Tensor square = place(square_);
  mean.lerp_(own, 1 - kBeta1);
  square.mul_(kBeta2).addcmul_(own, own, 1 - kBeta2);
  value.mul_(rates.shrink);
  value.addcdiv_(mean, square.sqrt().mul_(rates.root_scale).add_(kEpsilon), -rates.size);
}

}  // namespace actsearch::training
