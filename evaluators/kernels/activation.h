// A candidate as the networks use it: values in the forward pass together with its
// slopes, from which the backward pass is a multiplication. Made once a trial and
// shared by its layers. One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <span>
#include <vector>

#include "search_spaces/expr/expr.h"

namespace actsearch::kernels {

// df/dx and df/dp for each learnable parameter, at every element of x. The tensors are
// reused from step to step.
struct Slopes {
  at::Tensor input;
  std::vector<at::Tensor> parameters;
};

class Activation {
 public:
  virtual ~Activation() = default;

  // x: N x C or N x C x H x W, contiguous float. parameters[k]: 1 number (layer), C
  // (channel) or G (group). y gets x's shape.
  virtual void Value(const at::Tensor& x, std::span<const at::Tensor> parameters,
                     at::Tensor& y) = 0;
  virtual void ValueAndSlopes(const at::Tensor& x, std::span<const at::Tensor> parameters,
                              at::Tensor& y, Slopes& slopes) = 0;
};

// Tile loops on the CPU, LibTorch operations elsewhere and for parameters of groups.
std::unique_ptr<Activation> MakeActivation(const expr::Expr& f, const at::Device& device);

// LibTorch operations on any device: the reference.
std::unique_ptr<Activation> MakeTensorActivation(const expr::Expr& f);

// The group of each of C channels as a C x G matrix of zeros and ones (expr::Shape).
at::Tensor GroupMembership(std::int64_t channels, std::int64_t groups, const at::Tensor& like);

// Gives `buffer` the shape, type and device of `like`, with undefined values; keeps its
// memory when the shape is the same.
void Reuse(at::Tensor& buffer, const at::Tensor& like);

}  // namespace actsearch::kernels
