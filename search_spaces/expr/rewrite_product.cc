// Products in normal form: a constant, factors and divisors with exponents, in
// order, each node once.
#include <algorithm>
#include <cmath>

#include "search_spaces/expr/rewrite.h"

namespace actsearch::expr {
namespace {

// Longer products and higher powers stay as written.
constexpr std::size_t kMaxFactors = 64;
constexpr int kMaxExponent = 64;

// A constant that overflows or loses digits is not gathered.
bool IsSafe(double coefficient) {
  const double size = std::abs(coefficient);
  return size == 0 || (size > 1e-290 && size < 1e290);
}

// coefficient *= by or /= by; false where the result is not safe, underflow to 0 included.
bool Gather(double by, bool divides, double& coefficient) {
  if (divides && by == 0) return false;
  const bool is_zero = coefficient == 0 || by == 0;
  coefficient = divides ? coefficient / by : coefficient * by;
  return IsSafe(coefficient) && (coefficient != 0 || is_zero);
}

// n when |c| is 1/n for a small integer n: then / n reads better than * c.
double ReciprocalInteger(double c) {
  const double n = std::nearbyint(1 / std::abs(c));
  const bool power_of_two = std::abs(c) == 0.5 || std::abs(c) == 0.25 || std::abs(c) == 0.125;
  return n >= 3 && n <= 1000 && 1 / n == std::abs(c) && !power_of_two ? n : 0;
}

}  // namespace

NodeIndex Rewriter::ApplyProduct(std::uint16_t id, std::span<const NodeIndex> args) {
  Product product;
  bool ok = true;
  switch (id) {
    case IdOf<rows::MulRow>(): {
      // In the order in which they are written where they stay as they are: whether constants can
      // be gathered depends on it.
      const bool swaps = Before(args[1], args[0]);
      ok = ReadFactor(args[swaps ? 1 : 0], false, product) &&
           ReadFactor(args[swaps ? 0 : 1], false, product);
      break;
    }
    case IdOf<rows::DivRow>():
      ok = ReadFactor(args[0], false, product) && ReadFactor(args[1], true, product);
      break;
    case IdOf<rows::ReciprocalRow>():
      ok = ReadFactor(args[0], true, product);
      break;
    case IdOf<rows::SquareRow>():
      ok = ReadPower(args[0], 2, false, product);
      break;
    default:
      ok = ReadPower(args[0], 3, false, product);
      break;
  }
  if (ok) return WriteProduct(std::move(product));
  if (id == IdOf<rows::MulRow>() && Before(args[1], args[0])) {
    return Make<rows::MulRow>(args[1], args[0]);
  }
  return Raw(id, args);
}

bool Rewriter::ReadProduct(NodeIndex node, Product& product) {
  return ReadFactor(node, false, product);
}

// Multiplies (or divides) `product` by node.
bool Rewriter::ReadFactor(NodeIndex node, bool divides, Product& product) {
  ++steps_;
  const Graph::Item item = graph_[node];
  if (item.kind == Kind::kConstant) return Gather(item.value, divides, product.coefficient);
  if (IsSum(node) && PreferredSign(node) < 0) {
    product.coefficient = -product.coefficient;
    node = Negate(node);
  } else if (Is<rows::NegRow>(node) && !IsSum(node)) {
    product.coefficient = -product.coefficient;
    return ReadFactor(item.args[0], divides, product);
  } else if (Is<rows::DivRow>(node)) {
    return ReadFactor(item.args[0], divides, product) &&
           ReadFactor(item.args[1], !divides, product);
  } else if (Is<rows::MulRow>(node)) {
    if (divides) return ReadDivisor(node, product);
    return ReadFactor(item.args[0], false, product) && ReadFactor(item.args[1], false, product);
  } else if (Is<rows::SquareRow>(node)) {
    return ReadPower(item.args[0], 2, divides, product);
  } else if (Is<rows::CubeRow>(node)) {
    return ReadPower(item.args[0], 3, divides, product);
  }
  (divides ? product.divisors : product.factors).push_back({node, 1});
  return product.factors.size() + product.divisors.size() <= kMaxFactors;
}

// base^exponent: the constant and the sign come out, a single factor's exponents
// multiply, and a product of several stays one base.
bool Rewriter::ReadPower(NodeIndex base, int exponent, bool divides, Product& product) {
  const PowerBase read = ReadBase(base);
  if (!read.ok) return false;
  const double c = read.coefficient;
  for (int i = 0; i < exponent; ++i) {
    if (!Gather(c, divides, product.coefficient)) return false;
  }
  auto& list = read.divides != divides ? product.divisors : product.factors;
  if (read.factor.exponent * exponent <= kMaxExponent) {
    list.push_back({read.factor.node, read.factor.exponent * exponent});
  } else {
    list.push_back({Power(read.factor.node, read.factor.exponent), exponent});
  }
  return true;
}

// Powers stand inside products inside powers: each base is read once.
Rewriter::PowerBase Rewriter::ReadBase(NodeIndex node) {
  const auto known = bases_.find(node);
  if (known != bases_.end()) return known->second;
  PowerBase base;
  Product product;
  if (ReadProduct(node, product)) {
    JoinFactors(product.factors);
    JoinFactors(product.divisors);
    base.ok = true;
    base.coefficient = product.coefficient;
    product.coefficient = 1;
    base.divides = product.factors.empty() && product.divisors.size() == 1;
    if (base.divides) {
      base.factor = product.divisors[0];
    } else if (product.factors.size() == 1 && product.divisors.empty()) {
      base.factor = product.factors[0];
    } else {
      base.factor = {WriteProduct(std::move(product)), 1};
    }
  }
  bases_.emplace(node, base);
  return base;
}

// Divides by a product: its constant comes out, its divisors become factors, and
// several factors stay one divisor (two divisions are dearer than one).
bool Rewriter::ReadDivisor(NodeIndex node, Product& product) {
  Product inner;
  if (!ReadProduct(node, inner) || inner.coefficient == 0) return false;
  product.coefficient /= inner.coefficient;
  if (!IsSafe(product.coefficient)) return false;
  inner.coefficient = 1;
  product.factors.insert(product.factors.end(), inner.divisors.begin(), inner.divisors.end());
  inner.divisors.clear();
  JoinFactors(inner.factors);
  if (inner.factors.empty()) return true;
  if (inner.factors.size() == 1) {
    product.divisors.push_back(inner.factors[0]);
  } else {
    product.divisors.push_back({WriteProduct(std::move(inner)), 1});
  }
  return product.factors.size() + product.divisors.size() <= kMaxFactors;
}

void Rewriter::JoinFactors(std::vector<Factor>& factors) const {
  std::stable_sort(factors.begin(), factors.end(),
                   [this](const Factor& a, const Factor& b) { return Before(a.node, b.node); });
  std::size_t kept = 0;
  for (const Factor& factor : factors) {
    if (kept > 0 && factors[kept - 1].node == factor.node &&
        factors[kept - 1].exponent + factor.exponent <= kMaxExponent) {
      factors[kept - 1].exponent += factor.exponent;
    } else {
      factors[kept++] = factor;
    }
  }
  factors.resize(kept);
}

NodeIndex Rewriter::WriteProduct(Product product) {
  const double c = product.coefficient;
  if (c == 0) {
    DropFiniteParts(product);
    if (product.factors.empty() && product.divisors.empty()) return Constant(0);
  }
  JoinFactors(product.factors);
  JoinFactors(product.divisors);
  if (ApplyProductIdentity(product)) return WriteProduct(std::move(product));
  std::vector<NodeIndex> factors;
  for (const Factor& factor : product.factors) WritePower(factor, factors);
  std::ranges::stable_sort(factors, [this](NodeIndex a, NodeIndex b) { return Before(a, b); });
  if (product.divisors.empty()) {
    if (factors.empty()) return Constant(c);
    if (factors.size() == 1 && c == -1 && IsSum(factors[0])) return Negate(factors[0]);
    if (const double n = ReciprocalInteger(c)) {
      return Make<rows::DivRow>(WriteFactors(c > 0 ? 1 : -1, factors), Constant(n));
    }
    return WriteFactors(c, factors);
  }
  NodeIndex result = factors.empty() ? Constant(c) : WriteFactors(c, factors);
  for (const Factor& divisor : product.divisors) {
    result = Make<rows::DivRow>(result, Power(divisor.node, divisor.exponent));
  }
  return result;
}

NodeIndex Rewriter::WriteFactors(double coefficient, const std::vector<NodeIndex>& factors) {
  NodeIndex result = factors[0];
  if (coefficient == -1) {
    result = Make<rows::NegRow>(result);
  } else if (coefficient != 1) {
    result = Make<rows::MulRow>(Constant(coefficient), result);
  }
  for (std::size_t i = 1; i < factors.size(); ++i) {
    result = Make<rows::MulRow>(result, factors[i]);
  }
  return result;
}

// The nodes whose product is the factor, from squares and cubes.
void Rewriter::WritePower(const Factor& factor, std::vector<NodeIndex>& nodes) {
  const auto [node, exponent] = factor;
  if (exponent == 1) {
    nodes.push_back(node);
  } else if (exponent % 2 == 0) {
    nodes.push_back(Make<rows::SquareRow>(Power(node, exponent / 2)));
  } else if (exponent % 3 == 0) {
    nodes.push_back(Make<rows::CubeRow>(Power(node, exponent / 3)));
  } else {
    nodes.push_back(node);
    WritePower({node, exponent - 1}, nodes);
  }
}

NodeIndex Rewriter::Power(NodeIndex node, int exponent) {
  std::vector<NodeIndex> nodes;
  WritePower({node, exponent}, nodes);
  std::ranges::stable_sort(nodes, [this](NodeIndex a, NodeIndex b) { return Before(a, b); });
  return WriteFactors(1, nodes);
}

double Rewriter::TakeSign(NodeIndex& node) {
  if (IsConstant(node)) {
    const double value = graph_[node].value;
    if (value < 0) node = Constant(-value);
    return value < 0 ? -1 : 1;
  }
  if (IsSum(node)) {
    if (PreferredSign(node) > 0) return 1;
    node = Negate(node);
    return -1;
  }
  Product product;
  if (!IsProduct(node) || !ReadProduct(node, product) || product.coefficient >= 0) return 1;
  product.coefficient = -product.coefficient;
  node = WriteProduct(std::move(product));
  return -1;
}

}  // namespace actsearch::expr
