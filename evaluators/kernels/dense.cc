#include "evaluators/kernels/dense.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace actsearch::kernels {

at::Tensor Dense(const at::Tensor& t) {
  return t.is_non_overlapping_and_dense() ? t : t.contiguous();
}

ChannelLayout LayoutOf(const at::Tensor& x) {
  if (x.dim() < 2 || x.size(1) <= 1) {
    return {.channels = 1, .inner = static_cast<std::size_t>(std::max<std::int64_t>(x.numel(), 1))};
  }
  return {.channels = static_cast<std::size_t>(x.size(1)),
          .inner = static_cast<std::size_t>(x.stride(1))};
}

at::Tensor Aligned(const at::Tensor& gradient, const Saved& saved) {
  const at::Tensor& like = saved.x.defined()        ? saved.x
                           : saved.result.defined() ? saved.result
                           : !saved.arrays.empty()  ? saved.arrays.front()
                                                    : gradient;
  if (&like == &gradient) return Dense(gradient);
  if (gradient.strides() == like.strides() && gradient.scalar_type() == like.scalar_type() &&
      gradient.is_non_overlapping_and_dense()) {
    return gradient;
  }
  return at::empty_strided(like.sizes(), like.strides(), like.options()).copy_(gradient);
}

}  // namespace actsearch::kernels
