// Layers that multiply by weights: linear and convolution.
#include <ATen/ATen.h>

#include <cmath>

#include "evaluators/training/layer.h"

namespace actsearch::training {
namespace {

// Weights and biases, in this order, in the layer's part of the flat vectors. Weights
// start uniform with variance 1 / fan-in, biases at 0. Calibration then divides the
// weights by the root mean square of the outputs on a batch (LSUV, Mishkin and Matas
// 2016), so that every activation, whatever its scale, sees inputs of the same size.
class DenseLayer : public Layer {
 public:
  DenseLayer(std::vector<std::int64_t> weight_shape, std::int64_t fan_in)
      : shape_(std::move(weight_shape)), fan_in_(fan_in) {}

  std::int64_t ParameterCount() const override { return WeightCount() + shape_[0]; }

  void Initialize(std::span<float> values, Rng& rng) const override {
    const double bound = std::sqrt(3.0 / static_cast<double>(fan_in_));
    const auto weights = static_cast<std::size_t>(WeightCount());
    for (float& w : values.first(weights)) w = static_cast<float>(rng.Uniform(-bound, bound));
    for (float& b : values.subspan(weights)) b = 0;
  }

  void Bind(const at::Tensor& values, const at::Tensor& gradients) override {
    weight_ = values.narrow(0, 0, WeightCount()).view(shape_);
    bias_ = values.narrow(0, WeightCount(), shape_[0]);
    weight_gradient_ = gradients.narrow(0, 0, WeightCount()).view(shape_);
    bias_gradient_ = gradients.narrow(0, WeightCount(), shape_[0]);
  }

  at::Tensor Forward(const at::Tensor& x, Mode mode) final {
    if (mode == Mode::kTrain) input_ = x;
    at::Tensor y = Multiply(x);
    if (mode == Mode::kCalibrate) Calibrate(y);
    return y;
  }

 protected:
  virtual at::Tensor Multiply(const at::Tensor& x) = 0;

  at::Tensor weight_, bias_, weight_gradient_, bias_gradient_;
  at::Tensor input_;

 private:
  std::int64_t WeightCount() const {
    std::int64_t count = 1;
    for (const std::int64_t size : shape_) count *= size;
    return count;
  }

  // Outputs that are all 0, or not finite, say nothing about scale and change nothing.
  void Calibrate(at::Tensor& y) {
    const double mean_square = y.square().mean().item<double>();
    if (!std::isfinite(mean_square) || mean_square < 1e-12) return;
    const double scale = 1 / std::sqrt(mean_square);
    weight_.mul_(scale);
    y.mul_(scale);  // biases are still 0
  }

  std::vector<std::int64_t> shape_;
  std::int64_t fan_in_;
};

class Linear : public DenseLayer {
 public:
  Linear(std::int64_t inputs, std::int64_t outputs) : DenseLayer({outputs, inputs}, inputs) {}

  at::Tensor Backward(at::Tensor gradient, bool want_input) override {
    at::mm_out(weight_gradient_, gradient.t(), input_);
    at::sum_out(bias_gradient_, gradient, at::IntArrayRef({0}));
    if (!want_input) return {};
    kernels::Reuse(input_gradient_, input_);
    return at::mm_out(input_gradient_, gradient, weight_);
  }

 protected:
  at::Tensor Multiply(const at::Tensor& x) override {
    if (!output_.defined() || output_.size(0) != x.size(0)) {
      output_ = at::empty({x.size(0), weight_.size(0)}, x.options());
    }
    return at::addmm_out(output_, bias_, x, weight_.t());
  }

 private:
  at::Tensor output_, input_gradient_;
};

class Convolution : public DenseLayer {
 public:
  Convolution(std::int64_t inputs, std::int64_t outputs)
      : DenseLayer({outputs, inputs, 3, 3}, inputs * 9) {}

  at::Tensor Backward(at::Tensor gradient, bool want_input) override {
    auto [input, weight, bias] = at::convolution_backward(
        gradient, input_, weight_, bias_.sizes(), /*stride=*/{1, 1}, /*padding=*/{1, 1},
        /*dilation=*/{1, 1}, /*transposed=*/false, /*output_padding=*/{0, 0}, /*groups=*/1,
        {want_input, true, true});
    weight_gradient_.copy_(weight);
    bias_gradient_.copy_(bias);
    return want_input ? input.contiguous() : at::Tensor();
  }

 protected:
  at::Tensor Multiply(const at::Tensor& x) override {
    return at::convolution(x, weight_, bias_, {1, 1}, {1, 1}, {1, 1}, false, {0, 0}, 1)
        .contiguous();
  }
};

}  // namespace

std::unique_ptr<Layer> MakeLinear(std::int64_t inputs, std::int64_t outputs) {
  return std::make_unique<Linear>(inputs, outputs);
}

std::unique_ptr<Layer> MakeConvolution(std::int64_t inputs, std::int64_t outputs) {
  return std::make_unique<Convolution>(inputs, outputs);
}

}  // namespace actsearch::training
