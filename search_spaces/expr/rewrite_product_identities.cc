// Factors that make one factor together: x * step(x), exp(a) * exp(b), 1 / (1 + exp(a)).
// Each makes the product shorter.
#include <algorithm>
#include <array>

#include "search_spaces/expr/rewrite.h"

namespace actsearch::expr {
namespace {

constexpr auto kTakesPart = [] {
  std::array<bool, kPrimitiveCount> takes{};
  for (const std::uint16_t id :
       {IdOf<rows::AbsRow>(), IdOf<rows::SqrtRow>(), IdOf<rows::StepRow>(), IdOf<rows::SignRow>(),
        IdOf<rows::ReluRow>(), IdOf<rows::Min0Row>(), IdOf<rows::ExpRow>(), IdOf<rows::SincRow>(),
        IdOf<rows::TanhRow>()}) {
    takes[id] = true;
  }
  return takes;
}();

}  // namespace

// True when the product changed; a change that cannot be made whole is not begun. The factors are
// sorted and joined.
bool Rewriter::ApplyProductIdentity(Product& product) {
  if (IsExhausted()) return false;
  for (std::size_t i = 0; i < product.factors.size(); ++i) {
    const Graph::Item& item = graph_[product.factors[i].node];
    if (item.kind != Kind::kPrimitive || !kTakesPart[item.id]) continue;
    if (JoinPower(product, false, i) || JoinFactor(product, i)) return true;
  }
  if (uses_all_ && JoinExponentials(product)) return true;
  for (std::size_t i = 0; i < product.divisors.size(); ++i) {
    if (JoinPower(product, true, i) || JoinDivisor(product, i)) return true;
  }
  return false;
}

bool Rewriter::Drop(std::vector<Factor>& factors, std::size_t i, int exponent) {
  if ((factors[i].exponent -= exponent) == 0) {
    factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return true;
}

// Even powers of abs and sqrt, powers of sign and step.
bool Rewriter::JoinPower(Product& product, bool divides, std::size_t i) {
  std::vector<Factor>& factors = divides ? product.divisors : product.factors;
  const auto [node, exponent] = factors[i];
  if (exponent < 2) return false;
  const NodeIndex a = graph_[node].args[0];
  const bool is_abs = Is<rows::AbsRow>(node);
  if (is_abs || (Is<rows::SqrtRow>(node) && StaysAbove(a, 0))) {
    Product joined = product;
    Drop(divides ? joined.divisors : joined.factors, i, 2);
    const bool ok = is_abs ? ReadPower(a, 2, divides, joined) : ReadFactor(a, divides, joined);
    if (ok) product = std::move(joined);
    return ok;
  }
  if (Is<rows::StepRow>(node)) return Drop(factors, i, exponent - 1);
  return Is<rows::SignRow>(node) && exponent > 2 && Drop(factors, i, (exponent - 1) / 2 * 2);
}

// f(a) with another factor that reads a.
bool Rewriter::JoinFactor(Product& product, std::size_t i) {
  const NodeIndex node = product.factors[i].node;
  const NodeIndex a = graph_[node].args[0];
  for (std::size_t k = 0; k < product.factors.size(); ++k) {
    const NodeIndex other = product.factors[k].node;
    const bool is_a = other == a;
    if (k != i && Is<rows::StepRow>(node) && IsFinite(other) && Condition(other, true) == a) {
      return Replace(product, i, k, ApplyExtremum(IdOf<rows::ReluRow>(), {&other, 1}));
    }
    if (k == i ||
        (!is_a && (graph_[other].kind != Kind::kPrimitive || graph_[other].args[0] != a))) {
      continue;
    }
    const bool reads_a = !is_a;  // other is g(a)
    const bool is_abs = reads_a && Is<rows::AbsRow>(other);
    if ((Is<rows::ReluRow>(node) || Is<rows::Min0Row>(node)) && IsFinite(a)) {
      const bool is_relu = Is<rows::ReluRow>(node);
      if (reads_a && (is_relu ? Is<rows::Min0Row>(other)
                              : Is<rows::ReluRow>(other) || Is<rows::StepRow>(other))) {
        product.coefficient = 0;
        return true;
      }
      if (reads_a && is_relu && Is<rows::StepRow>(other)) return Drop(product.factors, k, 1);
      if (!is_a && !is_abs) continue;
      if (is_abs && !is_relu && product.factors[k].exponent % 2 != 0) {
        product.coefficient = -product.coefficient;
      }
      product.factors[i].exponent += product.factors[k].exponent;
      return Drop(product.factors, k, product.factors[k].exponent);
    }
    if (Is<rows::SignRow>(node) && is_a) return Replace(product, i, k, ApplyAbs(a));
    if (Is<rows::SignRow>(node) && is_abs) return Replace(product, i, k, a);
    if (Is<rows::SincRow>(node) && is_a) {
      return Replace(product, i, k, ApplySymmetric(IdOf<rows::SinRow>(), a));
    }
    if (Is<rows::TanhRow>(node) && reads_a && Is<rows::CoshRow>(other)) {
      return Replace(product, i, k, ApplySymmetric(IdOf<rows::SinhRow>(), a));
    }
  }
  return false;
}

// One factor i and one factor k become `made`.
bool Rewriter::Replace(Product& product, std::size_t i, std::size_t k, NodeIndex made) {
  Product joined = product;
  Drop(joined.factors, std::max(i, k), 1);
  Drop(joined.factors, std::min(i, k), 1);
  if (!ReadFactor(made, false, joined)) return false;
  product = std::move(joined);
  return true;
}

// exp(a)^2 * exp(b) / exp(c) -> exp(2 a + b - c): finite wherever its parts are, and
// never infinite where their product is not. exp(a) * sigmoid(-a) -> sigmoid(a).
bool Rewriter::JoinExponentials(Product& product) {
  const auto is_exp = [this](const Factor& factor) { return Is<rows::ExpRow>(factor.node); };
  const auto count = std::ranges::count_if(product.factors, is_exp);
  const bool divides = std::ranges::any_of(product.divisors, is_exp);
  if (count == 0 && !divides) return false;
  for (std::size_t i = 0; i < product.factors.size(); ++i) {
    if (!is_exp(product.factors[i])) continue;
    const NodeIndex a = graph_[product.factors[i].node].args[0];
    for (std::size_t k = 0; k < product.factors.size(); ++k) {
      const NodeIndex other = product.factors[k].node;
      if (!Is<rows::SigmoidRow>(other) || graph_[other].args[0] != Negate(a)) continue;
      if (!IsFinite(a)) continue;
      return Replace(product, i, k, ApplySymmetric(IdOf<rows::SigmoidRow>(), a));
    }
  }
  const auto first = std::ranges::find_if(product.factors, is_exp);
  if (count == 1 && !divides && first->exponent == 1) return false;
  NodeIndex exponent = Constant(0);
  const auto add = [&](const Factor& factor, double sign) {
    const NodeIndex sum[] = {exponent, Times(sign * factor.exponent, graph_[factor.node].args[0])};
    exponent = ApplySum(IdOf<rows::AddRow>(), sum);
  };
  for (const Factor& factor : product.factors) {
    if (is_exp(factor)) add(factor, 1);
  }
  for (const Factor& factor : product.divisors) {
    if (is_exp(factor)) add(factor, -1);
  }
  Product joined = product;
  std::erase_if(joined.factors, is_exp);
  std::erase_if(joined.divisors, is_exp);
  const bool vanishes = IsConstant(exponent, 0);
  if (!vanishes && !ReadFactor(ApplySymmetric(IdOf<rows::ExpRow>(), exponent), false, joined)) {
    return false;
  }
  product = std::move(joined);
  return true;
}

// 1 / (k + k exp(a)) -> sigmoid(-a) / k.
bool Rewriter::JoinDivisor(Product& product, std::size_t i) {
  const auto [node, exponent] = product.divisors[i];
  Sum sum;
  if (!uses_all_ || !Is<rows::AddRow>(node) || !ReadSum(node, 1, sum) || !JoinTerms(sum)) {
    return false;
  }
  if (sum.terms.size() != 1 || sum.terms[0].coefficient != sum.constant ||
      !Is<rows::ExpRow>(sum.terms[0].node)) {
    return false;
  }
  const NodeIndex a = graph_[sum.terms[0].node].args[0];
  Product joined = product;
  Drop(joined.divisors, i, 1);
  joined.coefficient /= sum.constant;
  if (!ReadFactor(ApplySymmetric(IdOf<rows::SigmoidRow>(), Negate(a)), false, joined)) return false;
  product = std::move(joined);
  return true;
}

}  // namespace actsearch::expr
