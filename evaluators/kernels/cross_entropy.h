// The loss of classification, as one operation under LibTorch's autograd: the mean over rows
// of the cross entropy of softmax(logits) with the labels. In float32 and float64 on the CPU
// by loops of our own, elsewhere by LibTorch's operations. Second derivatives are there.
// LibTorch's rules for threads apply.
#pragma once

#include <ATen/core/Tensor.h>

namespace actsearch::kernels {

// logits: N x K, any strides; dLoss/dlogits has the same. labels: N of int64, each in [0, K).
// `smoothing` in [0, 1): the share of the target that is spread evenly over all K classes
// (Szegedy et al. 2016). The result has no dimensions. `row_losses`, if given, gets the N
// losses, values only. Throws c10::Error for other shapes, types and labels.
at::Tensor SoftmaxCrossEntropy(const at::Tensor& logits, const at::Tensor& labels,
                               double smoothing = 0, at::Tensor* row_losses = nullptr);

}  // namespace actsearch::kernels
