// Causal attention (Vaswani et al. 2017, equation 1) as one operation under LibTorch's autograd:
// in float32 on the CPU by small products in the cache (triangular.h), elsewhere by LibTorch's
// operations. Second derivatives are there. LibTorch's rules for threads apply.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace actsearch::kernels {

// qkv: (N * length) x (3 * width), sequence by sequence; each row queries, keys and values of an
// element, `heads` parts of each. The result, (N * length) x width: for each head the values of
// the element itself and those before it, weighted by softmax(query . key / sqrt(width / heads)).
// Throws c10::Error for other shapes.
at::Tensor CausalAttention(const at::Tensor& qkv, std::int64_t length, std::int64_t heads);

}  // namespace actsearch::kernels
