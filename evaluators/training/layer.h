// A layer of a proxy network with its backward pass written out: forward keeps what
// backward needs, backward writes the gradients of the layer's own parameters. Without
// LibTorch's autograd, because for networks this small its bookkeeping costs more than
// the operations (tests/bench/train_bench.cc). One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>

#include "evaluators/kernels/activation.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::training {

enum class Mode {
  kTrain,      // keeps what Backward needs
  kScore,      // values only
  kCalibrate,  // values only; layers with weights scale them to outputs of mean square 1
};

class Layer {
 public:
  virtual ~Layer() = default;

  virtual std::int64_t ParameterCount() const { return 0; }

  // Writes the starting values, ParameterCount() of them.
  virtual void Initialize(std::span<float> values, Rng& rng) const;

  // The layer's part of the network's flat vectors, once before use.
  virtual void Bind(const at::Tensor& values, const at::Tensor& gradients);

  // The result is valid until the next Forward.
  virtual at::Tensor Forward(const at::Tensor& x, Mode mode) = 0;

  // dLoss/dx from dLoss/dy of the last Forward in kTrain; overwrites the parameters'
  // gradients. Undefined when `want_input` is false. May overwrite `gradient`.
  virtual at::Tensor Backward(at::Tensor gradient, bool want_input) = 0;
};

// y = x W^T + b; x: N x inputs.
std::unique_ptr<Layer> MakeLinear(std::int64_t inputs, std::int64_t outputs);

// 3 x 3, padding 1; x: N x inputs x H x W.
std::unique_ptr<Layer> MakeConvolution(std::int64_t inputs, std::int64_t outputs);

// Ioffe and Szegedy 2015, with scale and shift; channels in dimension 1.
std::unique_ptr<Layer> MakeBatchNorm(std::int64_t channels, const at::Device& device);

// `f` is shared by the layers of a network; its parameters are this layer's own.
std::unique_ptr<Layer> MakeActivationLayer(std::shared_ptr<const kernels::Activation> f,
                                           std::span<const expr::Parameter> parameters,
                                           std::int64_t channels);

// N x C x H x W -> N x (C * H * W).
std::unique_ptr<Layer> MakeFlatten();

// Means over 2 x 2 squares; an odd last row or column is dropped.
std::unique_ptr<Layer> MakeMeanPool();

}  // namespace actsearch::training
