// Batch normalization (Ioffe and Szegedy 2015, algorithm 1 in training and 2 when scored):
// each channel to mean 0 and variance 1 over the batch, then a learned scale and shift.
// Running statistics are buffers, saved with the module. One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>

#include "evaluators/kernels/normalized_activation.h"
#include "evaluators/modules/module.h"

namespace actsearch::modules {

inline constexpr double kBatchNormEpsilon = 1e-5;  // added to variances

class BatchNorm : public Module {
 public:
  explicit BatchNorm(std::int64_t channels);

  at::Tensor Forward(Run& run, const at::Tensor& x) override;

  // f(normalized x) in one operation, `numbers` are f's parameters.
  at::Tensor ForwardInto(const kernels::NormalizedActivation& f, Run& run, const at::Tensor& x,
                         std::span<const at::Tensor> numbers);

 private:
  std::shared_ptr<const kernels::NormalizedActivation> identity_;
  at::Tensor scale_, shift_, mean_, variance_;
};

}  // namespace actsearch::modules
