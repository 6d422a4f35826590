// Mean and variance of each channel of a batch, and what batch normalization's gradient
// needs of them. On LibTorch's threads, with bits that do not depend on their number.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "evaluators/kernels/channel_loops.h"

namespace actsearch::kernels {

struct BatchMoments {
  std::vector<double> mean, variance;  // one number a channel; the variance is biased
};

// x: float32 on the CPU, dense (dense.h), with at least one element. One pass over memory; the
// variance's relative error stays below 1e-5 for means up to 1e4 deviations.
BatchMoments MomentsOf(const at::Tensor& x);

// values -= line(x), for dense float32 tensors of the same strides.
void SubtractLines(const ChannelLines& lines, const at::Tensor& x, at::Tensor& values);

}  // namespace actsearch::kernels
