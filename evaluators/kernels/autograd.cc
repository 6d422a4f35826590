// The one place where activations meet LibTorch's autograd. A node of its own rather than
// torch::autograd::Function, which costs several microseconds a call.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>

#include "evaluators/kernels/activation.h"

namespace actsearch::kernels {
namespace {

using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

struct ActivationBackward : public torch::autograd::Node {
  variable_list apply(variable_list&& incoming) override {
    TORCH_CHECK(!released, torch::autograd::ERR_BACKWARD_TWICE);
    if (!incoming[0].defined()) return variable_list(1 + parameters.size());
    Saved saved;
    if (has_x) saved.x = x.unpack();
    saved.result = has_result ? result.unpack(shared_from_this()) : inner_result;
    saved.arrays = arrays;
    std::vector<at::Tensor> numbers;
    for (const SavedVariable& p : parameters) numbers.push_back(p.unpack());
    Gradients gradients;
    f->Backward(incoming[0], numbers, saved, gradients);
    variable_list out = {std::move(gradients.input)};
    for (at::Tensor& gradient : gradients.parameters) out.push_back(std::move(gradient));
    return out;
  }

  void release_variables() override {
    released = true;
    x.reset_data();
    result.reset_data();
    inner_result.reset();
    for (SavedVariable& p : parameters) p.reset_data();
    arrays.clear();
  }

  std::string name() const override { return "ActivationBackward"; }

  std::shared_ptr<const Activation> f;
  bool has_x = false, has_result = false, released = false;
  SavedVariable x, result;
  at::Tensor inner_result;  // what was saved where that is not y: a graph of its own
  std::vector<SavedVariable> parameters;
  std::vector<at::Tensor> arrays;
};

bool NeedsGradient(const at::Tensor& x, std::span<const at::Tensor> parameters) {
  if (!at::GradMode::is_enabled()) return false;
  bool needs = x.requires_grad();
  for (const at::Tensor& p : parameters) needs = needs || p.requires_grad();
  return needs;
}

}  // namespace

at::Tensor ApplyActivation(const std::shared_ptr<const Activation>& f, const at::Tensor& x,
                           std::span<const at::Tensor> parameters) {
  at::Tensor y;
  if (!NeedsGradient(x, parameters)) {
    at::NoGradGuard no_grad;
    f->Value(x, parameters, y);
    return y;
  }
  Saved saved;
  {
    at::NoGradGuard no_grad;
    f->Forward(x, parameters, y, saved);
  }
  if (y.is_same(x)) return y;
  auto node =
      std::shared_ptr<ActivationBackward>(new ActivationBackward, torch::autograd::deleteNode);
  node->f = f;
  torch::autograd::edge_list edges = {torch::autograd::impl::gradient_edge(x)};
  for (const at::Tensor& p : parameters) edges.push_back(torch::autograd::impl::gradient_edge(p));
  node->set_next_edges(std::move(edges));
  node->has_x = saved.x.defined();
  if (node->has_x) node->x = SavedVariable(saved.x, false);
  for (const at::Tensor& p : parameters) node->parameters.emplace_back(p, false);
  node->arrays = std::move(saved.arrays);
  node->has_result = saved.result.is_same(y);
  if (!node->has_result) node->inner_result = std::move(saved.result);
  torch::autograd::set_history(y, node);
  if (node->has_result) node->result = SavedVariable(y, true);
  return y;
}

}  // namespace actsearch::kernels
