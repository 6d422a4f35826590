// Batch normalization (Ioffe and Szegedy 2015) followed by a candidate, as one operation:
//     y = f(scale_c * (x - mean_c) / sqrt(variance_c + epsilon) + shift_c)
// for channels c in dimension 1, with the mean and the biased variance over all other
// dimensions. On the CPU in float32 one pass over memory for the statistics, one for y, one
// for the gradients and one more for dLoss/dx; the affine map is part of the candidate's
// own passes (affine_input.h). Elsewhere, and for what the fused passes do not serve,
// LibTorch's operations. Results do not depend on the number of threads. Immutable; any
// thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <span>

#include "evaluators/kernels/activation.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::kernels {

// What Train normalized with: one number a channel, of scale's type; the variance is biased
// (divided by n, not n - 1).
struct BatchStatistics {
  at::Tensor mean, variance;
};

struct NormalizedFormula;

class NormalizedActivation {
 public:
  // `epsilon` > 0 is added to variances. Makes machine code: a fraction of a millisecond.
  NormalizedActivation(const expr::Expr& f, double epsilon);

  // Under autograd: gradients flow to x, scale, shift and parameters, second derivatives
  // included (those by LibTorch's operations). x: N x C, or N x C x spatial dimensions, any
  // strides; scale, shift: C; parameters, draws: as for ApplyActivation. y has x's shape and
  // memory order (half as many channels for a formula of two inputs), dLoss/dx x's memory
  // order. Sets `statistics`.
  at::Tensor Train(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift,
                   std::span<const at::Tensor> parameters, const Draws& draws,
                   BatchStatistics& statistics) const;

  // With given statistics, C each; random primitives give their means. By LibTorch's
  // operations where gradients are asked for.
  at::Tensor Score(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift,
                   std::span<const at::Tensor> parameters, const at::Tensor& mean,
                   const at::Tensor& variance) const;

 private:
  std::shared_ptr<const NormalizedFormula> formula_;
};

std::shared_ptr<const NormalizedActivation> MakeNormalizedActivation(const expr::Expr& f,
                                                                     double epsilon);

}  // namespace actsearch::kernels
