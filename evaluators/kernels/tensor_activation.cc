// A formula through LibTorch's operations and its autograd: the reference for the fused
// passes, and the fall-back for devices and types without them.
#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "evaluators/kernels/activation.h"
#include "evaluators/kernels/tensor_value.h"

namespace actsearch::kernels {
namespace {

// What autograd may keep: nothing made in InferenceMode.
at::Tensor Normal(const at::Tensor& t) { return t.is_inference() ? t.clone() : t.detach(); }

class TensorActivation : public Activation {
 public:
  explicit TensorActivation(const expr::Expr& f) : f_(f) {}

  const expr::Expr& formula() const override { return f_; }
  bool IsFusedFor(const at::Tensor&) const override { return false; }

  void Value(const at::Tensor& x, std::span<const at::Tensor> parameters,
             at::Tensor& y) const override {
    y = EvaluateOnTensors(f_, x, parameters, kMeans);
  }

  // Records a graph whatever the caller's mode: in InferenceMode LibTorch would record
  // nothing, and the gradients would be 0.
  void Forward(const at::Tensor& x, std::span<const at::Tensor> parameters, const Draws& draws,
               at::Tensor& y, Saved& saved) const override {
    const c10::InferenceMode with_gradients(false);
    saved.x = Normal(x).requires_grad_(true);
    saved.arrays.clear();
    for (const at::Tensor& p : parameters) saved.arrays.push_back(Normal(p).requires_grad_(true));
    saved.result = EvaluateOnTensors(f_, saved.x, saved.arrays, draws);
    y = saved.result.detach();
  }

  void Backward(const at::Tensor& gradient, std::span<const at::Tensor> parameters,
                const Saved& saved, Gradients& gradients) const override {
    const c10::InferenceMode with_gradients(false);
    torch::autograd::variable_list leaves = {saved.x};
    leaves.insert(leaves.end(), saved.arrays.begin(), saved.arrays.end());
    torch::autograd::variable_list slopes(leaves.size());
    if (saved.result.requires_grad()) {
      slopes = torch::autograd::grad({saved.result}, leaves, {Normal(gradient)},
                                     /*retain_graph=*/true, /*create_graph=*/false,
                                     /*allow_unused=*/true);
    }
    const auto or_zeros = [](const at::Tensor& slope, const at::Tensor& like) {
      return slope.defined() ? slope : at::zeros_like(like);
    };
    gradients.input = or_zeros(slopes[0], saved.x);
    gradients.parameters.resize(parameters.size());
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      gradients.parameters[k] = or_zeros(slopes[k + 1], saved.arrays[k]);
    }
  }

 private:
  const expr::Expr f_;
};

}  // namespace

std::shared_ptr<const Activation> MakeTensorActivation(const expr::Expr& f) {
  return std::make_shared<TensorActivation>(f);
}

}  // namespace actsearch::kernels
