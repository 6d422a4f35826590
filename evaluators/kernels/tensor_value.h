// A formula on LibTorch tensors, operation by operation, for any device and type; what
// autograd can follow. Pure; LibTorch's rules for threads apply.
#pragma once

#include <ATen/core/Tensor.h>

#include <span>

#include "search_spaces/expr/expr.h"

namespace actsearch::kernels {

// f(x), with x's shape. parameters[k]: 1 number (layer), C (channel) or G (group), for
// channels in dimension 1.
at::Tensor EvaluateOnTensors(const expr::Expr& f, const at::Tensor& x,
                             std::span<const at::Tensor> parameters);

}  // namespace actsearch::kernels
