// Calls: even and odd functions, functions that undo each other, what a condition
// reads of its argument, and calls that say less than they could.
#include <cmath>
#include <numbers>

#include "search_spaces/expr/rewrite.h"

namespace actsearch::expr {
namespace {

// Odd, increasing, and 0 at 0 only: signs and the parts of either sign go through.
bool KeepsSign(std::uint16_t id) {
  return id == IdOf<rows::TanhRow>() || id == IdOf<rows::AtanRow>() || id == IdOf<rows::ErfRow>() ||
         id == IdOf<rows::AsinhRow>() || id == IdOf<rows::SinhRow>();
}

}  // namespace

// Increasing, 0 at 0 only: f(relu(a)) = relu(f(a)).
bool Rewriter::PassesHalves(NodeIndex node) const {
  if (graph_[node].kind != Kind::kPrimitive) return false;
  return KeepsSign(graph_[node].id) || Is<rows::CubeRow>(node) || Is<rows::Expm1Row>(node);
}

// A node of the same size |node|, shorter where a sign inside can go: for even functions.
NodeIndex Rewriter::Unsigned(NodeIndex node) {
  if (IsExhausted()) return node;
  const Graph::Item item = graph_[node];
  if (Is<rows::AbsRow>(node)) return Unsigned(item.args[0]);
  if (Is<rows::NegRow>(node) && !IsSum(node)) return Unsigned(item.args[0]);
  Product product;
  if (IsProduct(node) && ReadProduct(node, product)) return UnsignedProduct(node, product);
  if (item.kind != Kind::kPrimitive || Primitives()[item.id].parity != Parity::kOdd) return node;
  const NodeIndex inner = Unsigned(item.args[0]);
  return inner == item.args[0] ? node : Apply(item.id, {&inner, 1});
}

NodeIndex Rewriter::UnsignedProduct(NodeIndex node, const Product& product) {
  Product shorter{.coefficient = product.coefficient, .divisors = product.divisors};
  bool changed = false;
  for (const Factor& factor : product.factors) {
    // The negation of a sum that could not move inside reads as its own factor.
    const bool opens = factor.exponent == 1 && factor.node != node;
    const NodeIndex inner = opens ? Unsigned(factor.node) : factor.node;
    changed |= inner != factor.node;
    if (inner == factor.node) {
      shorter.factors.push_back(factor);
    } else if (!ReadFactor(inner, false, shorter)) {
      return node;
    }
  }
  return changed ? WriteProduct(std::move(shorter)) : node;
}

// Even and odd functions: the sign of the argument goes away or comes out.
NodeIndex Rewriter::ApplySymmetric(std::uint16_t id, NodeIndex arg) {
  double value = 0;
  if (FoldConstants(id, {&arg, 1}, value)) return Constant(value);
  const Parity parity = Primitives()[id].parity;
  if (id == IdOf<rows::AbsRow>()) return ApplyAbs(arg);
  if (parity == Parity::kEven) arg = Unsigned(arg);
  const double sign = parity == Parity::kNone ? 1 : TakeSign(arg);
  const std::optional<NodeIndex> shorter = Undo(id, arg);
  const NodeIndex node = shorter ? *shorter : Raw(id, {&arg, 1});
  return parity == Parity::kOdd && sign < 0 ? Negate(node) : node;
}

NodeIndex Rewriter::ApplyAbs(NodeIndex arg) {
  arg = Unsigned(arg);
  if (TakeSign(arg) < 0) return ApplyAbs(arg);
  if (ranges_[arg].low >= 0) return arg;
  if (ranges_[arg].high <= 0) return Negate(arg);
  if (KeepsSign(graph_[arg].id) && graph_[arg].kind == Kind::kPrimitive) {
    return ApplySymmetric(graph_[arg].id, ApplyAbs(graph_[arg].args[0]));
  }
  if (Is<rows::CubeRow>(arg)) {
    const NodeIndex size = ApplyAbs(graph_[arg].args[0]);
    return ApplyProduct(IdOf<rows::CubeRow>(), {&size, 1});
  }
  std::optional<Product> outer = TakeNonnegative(arg, false);
  return outer ? TimesFactor(std::move(*outer), ApplyAbs(arg)) : Make<rows::AbsRow>(arg);
}

// c * g for an argument c * g * h with c > 0 and g >= 0, which leaves h: f(c * g * h) is
// c * g * f(h) where f is abs, relu or min0. A g that may be infinite stays below relu and
// min0, where it may meet a 0, and so does one that may be 0 where h may be infinite. Nothing to
// take: nullopt.
std::optional<Rewriter::Product> Rewriter::TakeNonnegative(NodeIndex& arg, bool bounded) {
  Product product;
  if (!IsProduct(arg) || !ReadProduct(arg, product)) return std::nullopt;
  Product outer{.coefficient = std::abs(product.coefficient)};
  product.coefficient = product.coefficient < 0 ? -1 : 1;
  JoinFactors(product.factors);
  Product infinite = product;
  DropFiniteParts(infinite);
  const bool meets_zero = !infinite.factors.empty() || !infinite.divisors.empty();
  std::erase_if(product.factors, [&](const Factor& factor) {
    const Range& range = ranges_[factor.node];
    const bool is_safe = range.high < HUGE_VAL && (!meets_zero || exists_[factor.node].is_nonzero);
    const bool taken = range.low >= 0 && (!bounded || is_safe);
    if (taken) outer.factors.push_back(factor);
    return taken;
  });
  if (outer.factors.empty() && outer.coefficient == 1) return std::nullopt;
  arg = WriteProduct(std::move(product));
  return outer;
}

NodeIndex Rewriter::TimesFactor(Product product, NodeIndex factor) {
  if (ReadFactor(factor, false, product)) return WriteProduct(std::move(product));
  const NodeIndex list[] = {WriteProduct(std::move(product)), factor};
  return Raw(IdOf<rows::MulRow>(), list);
}

// What f(arg) is where f undoes what stands below it, or has a name of its own.
std::optional<NodeIndex> Rewriter::Undo(std::uint16_t id, NodeIndex arg) {
  const NodeIndex a = graph_[arg].args[0];
  const auto sum = [this](NodeIndex node, double constant) {
    const NodeIndex list[] = {node, Constant(constant)};
    return ApplySum(IdOf<rows::AddRow>(), list);
  };
  switch (id) {
    case IdOf<rows::SqrtRow>():
      if (Is<rows::SquareRow>(arg)) return ApplyAbs(a);
      break;
    case IdOf<rows::ExpRow>():
      if (Is<rows::LogRow>(arg) && StaysAbove(a, 0)) return a;
      if (Is<rows::Log1pRow>(arg) && StaysAbove(a, -1)) return sum(a, 1);
      if (Is<rows::NegRow>(arg) && Is<rows::SquareRow>(a)) {
        return ApplySymmetric(IdOf<rows::GaussianRow>(), graph_[a].args[0]);
      }
      break;
    case IdOf<rows::Expm1Row>():
      if (Is<rows::Log1pRow>(arg) && StaysAbove(a, -1)) return a;
      if (Is<rows::LogRow>(arg) && StaysAbove(a, 0)) return sum(a, -1);
      break;
    case IdOf<rows::LogRow>():
      if (Is<rows::ExpRow>(arg)) return a;
      return ShiftedLog(IdOf<rows::Log1pRow>(), arg, 1);
    case IdOf<rows::Log1pRow>():
      if (Is<rows::Expm1Row>(arg)) return a;
      if (Is<rows::ExpRow>(arg)) return Make<rows::SoftplusRow>(a);
      return ShiftedLog(IdOf<rows::LogRow>(), arg, -1);
    case IdOf<rows::SinhRow>():
      if (Is<rows::AsinhRow>(arg)) return a;
      break;
    case IdOf<rows::AsinhRow>():
      if (Is<rows::SinhRow>(arg)) return a;
      break;
    case IdOf<rows::TanRow>():
      if (Is<rows::AtanRow>(arg)) return a;
      break;
    case IdOf<rows::StepRow>():
    case IdOf<rows::SignRow>(): {
      const NodeIndex shorter = Condition(arg, id == IdOf<rows::StepRow>());
      if (id == IdOf<rows::StepRow>() && ranges_[shorter].high <= 0) return Constant(0);
      if (id == IdOf<rows::SignRow>() && Is<rows::ReluRow>(shorter)) {
        return ApplySymmetric(IdOf<rows::StepRow>(), shorter);
      }
      if (shorter != arg) return ApplySymmetric(id, shorter);
      break;
    }
    case IdOf<rows::GaussianRow>():
      if (Is<rows::SqrtRow>(arg) && StaysAbove(a, 0)) {
        return ApplySymmetric(IdOf<rows::ExpRow>(), Negate(a));
      }
      if (Is<rows::ExpRow>(arg)) {
        const NodeIndex square =
            ApplySymmetric(IdOf<rows::ExpRow>(), Times(2, graph_[arg].args[0]));
        return ApplySymmetric(IdOf<rows::ExpRow>(), Negate(square));
      }
      break;
    case IdOf<rows::ErfcRow>():
      return NormalCdf(arg);
    default:
      break;
  }
  return std::nullopt;
}

// log(a + 1) -> log1p(a), log1p(a - 1) -> log(a).
std::optional<NodeIndex> Rewriter::ShiftedLog(std::uint16_t id, NodeIndex arg, double constant) {
  Sum sum;
  if (!IsSum(arg) || !ReadSum(arg, 1, sum) || !JoinTerms(sum) || sum.constant != constant) {
    return std::nullopt;
  }
  sum.constant = 0;
  return ApplySymmetric(id, WriteSum(sum));
}

// erfc(k a) -> 2 normal_cdf(-sqrt(2) k a) where sqrt(2) k is a multiple of 1/8.
std::optional<NodeIndex> Rewriter::NormalCdf(NodeIndex arg) {
  Product product;
  if (!IsProduct(arg) || !ReadProduct(arg, product)) return std::nullopt;
  const double scale = -std::numbers::sqrt2 * product.coefficient;
  const double snapped = std::nearbyint(8 * scale) / 8;
  if (snapped == 0 || std::abs(scale - snapped) > 1e-15 * std::abs(scale)) return std::nullopt;
  product.coefficient = snapped;
  const NodeIndex inner = WriteProduct(std::move(product));
  return WriteProduct({.coefficient = 2, .factors = {{Make<rows::NormalCdfRow>(inner), 1}}});
}

// The shortest node that is positive where `node` is; for sign(node) also negative
// where it is.
NodeIndex Rewriter::Condition(NodeIndex node, bool positive_only) {
  while (graph_[node].kind == Kind::kPrimitive) {
    const NodeIndex a = graph_[node].args[0];
    if (KeepsSign(graph_[node].id) || Is<rows::CubeRow>(node) || Is<rows::Expm1Row>(node) ||
        Is<rows::SignRow>(node)) {
      node = a;
    } else if (positive_only && (Is<rows::ReluRow>(node) || Is<rows::SqrtRow>(node) ||
                                 Is<rows::Log1pRow>(node) || Is<rows::StepRow>(node))) {
      node = a;
    } else {
      Product product;
      if (!IsProduct(node) || !ReadProduct(node, product)) return node;
      const bool is_negative = product.coefficient < 0;
      if (product.coefficient == 1 || product.coefficient == 0) return node;
      product.coefficient = 1;
      node = WriteProduct(std::move(product));
      if (is_negative) return Negate(Condition(node, false));
    }
  }
  return node;
}

NodeIndex Rewriter::ApplyCall(std::uint16_t id, std::span<const NodeIndex> args) {
  const NodeIndex a = args[0];
  const NodeIndex b = args[1];
  switch (id) {
    case IdOf<rows::SelectRow>():
      return ApplySelect(a, b, args[2]);
    case IdOf<rows::LerpRow>():
      return ApplyLerp(a, b, args[2]);
    case IdOf<rows::GateRow>(): {
      const NodeIndex gate[] = {Make<rows::SigmoidRow>(a), b};
      if (!IsConstant(a)) return ApplyProduct(IdOf<rows::MulRow>(), gate);
      const NodeIndex scaled[] = {Constant(Sigmoid(graph_[a].value)), b};
      return ApplyProduct(IdOf<rows::MulRow>(), scaled);
    }
    case IdOf<rows::DivEpsRow>():
      if (IsConstant(b)) {
        const double divisor = graph_[b].value;
        const NodeIndex scaled[] = {a, Constant(divisor + (divisor < 0 ? -1e-7 : 1e-7))};
        return ApplyProduct(IdOf<rows::DivRow>(), scaled);
      }
      if (IsConstant(a, 0) && IsNumber(b)) return a;
      break;
    case IdOf<rows::GaussianKernelRow>():
    case IdOf<rows::LaplaceKernelRow>():
      return ApplyKernel(id, a, b, args[2]);
    default:
      if (Primitives()[id].commutative && Before(b, a)) {
        const NodeIndex swapped[] = {b, a};
        return Raw(id, swapped);
      }
      break;
  }
  return Raw(id, args);
}

NodeIndex Rewriter::ApplySelect(NodeIndex condition, NodeIndex a, NodeIndex b) {
  if (a == b) return a;
  if (IsConstant(condition)) return graph_[condition].value > 0 ? a : b;
  condition = Condition(condition, true);
  if (IsConstant(condition)) return graph_[condition].value > 0 ? a : b;
  if (ranges_[condition].high <= 0) return b;
  if (IsConstant(b, 0) && IsNumber(a) && Condition(a, true) == condition) {
    return ApplyExtremum(IdOf<rows::ReluRow>(), {&a, 1});
  }
  if (IsConstant(a, 0) && Condition(b, false) == condition) {
    return ApplyExtremum(IdOf<rows::Min0Row>(), {&b, 1});
  }
  if (IsConstant(a, 1) && IsConstant(b, 0)) {
    return ApplySymmetric(IdOf<rows::StepRow>(), condition);
  }
  if (a == condition && b == Negate(a)) return ApplyAbs(a);
  if (b == condition && a == Negate(b)) return Negate(ApplyAbs(b));
  return Make<rows::SelectRow>(condition, a, b);
}

NodeIndex Rewriter::ApplyLerp(NodeIndex a, NodeIndex b, NodeIndex c) {
  if (a == b && IsFinite(a) && IsFinite(c)) return a;
  const NodeIndex first[] = {c, a};
  if (IsConstant(b, 0) && IsFinite(c)) return ApplyProduct(IdOf<rows::MulRow>(), first);
  if (!IsConstant(c) && !IsConstant(a, 0)) return Make<rows::LerpRow>(a, b, c);
  const NodeIndex rest[] = {Constant(1), c};
  const NodeIndex second[] = {ApplySum(IdOf<rows::SubRow>(), rest), b};
  const NodeIndex sum[] = {ApplyProduct(IdOf<rows::MulRow>(), first),
                           ApplyProduct(IdOf<rows::MulRow>(), second)};
  return ApplySum(IdOf<rows::AddRow>(), sum);
}

// Kernels depend on the difference of a and b, which may be shorter than both, and
// not on its sign.
NodeIndex Rewriter::ApplyKernel(std::uint16_t id, NodeIndex a, NodeIndex b, NodeIndex c) {
  const bool is_one = IsFinite(a) && IsFinite(b) && IsFinite(c);
  if (is_one && (a == b || IsConstant(c, 0))) return Constant(1);
  const NodeIndex pair[] = {a, b};
  NodeIndex difference = Unsigned(ApplySum(IdOf<rows::SubRow>(), pair));
  TakeSign(difference);
  if (sizes_[difference] < sizes_[a] + sizes_[b] && !IsConstant(difference)) {
    a = Constant(0);
    b = difference;
  }
  if (Before(b, a)) std::swap(a, b);
  if (IsConstant(a, 0) && IsConstant(c, 1) && id == IdOf<rows::GaussianKernelRow>()) {
    return ApplySymmetric(IdOf<rows::GaussianRow>(), b);
  }
  const NodeIndex list[] = {a, b, c};
  return Raw(id, list);
}

}  // namespace actsearch::expr
