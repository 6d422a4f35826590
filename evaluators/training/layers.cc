// Layers without weights of their own kind: activation, batch norm, pooling.
#include <ATen/ATen.h>

#include <algorithm>

#include "evaluators/kernels/layout.h"
#include "evaluators/kernels/mean_pool.h"
#include "evaluators/training/layer.h"

namespace actsearch::training {

void Layer::Initialize(std::span<float>, Rng&) const {}
void Layer::Bind(const at::Tensor&, const at::Tensor&) {}

namespace {

class ActivationLayer : public Layer {
 public:
  ActivationLayer(std::shared_ptr<const kernels::Activation> f,
                  std::span<const expr::Parameter> parameters, std::int64_t channels)
      : f_(std::move(f)), parameters_(parameters.begin(), parameters.end()), channels_(channels) {}

  std::int64_t ParameterCount() const override {
    std::int64_t count = 0;
    for (const expr::Parameter& p : parameters_) count += Size(p);
    return count;
  }

  void Initialize(std::span<float> values, Rng&) const override {
    std::size_t begin = 0;
    for (const expr::Parameter& p : parameters_) {
      const auto size = static_cast<std::size_t>(Size(p));
      std::ranges::fill(values.subspan(begin, size), static_cast<float>(p.initial));
      begin += size;
    }
  }

  void Bind(const at::Tensor& values, const at::Tensor& gradients) override {
    std::int64_t begin = 0;
    for (const expr::Parameter& p : parameters_) {
      values_.push_back(values.narrow(0, begin, Size(p)));
      gradients_.parameters.push_back(gradients.narrow(0, begin, Size(p)));
      begin += Size(p);
    }
    bound_ = gradients_.parameters;
  }

  at::Tensor Forward(const at::Tensor& x, Mode mode) override {
    if (mode == Mode::kTrain) {
      f_->Forward(x, values_, output_, saved_);
    } else {
      f_->Value(x, values_, score_);
    }
    return mode == Mode::kTrain ? output_ : score_;
  }

  at::Tensor Backward(at::Tensor gradient, bool) override {
    gradients_.input = gradient;
    f_->Backward(gradient, values_, saved_, gradients_);
    for (std::size_t k = 0; k < bound_.size(); ++k) {
      if (gradients_.parameters[k].is_same(bound_[k])) continue;
      bound_[k].copy_(gradients_.parameters[k]);
      gradients_.parameters[k] = bound_[k];
    }
    return gradients_.input.defined() ? gradients_.input : at::zeros_like(gradient);
  }

 private:
  std::int64_t Size(const expr::Parameter& p) const {
    return static_cast<std::int64_t>(kernels::SizeOf(p, static_cast<std::size_t>(channels_)));
  }

  std::shared_ptr<const kernels::Activation> f_;
  std::vector<expr::Parameter> parameters_;
  std::int64_t channels_;
  std::vector<at::Tensor> values_, bound_;  // this layer's part of the network's vectors
  at::Tensor output_, score_;
  kernels::Saved saved_;
  kernels::Gradients gradients_;
};

class BatchNorm : public Layer {
 public:
  BatchNorm(std::int64_t channels, const at::Device& device)
      : channels_(channels),
        running_mean_(at::zeros({channels}, at::TensorOptions(device))),
        running_variance_(at::ones({channels}, at::TensorOptions(device))) {}

  std::int64_t ParameterCount() const override { return 2 * channels_; }

  void Initialize(std::span<float> values, Rng&) const override {
    const auto channels = static_cast<std::size_t>(channels_);
    std::ranges::fill(values.first(channels), 1.0f);
    std::ranges::fill(values.subspan(channels), 0.0f);
  }

  void Bind(const at::Tensor& values, const at::Tensor& gradients) override {
    scale_ = values.narrow(0, 0, channels_);
    shift_ = values.narrow(0, channels_, channels_);
    scale_gradient_ = gradients.narrow(0, 0, channels_);
    shift_gradient_ = gradients.narrow(0, channels_, channels_);
  }

