// Sums in normal form: terms with coefficients, in order, each node once.
#include <algorithm>
#include <cmath>

#include "search_spaces/expr/rewrite.h"

namespace actsearch::expr {
namespace {

// Longer sums stay as written: it bounds the work on shared subexpressions.
constexpr std::size_t kMaxTerms = 64;

}  // namespace

NodeIndex Rewriter::ApplySum(std::uint16_t id, std::span<const NodeIndex> args) {
  Sum sum;
  const double sign = id == IdOf<rows::SubRow>() ? -1 : 1;
  if (!ReadSum(args[0], 1, sum) || !ReadSum(args[1], sign, sum) || !JoinTerms(sum)) {
    if (sign > 0 && BeforeInSum(args[1], args[0])) return Make<rows::AddRow>(args[1], args[0]);
    return Raw(id, args);
  }
  return WriteSum(sum);
}

bool Rewriter::ReadSum(NodeIndex node, double coefficient, Sum& sum) {
  ++steps_;
  const Graph::Item item = graph_[node];
  if (item.kind == Kind::kConstant) {
    sum.constant += coefficient * item.value;
    return std::isfinite(sum.constant);
  }
  if (IsSum(node)) {
    if (Is<rows::NegRow>(node)) return ReadSum(item.args[0], -coefficient, sum);
    const double right = Is<rows::SubRow>(node) ? -coefficient : coefficient;
    return ReadSum(item.args[0], coefficient, sum) && ReadSum(item.args[1], right, sum);
  }
  if (IsProduct(node)) {
    Product product;
    if (!ReadProduct(node, product)) return false;
    coefficient *= product.coefficient;
    if (product.coefficient != 1) {
      product.coefficient = 1;
      node = WriteProduct(std::move(product));
      if (std::abs(coefficient) == 1 && IsSum(node)) return ReadSum(node, coefficient, sum);
    }
  }
  sum.terms.push_back({coefficient, node});
  return std::isfinite(coefficient) && sum.terms.size() <= kMaxTerms;
}

// The coefficients of equal nodes added; `sum` is sorted. Where terms of both signs meet that may
// be infinite, infinity - infinity is left behind as 0 times the node. False where a coefficient
// is no number.
bool Rewriter::AddCoefficients(const Sum& sum, std::vector<Term>& joined) const {
  std::vector<Term> left;
  for (const Term& term : sum.terms) {
    const bool is_same = !joined.empty() && joined.back().node == term.node &&
                         (joined.back().coefficient == 0) == (term.coefficient == 0);
    if (!is_same) {
      joined.push_back(term);
      continue;
    }
    double& coefficient = joined.back().coefficient;
    const bool cancels = (coefficient > 0) != (term.coefficient > 0) && !IsFinite(term.node);
    coefficient += term.coefficient;
    if (!std::isfinite(coefficient)) return false;
    if (cancels && coefficient != 0) left.push_back({0, term.node});
  }
  joined.insert(joined.end(), left.begin(), left.end());
  return true;
}

// Drops terms without coefficient, but for what makes them infinite or NaN somewhere. True where
// that is shorter than the term.
bool Rewriter::DropZeros(std::vector<Term>& terms) {
  std::erase_if(terms, [this](const Term& term) {
    return term.coefficient == 0 && IsFinite(term.node);
  });
  bool has_changed = false;
  for (Term& term : terms) {
    if (term.coefficient != 0) continue;
    const NodeIndex residue = Residue(term.node);
    has_changed |= residue != term.node;
    term.node = residue;
  }
  return has_changed;
}

// Sorts, adds the coefficients of equal nodes and drops what vanishes.
bool Rewriter::JoinTerms(Sum& sum) {
  std::stable_sort(sum.terms.begin(), sum.terms.end(),
                   [this](const Term& a, const Term& b) { return BeforeInSum(a.node, b.node); });
  std::vector<Term> joined;
  joined.reserve(sum.terms.size());
  if (!AddCoefficients(sum, joined)) return false;
  if (DropZeros(joined)) {
    sum.terms = std::move(joined);
    return JoinTerms(sum);
  }
  const auto opens = [this](const Term& term) {  // 2 * (x + 1) - (x + 1) loses its coefficient
    return std::abs(term.coefficient) == 1 && IsSum(term.node);
  };
  if (std::ranges::none_of(joined, opens)) {
    sum.terms = std::move(joined);
    return ApplySumIdentity(sum) ? JoinTerms(sum) : true;
  }
  Sum opened{.constant = sum.constant};
  for (const Term& term : joined) {
    if (!opens(term)) {
      opened.terms.push_back(term);
    } else if (!ReadSum(term.node, term.coefficient, opened)) {
      return false;
    }
  }
  sum = std::move(opened);
  return JoinTerms(sum);
}

// Positive terms first, then negative ones; a sum without positive ones is negated.
NodeIndex Rewriter::WriteSum(const Sum& sum) {
  if (sum.terms.empty()) return Constant(sum.constant);
  if (sum.terms.size() == 1 && sum.constant == 0) {
    return Scaled(sum.terms[0].coefficient, sum.terms[0].node);
  }
  std::vector<Term> terms = sum.terms;
  if (sum.constant != 0) terms.push_back({sum.constant, Constant(1)});
  const bool negate =
      std::ranges::none_of(terms, [](const Term& term) { return term.coefficient >= 0; });
  if (negate) {
    for (Term& term : terms) term.coefficient = -term.coefficient;
  }
  std::stable_partition(terms.begin(), terms.end(),
                        [](const Term& term) { return term.coefficient >= 0; });
  NodeIndex result = 0;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const NodeIndex scaled = Scaled(std::abs(terms[i].coefficient), terms[i].node);
    result = i == 0                     ? scaled
             : terms[i].coefficient >= 0 ? Make<rows::AddRow>(result, scaled)
                                        : Make<rows::SubRow>(result, scaled);
  }
  return negate ? Make<rows::NegRow>(result) : result;
}

