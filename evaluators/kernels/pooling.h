// Mean pooling under LibTorch's autograd, for images N x C x H x W in either memory order.
// In float32 on the CPU by loops of our own (mean_pool.h), elsewhere by LibTorch's
// operations. Second derivatives are there. dLoss/dx has x's memory order. Throws c10::Error
// for tensors that do not have four dimensions. Results do not depend on the number of
// threads; LibTorch's rules for threads apply.
#pragma once

#include <ATen/core/Tensor.h>

namespace actsearch::kernels {

// Means over 2 x 2 squares, N x C x H / 2 x W / 2, in x's memory order. An odd last row or
// column is dropped; H and W are at least 2.
at::Tensor MeanPool2(const at::Tensor& x);

// Means over whole planes, N x C.
at::Tensor MeanOverPlane(const at::Tensor& x);

}  // namespace actsearch::kernels
