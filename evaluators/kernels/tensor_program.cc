#include "evaluators/kernels/tensor_program.h"

#include <ATen/ATen.h>

#include "search_spaces/expr/primitives.h"
#include "search_spaces/expr/vocabulary.h"

namespace actsearch::kernels {
namespace {

// A tensor, or a number until it meets one: numbers reach the device as arguments of
// operations, so constants cost no memory and no transfers.
struct TensorValue {
  at::Tensor tensor;
  double number = 0;

  TensorValue() = default;
  TensorValue(double value) : number(value) {}                 // NOLINT: the vocabulary asks for it
  TensorValue(at::Tensor value) : tensor(std::move(value)) {}  // NOLINT

  bool IsNumber() const { return !tensor.defined(); }
};

using Value = const TensorValue&;

template <class OnNumber, class OnTensor>
TensorValue Unary(Value a, OnNumber on_number, OnTensor on_tensor) {
  if (a.IsNumber()) return on_number(a.number);
  return on_tensor(a.tensor);
}

TensorValue operator+(Value a, Value b) {
  if (a.IsNumber() && b.IsNumber()) return a.number + b.number;
  if (a.IsNumber()) return b.tensor + a.number;
  if (b.IsNumber()) return a.tensor + b.number;
  return a.tensor + b.tensor;
}
TensorValue operator-(Value a, Value b) {
  if (a.IsNumber() && b.IsNumber()) return a.number - b.number;
  if (a.IsNumber()) return at::rsub(b.tensor, a.number);
  if (b.IsNumber()) return a.tensor - b.number;
  return a.tensor - b.tensor;
}
TensorValue operator*(Value a, Value b) {
  if (a.IsNumber() && b.IsNumber()) return a.number * b.number;
  if (a.IsNumber()) return b.tensor * a.number;
  if (b.IsNumber()) return a.tensor * b.number;
  return a.tensor * b.tensor;
}
TensorValue operator/(Value a, Value b) {
  if (a.IsNumber() && b.IsNumber()) return a.number / b.number;
  if (a.IsNumber()) return a.number / b.tensor;
  if (b.IsNumber()) return a.tensor / b.number;
  return a.tensor / b.tensor;
}
TensorValue operator-(Value a) {
  return Unary(
      a, [](double v) { return -v; }, [](const at::Tensor& t) { return -t; });
}

#define ACTSEARCH_TENSOR_FUNCTION(Name, operation)                  \
  TensorValue Name(Value a) {                                       \
    return Unary(                                                   \
        a, [](double v) { return expr::Name(v); },                  \
        [](const at::Tensor& t) { return at::Tensor(operation); }); \
  }
ACTSEARCH_TENSOR_FUNCTION(Exp, at::exp(t))
ACTSEARCH_TENSOR_FUNCTION(Expm1, at::expm1(t))
ACTSEARCH_TENSOR_FUNCTION(Log, at::log(t))
ACTSEARCH_TENSOR_FUNCTION(Log1p, at::log1p(t))
ACTSEARCH_TENSOR_FUNCTION(Sqrt, at::sqrt(t))
ACTSEARCH_TENSOR_FUNCTION(Abs, at::abs(t))
ACTSEARCH_TENSOR_FUNCTION(Sign, at::sign(t))
ACTSEARCH_TENSOR_FUNCTION(Step, at::gt(t, 0).to(t.scalar_type()))
ACTSEARCH_TENSOR_FUNCTION(Sin, at::sin(t))
ACTSEARCH_TENSOR_FUNCTION(Cos, at::cos(t))
ACTSEARCH_TENSOR_FUNCTION(Sinh, at::sinh(t))
ACTSEARCH_TENSOR_FUNCTION(Cosh, at::cosh(t))
ACTSEARCH_TENSOR_FUNCTION(Tanh, at::tanh(t))
ACTSEARCH_TENSOR_FUNCTION(Asinh, at::asinh(t))
ACTSEARCH_TENSOR_FUNCTION(Atan, at::atan(t))
ACTSEARCH_TENSOR_FUNCTION(Erf, at::erf(t))
ACTSEARCH_TENSOR_FUNCTION(Erfc, at::erfc(t))
ACTSEARCH_TENSOR_FUNCTION(Sigmoid, at::sigmoid(t))
// at::softplus is linear beyond its threshold, which costs digits of the tail.
ACTSEARCH_TENSOR_FUNCTION(Softplus, at::relu(t) + at::log1p(at::exp(-at::abs(t))))
#undef ACTSEARCH_TENSOR_FUNCTION

// `value` as a tensor of the type and device of `like`, without dimensions.
at::Tensor Materialize(Value value, const at::Tensor& like) {
  return value.IsNumber() ? at::full({}, value.number, like.options()) : value.tensor;
}

TensorValue Max(Value a, Value b) {
  if (a.IsNumber() && b.IsNumber()) return expr::Max(a.number, b.number);
  const at::Tensor& like = a.IsNumber() ? b.tensor : a.tensor;
  return at::maximum(Materialize(a, like), Materialize(b, like));
}
TensorValue Min(Value a, Value b) {
  if (a.IsNumber() && b.IsNumber()) return expr::Min(a.number, b.number);
  const at::Tensor& like = a.IsNumber() ? b.tensor : a.tensor;
  return at::minimum(Materialize(a, like), Materialize(b, like));
}
TensorValue Select(Value condition, Value a, Value b) {
  if (condition.IsNumber()) return condition.number > 0 ? a : b;
  const at::Tensor& like = condition.tensor;
  return at::where(at::gt(like, 0), Materialize(a, like), Materialize(b, like));
}

}  // namespace

std::vector<at::Tensor> RunOnTensors(const Program& program, const at::Tensor& x,
                                     std::span<const at::Tensor> parameters) {
  std::vector<TensorValue> slots(program.slots);
  slots[0] = x;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    slots[program.ParameterSlot(static_cast<int>(k))] = parameters[k];
  }
  for (std::size_t k = 0; k < program.constants.size(); ++k) {
    slots[program.ConstantSlot(static_cast<int>(k))] = program.constants[k];
  }
  for (const Instruction& in : program.code) {
    const TensorValue args[expr::kMaxArity] = {slots[in.args[0]], slots[in.args[1]],
                                               slots[in.args[2]]};
    slots[in.target] = expr::ApplyPrimitive<TensorValue>(in.primitive, args);
  }
  std::vector<at::Tensor> outputs;
  for (const std::uint16_t slot : program.outputs) {
    outputs.push_back(Materialize(slots[slot], x).expand_as(x));
  }
  return outputs;
}

}  // namespace actsearch::kernels
