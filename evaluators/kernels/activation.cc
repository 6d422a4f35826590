#include "evaluators/kernels/activation.h"

#include <ATen/ATen.h>

namespace actsearch::kernels {

void Reuse(at::Tensor& buffer, const at::Tensor& like) {
  if (buffer.defined() && buffer.sizes() == like.sizes() && buffer.strides() == like.strides() &&
      buffer.scalar_type() == like.scalar_type() && buffer.device() == like.device()) {
    return;
  }
  buffer = at::empty_strided(like.sizes(), like.strides(), like.options());
}

std::shared_ptr<const Activation> MakeActivation(const expr::Expr& f, const at::Device& device) {
  return device.is_cpu() ? MakeCpuActivation(f) : MakeTensorActivation(f);
}

}  // namespace actsearch::kernels
