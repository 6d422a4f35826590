// Tensors as arrays without gaps: what the fused passes of every device read and write.
// Pure; LibTorch's rules for threads apply.
#pragma once

#include <ATen/core/Tensor.h>

#include "evaluators/kernels/activation.h"
#include "evaluators/kernels/layout.h"

namespace actsearch::kernels {

// t, or a copy whose elements lie without gaps in some order of the dimensions.
at::Tensor Dense(const at::Tensor& t);

// Of a dense tensor: the channel's stride says how many elements in a row share a channel.
ChannelLayout LayoutOf(const at::Tensor& x);

// The gradient in the memory order of what was saved.
at::Tensor Aligned(const at::Tensor& gradient, const Saved& saved);

}  // namespace actsearch::kernels
