#include "evaluators/kernels/node.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/functions/utils.h>

namespace actsearch::kernels {

bool NeedsGradient(std::span<const at::Tensor> tensors) {
  if (!at::GradMode::is_enabled()) return false;
  for (const at::Tensor& t : tensors) {
    if (t.defined() && t.requires_grad()) return true;
  }
  return false;
}

torch::autograd::edge_list EdgesOf(std::span<const at::Tensor> inputs) {
  torch::autograd::edge_list edges;
  edges.reserve(inputs.size());
  for (const at::Tensor& t : inputs) edges.push_back(torch::autograd::impl::gradient_edge(t));
  return edges;
}

void SetHistory(at::Tensor& result, const std::shared_ptr<torch::autograd::Node>& node) {
  torch::autograd::set_history(result, node);
}

void CheckNotReleased(bool released) {
  TORCH_CHECK(!released, torch::autograd::ERR_BACKWARD_TWICE);
}

at::Tensor InStrides(const at::Tensor& t, at::IntArrayRef strides) {
  if (t.strides() == strides) return t;
  return at::empty_strided(t.sizes(), strides, t.options()).copy_(t);
}

variable_list PlainGradients(const variable_list& inputs, const at::Tensor& gradient,
                             const PlainFormula& formula) {
  const at::AutoGradMode with_gradients(true);
  // Aliases, so that an input that another one was made from gets its own part alone.
  variable_list aliases, needed;
  for (const at::Tensor& input : inputs) {
    aliases.push_back(input.requires_grad() ? at::alias(input) : input);
    if (input.requires_grad()) needed.push_back(aliases.back());
  }
  variable_list result(inputs.size());
  const at::Tensor y = formula(aliases);
  if (needed.empty() || !y.requires_grad()) return result;
  const variable_list gradients =
      torch::autograd::grad({y}, needed, {gradient}, /*retain_graph=*/true, /*create_graph=*/true,
                            /*allow_unused=*/true);
  std::size_t next = 0;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    if (!inputs[k].requires_grad()) continue;
    result[k] = gradients[next++];
    if (result[k].defined() && inputs[k].is_non_overlapping_and_dense()) {
      result[k] = InStrides(result[k], inputs[k].strides());
    }
  }
  return result;
}

}  // namespace actsearch::kernels
