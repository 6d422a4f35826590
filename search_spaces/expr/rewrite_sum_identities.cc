// Terms that make one term together, or with the constant: 1 - sigmoid(a), relu(a) +
// min0(a), sin(a)^2 + cos(a)^2. Each makes the sum shorter.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "search_spaces/expr/rewrite.h"

namespace actsearch::expr {
namespace {

// What can be part of such a sum.
constexpr auto kTakesPart = [] {
  std::array<bool, kPrimitiveCount> takes{};
  for (const std::uint16_t id :
       {IdOf<rows::ExpRow>(), IdOf<rows::Expm1Row>(), IdOf<rows::SigmoidRow>(),
        IdOf<rows::TanhRow>(), IdOf<rows::ErfRow>(), IdOf<rows::ErfcRow>(),
        IdOf<rows::NormalCdfRow>(), IdOf<rows::ReluRow>(), IdOf<rows::Min0Row>(),
        IdOf<rows::AbsRow>(), IdOf<rows::SoftplusRow>(), IdOf<rows::SquareRow>(),
        IdOf<rows::CoshRow>(), IdOf<rows::SinhRow>(), IdOf<rows::AtanRow>(), IdOf<rows::AsinhRow>(),
        IdOf<rows::CubeRow>()}) {
    takes[id] = true;
  }
  return takes;
}();

}  // namespace

NodeIndex Rewriter::Times(double factor, NodeIndex node) {
  const NodeIndex list[] = {Constant(factor), node};
  return ApplyProduct(IdOf<rows::MulRow>(), list);
}

// True when the sum changed; a change that cannot be made whole is not begun.
bool Rewriter::ApplySumIdentity(Sum& sum) {
  const auto takes_part = [this](const Term& term) {
    const Graph::Item& item = graph_[term.node];
    return item.kind == Kind::kPrimitive && kTakesPart[item.id];
  };
  for (std::size_t i = 0; i < sum.terms.size() && !IsExhausted(); ++i) {
    if (!takes_part(sum.terms[i])) continue;
    if (uses_all_ && sum.constant != 0 && JoinConstant(sum, i)) return true;
    if (sum.terms.size() > 1 && sum.terms.size() <= 8 && (JoinHalves(sum, i) || JoinPair(sum, i))) {
      return true;
    }
  }
  return false;
}

// Term i becomes coefficient * node; the term `other` goes, or where there is none the constant.
bool Rewriter::PutTerm(Sum& sum, std::size_t i, double coefficient, NodeIndex node,
                       std::optional<std::size_t> other) {
  Sum joined = sum;
  const auto erase = [&joined](std::size_t k) {
    joined.terms.erase(joined.terms.begin() + static_cast<std::ptrdiff_t>(k));
  };
  if (other) {
    erase(std::max(i, *other));
    erase(std::min(i, *other));
  } else {
    erase(i);
    joined.constant = 0;
  }
  if (!ReadSum(node, coefficient, joined)) return false;
  sum = std::move(joined);
  return true;
}

bool Rewriter::JoinConstant(Sum& sum, std::size_t i) {
  const auto [c, node] = sum.terms[i];
  const NodeIndex a = graph_[node].args[0];
  const double k = sum.constant;
  const auto put = [&, i = i](double coefficient, NodeIndex made) {
    return PutTerm(sum, i, coefficient, made, std::nullopt);
  };
  switch (graph_[node].id) {
    case IdOf<rows::ExpRow>():
      return k == -c && put(c, ApplySymmetric(IdOf<rows::Expm1Row>(), a));
    case IdOf<rows::Expm1Row>():
      return k == c && put(c, ApplySymmetric(IdOf<rows::ExpRow>(), a));
    case IdOf<rows::SigmoidRow>():
      if (k == -c) return put(-c, ApplySymmetric(IdOf<rows::SigmoidRow>(), Negate(a)));
      return 2 * k == -c && put(0.5 * c, ApplySymmetric(IdOf<rows::TanhRow>(), Times(0.5, a)));
    case IdOf<rows::TanhRow>():
      if (k == c) return put(2 * c, ApplySymmetric(IdOf<rows::SigmoidRow>(), Times(2, a)));
      return k == -c && put(-2 * c, ApplySymmetric(IdOf<rows::SigmoidRow>(), Times(-2, a)));
    case IdOf<rows::ErfRow>():
      if (k == c) return put(c, ApplySymmetric(IdOf<rows::ErfcRow>(), Negate(a)));
      return k == -c && put(-c, ApplySymmetric(IdOf<rows::ErfcRow>(), a));
    case IdOf<rows::ErfcRow>():
      if (k == -c) return put(-c, ApplySymmetric(IdOf<rows::ErfRow>(), a));
      return k == -2 * c && put(-c, ApplySymmetric(IdOf<rows::ErfcRow>(), Negate(a)));
    case IdOf<rows::NormalCdfRow>():
      return k == -c && put(-c, ApplySymmetric(IdOf<rows::NormalCdfRow>(), Negate(a)));
    default:
      return false;
  }
}

// relu(a) has the share {1, 0}, min0(a) {0, 1} and abs(a) {1, -1} of a's positive and
// negative part; so do f(relu(a)) and the like of f(a) where f passes the parts.
Rewriter::Half Rewriter::HalfOf(NodeIndex node) {
  const Graph::Item item = graph_[node];
  if (item.kind != Kind::kPrimitive) return {};
  const NodeIndex a = item.args[0];
  if (Is<rows::AbsRow>(node)) return {a, 1, -1};
  if (Is<rows::ReluRow>(node) || Is<rows::Min0Row>(node)) {
    const bool is_relu = Is<rows::ReluRow>(node);
    if (!IsSum(a) || PreferredSign(a) > 0) return {a, is_relu ? 1 : 0, is_relu ? 0 : 1};
    return {Negate(a), is_relu ? 0 : -1, is_relu ? -1 : 0};
  }
  if (!PassesHalves(node)) return {};
  Half half = HalfOf(a);
  if (half.positive == 0 && half.negative == 0) return {};
  if (Is<rows::Expm1Row>(node) && std::min(half.positive, half.negative) < 0) return {};  // not odd
  half.whole = Raw(item.id, {&half.whole, 1});
  return half;
}

// a, relu(a), min0(a) and abs(a) are sums of two of them: three of them, or two that
// make one, become r * relu(a) + m * min0(a).
bool Rewriter::JoinHalves(Sum& sum, std::size_t i) {
  const Half first = HalfOf(sum.terms[i].node);
  if (first.positive == 0 && first.negative == 0) return false;
  const NodeIndex a = first.whole;
  if (!IsFinite(a)) return false;
  const auto share_of = [&](NodeIndex node) -> Half {
    if (node == a) return {a, 1, 1};
    const Half half = HalfOf(node);
    return half.whole == a ? half : Half{};
  };
  double positive = 0;
  double negative = 0;
  std::vector<Term> rest;
  for (const Term& term : sum.terms) {
    const Half share = share_of(term.node);
    positive += share.positive * term.coefficient;
    negative += share.negative * term.coefficient;
    if (share.positive == 0 && share.negative == 0) rest.push_back(term);
  }
  const std::size_t count = sum.terms.size() - rest.size();
  const bool is_one = std::abs(positive) == std::abs(negative) || positive == 0 || negative == 0;
  if (count < 2 || (count == 2 && !is_one)) return false;
  Sum joined{.terms = std::move(rest), .constant = sum.constant};
  const auto add = [&](double coefficient, NodeIndex node) {
    return coefficient == 0 || ReadSum(node, coefficient, joined);
  };
  bool ok = false;
  if (positive == negative) {
    ok = add(positive, a);
  } else if (positive == -negative) {
    ok = add(positive, ApplyAbs(a));
  } else {
    ok = add(positive, ApplyExtremum(IdOf<rows::ReluRow>(), {&a, 1})) &&
         add(negative, ApplyExtremum(IdOf<rows::Min0Row>(), {&a, 1}));
  }
  if (ok) sum = std::move(joined);
  return ok;
}

bool Rewriter::JoinPair(Sum& sum, std::size_t i) {
  const auto [c, node] = sum.terms[i];
  const NodeIndex a = graph_[node].args[0];
  const auto find = [&](NodeIndex wanted, double coefficient) -> std::optional<std::size_t> {
    for (std::size_t k = 0; k < sum.terms.size(); ++k) {
      if (k != i && sum.terms[k].node == wanted && sum.terms[k].coefficient == coefficient)
        return k;
    }
    return std::nullopt;
  };
  // f(b) where there is a term coefficient * f(b) already: nothing is made for the search.
  const auto find_call = [&]<class R>(NodeIndex b,
                                      double coefficient) -> std::optional<std::size_t> {
    for (std::size_t k = 0; k < sum.terms.size(); ++k) {
      const bool is_it =
          k != i && Is<R>(sum.terms[k].node) && graph_[sum.terms[k].node].args[0] == b;
      if (is_it && sum.terms[k].coefficient == coefficient) return k;
    }
    return std::nullopt;
  };
  switch (graph_[node].id) {
    case IdOf<rows::SoftplusRow>(): {
      if (const auto k = find_call.operator()<rows::SoftplusRow>(Negate(a), -c)) {
        return PutTerm(sum, i, c, a, k);
      }
      Sum arg;
      if (!IsFinite(a)) return false;
      if (!ReadSum(a, 1, arg) || !JoinTerms(arg)) return false;
      if (arg.terms.size() != 1 || arg.constant != 0) return false;
      const auto k = find(arg.terms[0].node, -c * arg.terms[0].coefficient);
      return k && PutTerm(sum, i, c, Make<rows::SoftplusRow>(Negate(a)), k);
    }
    case IdOf<rows::SigmoidRow>():
      if (const auto k = find_call.operator()<rows::SigmoidRow>(Negate(a), c); k && IsNumber(a)) {
        return PutTerm(sum, i, c, Constant(1), k);
      } else if (const auto other = find_call.operator()<rows::SigmoidRow>(Negate(a), -c)) {
        return PutTerm(sum, i, c, ApplySymmetric(IdOf<rows::TanhRow>(), Times(0.5, a)), other);
      }
      return false;
    case IdOf<rows::NormalCdfRow>(): {
      const auto k = find_call.operator()<rows::NormalCdfRow>(Negate(a), c);
      return k && IsNumber(a) && PutTerm(sum, i, c, Constant(1), k);
    }
    case IdOf<rows::SquareRow>(): {
      if (graph_[a].kind != Kind::kPrimitive) return false;
      const NodeIndex inner = graph_[a].args[0];
      const bool is_cosh = Is<rows::CoshRow>(a);
      if ((!is_cosh && !Is<rows::CosRow>(a)) || !IsFinite(inner)) return false;
      const NodeIndex other = is_cosh ? Make<rows::SinhRow>(inner) : Make<rows::SinRow>(inner);
      const auto k = find(Make<rows::SquareRow>(other), is_cosh ? -c : c);
      return k && PutTerm(sum, i, c, Constant(1), k);
    }
    case IdOf<rows::ExpRow>():
      if (!IsFinite(a)) return false;
      if (const auto k = find_call.operator()<rows::CoshRow>(a, -c)) {
        return PutTerm(sum, i, c, ApplySymmetric(IdOf<rows::SinhRow>(), a), k);
      } else if (const auto other = find_call.operator()<rows::SinhRow>(a, -c)) {
        return PutTerm(sum, i, c, ApplySymmetric(IdOf<rows::CoshRow>(), a), other);
      }
      return false;
    case IdOf<rows::CoshRow>():
      if (!IsFinite(a)) return false;
      if (const auto k = find_call.operator()<rows::SinhRow>(a, c)) {
        return PutTerm(sum, i, c, ApplySymmetric(IdOf<rows::ExpRow>(), a), k);
      } else if (const auto other = find_call.operator()<rows::SinhRow>(a, -c)) {
        return PutTerm(sum, i, c, ApplySymmetric(IdOf<rows::ExpRow>(), Negate(a)), other);
      }
      return false;
    default:
      return false;
  }
}

}  // namespace actsearch::expr
