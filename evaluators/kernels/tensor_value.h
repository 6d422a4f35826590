// A formula on LibTorch tensors, operation by operation, for any device and type; what
// autograd can follow. Pure; LibTorch's rules for threads apply.
#pragma once

#include <ATen/core/Tensor.h>

#include <span>

#include "evaluators/kernels/draws.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::kernels {

// f(x), with x's shape. parameters[k]: 1 number (layer), C (channel) or G (group), for
// channels in dimension 1. A formula of two inputs reads x and u from the first and the
// second half of the channels and has half as many. Reductions run over the dimensions
// b, c, h, w of the tensor given, those over b over the batch in every mode. A random
// primitive draws one number for each element of x, in the order of x's indices whatever
// its memory order.
at::Tensor EvaluateOnTensors(const expr::Expr& f, const at::Tensor& x,
                             std::span<const at::Tensor> parameters, const Draws& draws);

}  // namespace actsearch::kernels
