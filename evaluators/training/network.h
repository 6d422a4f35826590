// A chain of layers whose parameters lie in one flat vector, and their gradients in
// another, so that the optimizer makes one pass. One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "evaluators/training/layer.h"
#include "search_spaces/base/rng.h"

namespace actsearch::training {

class Network {
 public:
  Network(std::vector<std::unique_ptr<Layer>> layers, const at::Device& device);

  // Starting values from `rng`, then scaled on `batch` (Mode::kCalibrate).
  void Initialize(Rng& rng, const at::Tensor& batch);

  at::Tensor Forward(const at::Tensor& x, Mode mode);

  // From dLoss/dlogits of the last Forward in kTrain; sets all gradients.
  void Backward(at::Tensor gradient);

  const at::Tensor& values() const { return values_; }
  const at::Tensor& gradients() const { return gradients_; }

 private:
  std::vector<std::unique_ptr<Layer>> layers_;
  std::size_t first_ = 0;  // the first layer with parameters: gradients stop there
  at::Tensor values_, gradients_;
};

}  // namespace actsearch::training
