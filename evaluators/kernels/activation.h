// A candidate as networks use it: y = f(x) elementwise, by ApplyActivation. Where there are
// fused passes, one over memory forward and one backward, whatever the formula
// (docs/kernels.md); else LibTorch's operations. Made once a trial and shared by its layers.
// Immutable; any thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "evaluators/kernels/draws.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::kernels {

// What a forward pass leaves for its backward pass. Tensors are kept from step to step and
// used again where shape and type fit.
struct Saved {
  at::Tensor x, result;
  std::vector<at::Tensor> arrays;
};

struct Gradients {
  at::Tensor input;  // shape of x; may be the incoming gradient itself; undefined: all 0
  std::vector<at::Tensor> parameters;  // shape of each parameter
};

// By itself one without fused passes.
class Activation {
 public:
  explicit Activation(expr::Expr f) : f_(std::move(f)) {}
  virtual ~Activation() = default;

  const expr::Expr& formula() const { return f_; }

  // Whether there are fused passes for tensors of x's type and device. The passes below are
  // for such x only, and know nothing of autograd.
  virtual bool IsFusedFor(const at::Tensor&) const { return false; }

  // x: N x C, or N x C x spatial dimensions, of float32 or bfloat16, with any strides.
  // parameters[k], float32: 1 number (layer), C (channel) or G (group). y gets x's shape
  // and type; it may come out as x itself. Writes into y's memory where it fits.
  virtual void Value(const at::Tensor& x, std::span<const at::Tensor> parameters,
                     at::Tensor& y) const;
  virtual void Forward(const at::Tensor& x, std::span<const at::Tensor> parameters, at::Tensor& y,
                       Saved& saved) const;

  // From dLoss/dy. Writes into the memory of `gradients` where it fits; where `gradients.input`
  // is `gradient` itself, that is overwritten if the formula allows, else left alone.
  virtual void Backward(const at::Tensor& gradient, std::span<const at::Tensor> parameters,
                        const Saved& saved, Gradients& gradients) const;

 private:
  const expr::Expr f_;
};

// A function of x alone, element by element, without random draws: what fused passes
// serve. Reductions, second inputs and draws go through LibTorch.
bool HasFusedPasses(const expr::Expr& f);
bool HasDraws(const expr::Expr& f);

// Fused passes where the device and the formula have them, LibTorch operations elsewhere.
// `warning`, if given, says why a GPU does without its fused passes, or is left as it is.
std::shared_ptr<const Activation> MakeActivation(const expr::Expr& f, const at::Device& device,
                                                 std::string* warning = nullptr);

// Fused passes on the CPU, for HasFusedPasses(f). `constants`: indices of parameters whose
// gradients nobody asks for; Backward sets them to 0.
std::shared_ptr<const Activation> MakeCpuActivation(const expr::Expr& f,
                                                    std::span<const std::uint16_t> constants = {});

// LibTorch's operations on any device: the reference.
std::shared_ptr<const Activation> MakeTensorActivation(const expr::Expr& f);

// f(x) under LibTorch's autograd: gradients flow to x and to parameters, second derivatives
// included (those by LibTorch's operations). dLoss/dx has x's memory order.
at::Tensor ApplyActivation(const std::shared_ptr<const Activation>& f, const at::Tensor& x,
                           std::span<const at::Tensor> parameters, const Draws& draws);

// Gives `buffer` the shape, strides, type and device of `like`, with undefined values;
// keeps its memory when they are the same.
void Reuse(at::Tensor& buffer, const at::Tensor& like);

}  // namespace actsearch::kernels
