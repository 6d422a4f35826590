#include "evaluators/kernels/tensor_value.h"

#include <ATen/ATen.h>

#include "search_spaces/expr/evaluate.h"
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
// Linear beyond the threshold, where float and double agree with it to all digits.
ACTSEARCH_TENSOR_FUNCTION(Softplus, at::softplus(t, /*beta=*/1, /*threshold=*/40))
#undef ACTSEARCH_TENSOR_FUNCTION

// `value` as a tensor of the type and device of `like`, without dimensions.
at::Tensor Materialize(Value value, const at::Tensor& like) {
  return value.IsNumber() ? at::full({}, value.number, like.options()) : value.tensor;
}

TensorValue Max(Value a, Value b) {
  if (a.IsNumber() && b.IsNumber()) return expr::Max(a.number, b.number);
  if (a.IsNumber()) return Max(b, a);
  if (!b.IsNumber()) return at::maximum(a.tensor, b.tensor);
  return b.number == 0 ? at::relu(a.tensor) : at::clamp_min(a.tensor, b.number);
}
TensorValue Min(Value a, Value b) {
  if (a.IsNumber() && b.IsNumber()) return expr::Min(a.number, b.number);
  if (a.IsNumber()) return Min(b, a);
  if (!b.IsNumber()) return at::minimum(a.tensor, b.tensor);
  return at::clamp_max(a.tensor, b.number);
}
TensorValue Select(Value condition, Value a, Value b) {
  if (condition.IsNumber()) return condition.number > 0 ? a : b;
  const at::Tensor& like = condition.tensor;
  return at::where(at::gt(like, 0), Materialize(a, like), Materialize(b, like));
}

// One number, or one for each channel, so that it broadcasts against x.
at::Tensor Broadcast(const at::Tensor& p, const at::Tensor& x) {
  if (p.numel() == 1) return p.view(at::IntArrayRef());
  std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
  shape[1] = p.numel();
  return p.view(shape);
}

}  // namespace

at::Tensor EvaluateOnTensors(const expr::Expr& f, const at::Tensor& x,
                             std::span<const at::Tensor> parameters) {
  std::vector<TensorValue> numbers;
  for (const at::Tensor& p : parameters) numbers.emplace_back(Broadcast(p, x));
  const TensorValue y = expr::EvaluateAs<TensorValue>(f, x, numbers);
  const at::Tensor result = Materialize(y, x);
  return result.sizes() == x.sizes() ? result : result.expand_as(x).contiguous();
}

}  // namespace actsearch::kernels
