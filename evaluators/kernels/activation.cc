#include "evaluators/kernels/activation.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "search_spaces/base/check.h"
#include "search_spaces/expr/primitives.h"

#if defined(ACTSEARCH_TORCH_CUDA)
#include "evaluators/kernels/cuda/on_stream.h"
#endif

namespace actsearch::kernels {

void Reuse(at::Tensor& buffer, const at::Tensor& like) {
  if (buffer.defined() && buffer.sizes() == like.sizes() && buffer.strides() == like.strides() &&
      buffer.scalar_type() == like.scalar_type() && buffer.device() == like.device()) {
    return;
  }
  buffer = at::empty_strided(like.sizes(), like.strides(), like.options());
}

void Activation::Value(const at::Tensor&, std::span<const at::Tensor>, at::Tensor&) const {
  ACTSEARCH_CHECK(false, "no fused passes");
}

void Activation::Forward(const at::Tensor&, std::span<const at::Tensor>, at::Tensor&,
                         Saved&) const {
  ACTSEARCH_CHECK(false, "no fused passes");
}

void Activation::Backward(const at::Tensor&, std::span<const at::Tensor>, const Saved&,
                          Gradients&) const {
  ACTSEARCH_CHECK(false, "no fused passes");
}

std::shared_ptr<const Activation> MakeTensorActivation(const expr::Expr& f) {
  return std::make_shared<Activation>(f);
}

bool HasFusedPasses(const expr::Expr& f) {
  return expr::IsPointwise(f) && expr::InputCount(f) <= 1 && !HasDraws(f);
}

bool HasDraws(const expr::Expr& f) {
  return std::ranges::any_of(f.nodes, [](const expr::Node& node) {
    return node.kind == expr::Kind::kPrimitive && expr::Primitives()[node.id].random;
  });
}

std::shared_ptr<const Activation> MakeActivation(const expr::Expr& f, const at::Device& device,
                                                 std::string* warning) {
  if (!HasFusedPasses(f)) return MakeTensorActivation(f);
  if (device.is_cpu()) return MakeCpuActivation(f);
#if defined(ACTSEARCH_TORCH_CUDA)
  if (device.is_cuda()) {
    auto fused = cuda::MakeActivationOnStream(f, device);
    if (fused) return *fused;
    if (warning != nullptr) *warning = fused.error().message;
  }
#else
  if (device.is_cuda() && warning != nullptr) {
    *warning = "built without GPU kernels: LibTorch with CUDA and the CUDA toolkit were not there";
  }
#endif
  return MakeTensorActivation(f);
}

}  // namespace actsearch::kernels