// Also where the product is too long, large or small to be gathered.
NodeIndex Rewriter::Scaled(double coefficient, NodeIndex node) {
  if (IsConstant(node, 1)) return Constant(coefficient);
  Product product{.coefficient = coefficient};
  if (ReadProduct(node, product)) return WriteProduct(std::move(product));
  if (coefficient == 1) return node;
  if (coefficient == -1) return Negate(node);
  const NodeIndex list[] = {Constant(coefficient), node};
  return Raw(IdOf<rows::MulRow>(), list);
}

// Sums stand inside products inside sums: without the memory this would take time
// exponential in the nesting.
double Rewriter::PreferredSign(NodeIndex node) {
  if (node >= signs_.size()) signs_.resize(graph_.size(), 0);
  if (signs_[node] == 0) {
    const signed char sign = FindPreferredSign(node);  // may add nodes
    signs_[node] = sign;
  }
  return signs_[node];
}

signed char Rewriter::FindPreferredSign(NodeIndex node) {
  Sum sum;
  if (!ReadSum(node, 1, sum) || !JoinTerms(sum) || sum.terms.empty()) return 1;
  int balance = (sum.constant > 0) - (sum.constant < 0);
  for (const Term& term : sum.terms) balance += (term.coefficient > 0) - (term.coefficient < 0);
  if (balance != 0) return balance > 0 ? 1 : -1;
  if (sum.constant != 0) return sum.constant > 0 ? 1 : -1;
  return sum.terms[0].coefficient >= 0 ? 1 : -1;
}

bool Rewriter::PartsHaveBothSigns(NodeIndex node) {
  Sum sum;
  if (!ReadSum(node, 1, sum) || !JoinTerms(sum)) return true;
  bool has_positive = sum.constant > 0;
  bool has_negative = sum.constant < 0;
  for (const Term& term : sum.terms) (term.coefficient >= 0 ? has_positive : has_negative) = true;
  return has_positive && has_negative;
}

NodeIndex Rewriter::Negate(NodeIndex node) {
  if (IsExhausted()) return Make<rows::NegRow>(node);
  if (IsConstant(node)) return Constant(-graph_[node].value);
  if (IsSum(node)) {
    Sum sum;
    if (ReadSum(node, -1, sum) && JoinTerms(sum)) return WriteSum(sum);
    return Is<rows::NegRow>(node) ? graph_[node].args[0] : Make<rows::NegRow>(node);
  }
  Product product{.coefficient = -1};
  if (!ReadProduct(node, product)) {
    return Is<rows::NegRow>(node) ? graph_[node].args[0] : Make<rows::NegRow>(node);
  }
  return WriteProduct(std::move(product));
}

}  // namespace actsearch::expr
