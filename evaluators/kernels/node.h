// What the coarse autograd nodes share. A coarse node stands for many of LibTorch's
// operations, and its backward pass works on raw memory, which LibTorch cannot differentiate
// again. So a node's apply() asks at::GradMode::is_enabled(): where it is, the caller wants
// second derivatives (create_graph), and the node returns PlainGradients. Any thread.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <functional>
#include <memory>
#include <span>
#include <utility>

namespace actsearch::kernels {

using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

// Gradients are recorded, and one of the tensors (undefined ones are passed over) needs them.
bool NeedsGradient(std::span<const at::Tensor> tensors);

// A node with one next edge for each input.
template <class Backward, class... Arguments>
std::shared_ptr<Backward> MakeNode(std::span<const at::Tensor> inputs, Arguments&&... arguments);

// `result` gets `node` as its history. After that it may be saved as the node's own result.
void SetHistory(at::Tensor& result, const std::shared_ptr<torch::autograd::Node>& node);

// Throws what LibTorch throws where a graph that was given up is walked again.
void CheckNotReleased(bool released);

// t, or a copy of it with these strides, which have no gaps. Autograd can follow it.
at::Tensor InStrides(const at::Tensor& t, at::IntArrayRef strides);

// The same formula in LibTorch's operations.
using PlainFormula = std::function<at::Tensor(const variable_list& inputs)>;

// Gradients by those inputs that need one, undefined for others, themselves differentiable:
// by the inputs, their own history included, and by `gradient`, dLoss/dResult. Each in the
// strides of its input, if that has no gaps.
variable_list PlainGradients(const variable_list& inputs, const at::Tensor& gradient,
                             const PlainFormula& formula);

// ---- implementation

torch::autograd::edge_list EdgesOf(std::span<const at::Tensor> inputs);

template <class Backward, class... Arguments>
std::shared_ptr<Backward> MakeNode(std::span<const at::Tensor> inputs, Arguments&&... arguments) {
  auto node = std::shared_ptr<Backward>(new Backward(std::forward<Arguments>(arguments)...),
                                        torch::autograd::deleteNode);
  node->set_next_edges(EdgesOf(inputs));
  return node;
}

}  // namespace actsearch::kernels
