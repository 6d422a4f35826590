#include "evaluators/kernels/tensor_value.h"

#include <ATen/ATen.h>

#include "search_spaces/expr/primitives.h"
#include "search_spaces/expr/reductions.h"
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

// Where `first` holds a, else b; a NaN of a is kept. At a = b the slope is the second
// argument's, as the rows of max and min say (LibTorch's maximum divides it); numbers stand
// second, as in canonical form.
TensorValue Chosen(const at::Tensor& first, Value a, Value b) {
  const at::Tensor is_a = at::logical_or(first, at::isnan(a.tensor));
  return at::where(is_a, a.tensor, Materialize(b, a.tensor));
}

TensorValue Max(Value a, Value b) {
  if (a.IsNumber() && b.IsNumber()) return expr::Max(a.number, b.number);
  if (a.IsNumber()) return Max(b, a);
  if (b.IsNumber() && b.number == 0) return at::relu(a.tensor);
  return Chosen(b.IsNumber() ? at::gt(a.tensor, b.number) : at::gt(a.tensor, b.tensor), a, b);
}
TensorValue Min(Value a, Value b) {
  if (a.IsNumber() && b.IsNumber()) return expr::Min(a.number, b.number);
  if (a.IsNumber()) return Min(b, a);
  return Chosen(b.IsNumber() ? at::lt(a.tensor, b.number) : at::lt(a.tensor, b.tensor), a, b);
}
TensorValue Select(Value condition, Value a, Value b) {
  if (condition.IsNumber()) return condition.number > 0 ? a : b;
  const at::Tensor& like = condition.tensor;
  return at::where(at::gt(like, 0), Materialize(a, like), Materialize(b, like));
}

// As 1 x C x 1 x ... numbers that broadcast against x. A tensor of one dimension is one
// channel.
at::Tensor Broadcast(const expr::Parameter& parameter, at::Tensor p, const at::Tensor& x) {
  if (parameter.shape == expr::Shape::kLayer || x.dim() < 2) return p.view(at::IntArrayRef());
  if (parameter.shape == expr::Shape::kGroup) {
    const at::Tensor channel = at::arange(x.size(1), p.options().dtype(at::kLong));
    p = p.index_select(0, channel.mul(parameter.groups).div(x.size(1), "floor"));
  }
  std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
  shape[1] = p.numel();
  return p.view(shape);
}

at::Tensor Reduce(std::uint16_t reduction, const at::Tensor& t,
                  const std::vector<std::int64_t>& dims) {
  switch (reduction) {
    case expr::kMeanReduction:
      return at::mean(t, dims, /*keepdim=*/true);
    case expr::kVarReduction:
      return at::var(t, dims, /*unbiased=*/false, /*keepdim=*/true);
    case expr::kSumReduction:
      return at::sum(t, dims, /*keepdim=*/true);
    default:
      return at::amax(t, dims, /*keepdim=*/true);
  }
}

// Axes b, c, h, w are dimensions 0 to 3; those that t lacks hold one element each.
at::Tensor ReduceNode(const expr::Node& node, const at::Tensor& t) {
  const bool in_groups = node.groups > 0;
  std::vector<std::int64_t> dims;
  for (std::int64_t dim = 0; dim < t.dim(); ++dim) {
    if ((node.axes >> dim & 1) != 0) dims.push_back(in_groups && dim >= 1 ? dim + 1 : dim);
  }
  if (dims.empty()) return node.id == expr::kVarReduction ? at::zeros_like(t) : t;
  if (!in_groups) return Reduce(node.id, t, dims);
  std::vector<std::int64_t> shape = t.sizes().vec();
  shape[1] /= node.groups;
  shape.insert(shape.begin() + 1, node.groups);
  const at::Tensor grouped = t.reshape(shape);
  return Reduce(node.id, grouped, dims).expand_as(grouped).reshape(t.sizes());
}

// A contiguous tensor in the memory order of `like`.
at::Tensor InOrderOf(const at::Tensor& like, at::Tensor drawn) {
  return like.is_contiguous() ? drawn : at::empty_like(like).copy_(drawn);
}

// Draws, one for each element, through which gradients flow to the distribution's numbers.
TensorValue Draw(std::uint16_t primitive, Value a, Value b, const at::Tensor& like,
                 const at::Generator& generator) {
  const at::Tensor first = Materialize(a, like);
  if (primitive == expr::IdOf<expr::rows::BernoulliRow>()) {
    const at::Tensor mean = first.detach().expand_as(like).contiguous();
    return InOrderOf(like, at::bernoulli(mean, generator)) - first.detach() + first;
  }
  if (primitive == expr::IdOf<expr::rows::UniformRow>()) {
    const at::Tensor share = InOrderOf(like, at::rand(like.sizes(), generator, like.options()));
    return first + share * (Materialize(b, like) - first);
  }
  const at::Tensor deviations = InOrderOf(like, at::randn(like.sizes(), generator, like.options()));
  return first + deviations * Materialize(b, like);
}

class Evaluator {
 public:
  Evaluator(const expr::Expr& f, const at::Tensor& x, const at::Tensor& u,
            std::span<const at::Tensor> parameters, const Draws& draws)
      : f_(f), x_(x), u_(u), parameters_(parameters), draws_(draws) {}

  at::Tensor Run() {
    for (const expr::Node& node : f_.nodes) values_.push_back(ValueOf(node));
    const at::Tensor y = Materialize(values_.back(), x_);
    return y.sizes() == x_.sizes() ? y : y.expand_as(x_).contiguous();
  }

 private:
  TensorValue ValueOf(const expr::Node& node) {
    switch (node.kind) {
      case expr::Kind::kInput:
        return node.id == 0 ? x_ : u_;
      case expr::Kind::kConstant:
        return node.value;
      case expr::Kind::kParameter:
        return Broadcast(f_.parameters[node.id], parameters_[node.id], x_);
      case expr::Kind::kReduction:
        return ReduceNode(node, Materialize(values_[node.args[0]], x_).expand_as(x_));
      case expr::Kind::kPrimitive:
        break;
    }
    const TensorValue args[expr::kMaxArity] = {values_[node.args[0]], values_[node.args[1]],
                                               values_[node.args[2]]};
    if (expr::Primitives()[node.id].random && draws_) {
      return Draw(node.id, args[0], args[1], x_, *draws_);
    }
    if (node.id == expr::IdOf<expr::rows::SurrogateRow>()) {
      const at::Tensor slope = Materialize(args[1], x_);
      return Materialize(args[0], x_).detach() + (slope - slope.detach());
    }
    return expr::ApplyPrimitive<TensorValue>(node.id, args);
  }

  const expr::Expr& f_;
  const at::Tensor& x_;
  const at::Tensor& u_;
  std::span<const at::Tensor> parameters_;
  const Draws& draws_;
  std::vector<TensorValue> values_;
};

}  // namespace

at::Tensor EvaluateOnTensors(const expr::Expr& f, const at::Tensor& x,
                             std::span<const at::Tensor> parameters, const Draws& draws) {
  if (expr::InputCount(f) < 2) return Evaluator(f, x, x, parameters, draws).Run();
  const std::vector<at::Tensor> halves = x.chunk(2, 1);
  return Evaluator(f, halves[0], halves[1], parameters, draws).Run();
}

}  // namespace actsearch::kernels