  // Calibration takes the batch's statistics and keeps the running ones.
  at::Tensor Forward(const at::Tensor& x, Mode mode) override {
    const bool keep = mode != Mode::kCalibrate;
    auto [y, mean, inverse] = at::native_batch_norm(
        x, scale_, shift_, keep ? running_mean_ : at::Tensor(),
        keep ? running_variance_ : at::Tensor(), mode != Mode::kScore, kMomentum, kEpsilon);
    if (mode == Mode::kTrain) {
      input_ = x;
      mean_ = mean;
      inverse_ = inverse;
    }
    return y;
  }

  at::Tensor Backward(at::Tensor gradient, bool want_input) override {
    auto [input, scale, shift] = at::native_batch_norm_backward(
        gradient, input_, scale_, running_mean_, running_variance_, mean_, inverse_,
        /*train=*/true, kEpsilon, {want_input, true, true});
    scale_gradient_.copy_(scale);
    shift_gradient_.copy_(shift);
    return input;
  }

 private:
  static constexpr double kMomentum = 0.1;  // share of the newest batch in running statistics
  static constexpr double kEpsilon = 1e-5;

  std::int64_t channels_;
  at::Tensor running_mean_, running_variance_;
  at::Tensor scale_, shift_, scale_gradient_, shift_gradient_;
  at::Tensor input_, mean_, inverse_;
};

class Flatten : public Layer {
 public:
  at::Tensor Forward(const at::Tensor& x, Mode) override {
    shape_ = x.sizes().vec();
    return x.flatten(1);
  }

  at::Tensor Backward(at::Tensor gradient, bool want_input) override {
    return want_input ? gradient.view(shape_) : at::Tensor();
  }

 private:
  std::vector<std::int64_t> shape_;
};

class MeanPool : public Layer {
 public:
  at::Tensor Forward(const at::Tensor& x, Mode mode) override {
    if (mode == Mode::kTrain) input_ = x;
    if (!x.is_cpu()) return at::avg_pool2d(x, {2, 2});
    const kernels::Planes planes = PlanesOf(x);
    at::Tensor y = at::empty({x.size(0), x.size(1), x.size(2) / 2, x.size(3) / 2}, x.options());
    kernels::MeanPool(planes, x.data_ptr<float>(), y.data_ptr<float>());
    return y;
  }

  at::Tensor Backward(at::Tensor gradient, bool want_input) override {
    if (!want_input) return {};
    if (!gradient.is_cpu()) {
      return at::avg_pool2d_backward(gradient, input_, /*kernel_size=*/{2, 2}, /*stride=*/{2, 2},
                                     /*padding=*/{0, 0}, /*ceil_mode=*/false,
                                     /*count_include_pad=*/false, /*divisor_override=*/{});
    }
    kernels::Reuse(input_gradient_, input_);
    kernels::MeanPoolBackward(PlanesOf(input_), gradient.contiguous().data_ptr<float>(),
                              input_gradient_.data_ptr<float>());
    return input_gradient_;
  }

 private:
  static kernels::Planes PlanesOf(const at::Tensor& x) {
    return {.count = static_cast<std::size_t>(x.size(0) * x.size(1)),
            .height = static_cast<std::size_t>(x.size(2)),
            .width = static_cast<std::size_t>(x.size(3))};
  }

  at::Tensor input_, input_gradient_;
};

}  // namespace

std::unique_ptr<Layer> MakeBatchNorm(std::int64_t channels, const at::Device& device) {
  return std::make_unique<BatchNorm>(channels, device);
}

std::unique_ptr<Layer> MakeActivationLayer(std::shared_ptr<const kernels::Activation> f,
                                           std::span<const expr::Parameter> parameters,
                                           std::int64_t channels) {
  return std::make_unique<ActivationLayer>(std::move(f), parameters, channels);
}

std::unique_ptr<Layer> MakeFlatten() { return std::make_unique<Flatten>(); }
std::unique_ptr<Layer> MakeMeanPool() { return std::make_unique<MeanPool>(); }

}  // namespace actsearch::training
