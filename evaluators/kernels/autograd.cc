// Activations under LibTorch's autograd. A node of its own rather than
// torch::autograd::Function, which costs several microseconds a call.
#include <ATen/ATen.h>

#include "evaluators/kernels/activation.h"
#include "evaluators/kernels/dense.h"
#include "evaluators/kernels/node.h"
#include "evaluators/kernels/tensor_value.h"

namespace actsearch::kernels {
namespace {

struct ActivationBackward : public torch::autograd::Node {
  variable_list apply(variable_list&& incoming) override {
    CheckNotReleased(released);
    if (!incoming[0].defined()) return variable_list(1 + parameters.size());
    variable_list numbers;
    for (const SavedVariable& p : parameters) numbers.push_back(p.unpack());
    if (at::GradMode::is_enabled()) {
      numbers.insert(numbers.begin(), x.unpack());
      return PlainGradients(numbers, incoming[0], [this](const variable_list& inputs) {
        return EvaluateOnTensors(f->formula(), inputs[0], std::span(inputs).subspan(1), kMeans);
      });
    }
    Saved saved;
    if (reads_x) saved.x = Dense(x.unpack());
    if (reads_result) saved.result = result.unpack(shared_from_this());
    saved.arrays = arrays;
    Gradients gradients;
    f->Backward(InStrides(incoming[0], strides), numbers, saved, gradients);
    variable_list out = {std::move(gradients.input)};
    for (at::Tensor& gradient : gradients.parameters) out.push_back(std::move(gradient));
    return out;
  }

  void release_variables() override {
    released = true;
    x.reset_data();
    result.reset_data();
    for (SavedVariable& p : parameters) p.reset_data();
    arrays.clear();
  }

  std::string name() const override { return "ActivationBackward"; }

  std::shared_ptr<const Activation> f;
  bool reads_x = false, reads_result = false;  // the fused pass does
  bool released = false;
  std::vector<std::int64_t> strides;  // of the result, which are x's without gaps
  SavedVariable x, result;
  std::vector<SavedVariable> parameters;
  std::vector<at::Tensor> arrays;
};

}  // namespace

at::Tensor ApplyActivation(const std::shared_ptr<const Activation>& f, const at::Tensor& x,
                           std::span<const at::Tensor> parameters, const Draws& draws) {
  if (!f->IsFusedFor(x)) return EvaluateOnTensors(f->formula(), x, parameters, draws);
  variable_list inputs = {x};
  inputs.insert(inputs.end(), parameters.begin(), parameters.end());
  const bool needs_gradient = NeedsGradient(inputs);
  at::Tensor y;
  Saved saved;
  {
    at::NoGradGuard no_grad;
    if (!needs_gradient) {
      f->Value(x, parameters, y);
    } else {
      f->Forward(x, parameters, y, saved);
    }
  }
  if (!needs_gradient || y.is_same(x)) return y;
  const auto node = MakeNode<ActivationBackward>(inputs);
  node->f = f;
  node->strides = y.strides().vec();
  node->x = SavedVariable(x, false);
  node->reads_x = saved.x.defined();
  for (const at::Tensor& p : parameters) node->parameters.emplace_back(p, false);
  node->arrays = std::move(saved.arrays);
  node->reads_result = saved.result.defined();
  SetHistory(y, node);
  if (node->reads_result) node->result = SavedVariable(y, true);
  return y;
}

}  // namespace actsearch::kernels
