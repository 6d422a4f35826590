// Where the value of a node exists, from what is known of its arguments: what may be dropped
// from a formula without changing where the formula exists.
#include <algorithm>
#include <limits>

#include "search_spaces/expr/reductions.h"
#include "search_spaces/expr/rewrite.h"

namespace actsearch::expr {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

// Finite even where the argument is infinite.
bool IsBounded(std::uint16_t id) {
  switch (id) {
    case IdOf<rows::TanhRow>():
    case IdOf<rows::AtanRow>():
    case IdOf<rows::SigmoidRow>():
    case IdOf<rows::ErfRow>():
    case IdOf<rows::ErfcRow>():
    case IdOf<rows::NormalCdfRow>():
    case IdOf<rows::GaussianRow>():
      return true;
    default:
      return false;
  }
}

// A number, perhaps infinite, where the argument is infinite, and finite where it is finite.
bool ReachesInfinity(std::uint16_t id) {
  switch (id) {
    case IdOf<rows::NegRow>():
    case IdOf<rows::AbsRow>():
    case IdOf<rows::SquareRow>():
    case IdOf<rows::CubeRow>():
    case IdOf<rows::ReluRow>():
    case IdOf<rows::Min0Row>():
    case IdOf<rows::ExpRow>():
    case IdOf<rows::Expm1Row>():
    case IdOf<rows::SoftplusRow>():
    case IdOf<rows::SinhRow>():
    case IdOf<rows::CoshRow>():
    case IdOf<rows::AsinhRow>():
    case IdOf<rows::MaxRow>():
    case IdOf<rows::MinRow>():
      return true;
    default:
      return false;
  }
}

// Never 0 at a finite argument, although 0 is the bound of its values.
bool StaysPositive(std::uint16_t id) {
  switch (id) {
    case IdOf<rows::ExpRow>():
    case IdOf<rows::Exp2Row>():
    case IdOf<rows::SoftplusRow>():
    case IdOf<rows::SigmoidRow>():
    case IdOf<rows::GaussianRow>():
    case IdOf<rows::ErfcRow>():
    case IdOf<rows::NormalCdfRow>():
    case IdOf<rows::SechRow>():
    case IdOf<rows::CoshRow>():
      return true;
    default:
      return false;
  }
}

// 0 where the argument is 0, and nowhere else.
bool KeepsZeros(std::uint16_t id) {
  switch (id) {
    case IdOf<rows::NegRow>():
    case IdOf<rows::AbsRow>():
    case IdOf<rows::SquareRow>():
    case IdOf<rows::CubeRow>():
    case IdOf<rows::SqrtRow>():
    case IdOf<rows::Expm1Row>():
    case IdOf<rows::SinhRow>():
    case IdOf<rows::AsinhRow>():
    case IdOf<rows::TanhRow>():
    case IdOf<rows::AtanRow>():
    case IdOf<rows::ErfRow>():
      return true;
    default:
      return false;
  }
}

}  // namespace

Rewriter::Existence Rewriter::FindExistence(const Graph::Item& item, const Range& range) const {
  if (item.kind == Kind::kReduction) {
    const bool is_finite = exists_[item.args[0]].is_finite;
    return {is_finite, is_finite, range.low > 0 || range.high < 0};
  }
  if (item.kind == Kind::kConstant) return {true, true, item.value != 0};
  if (item.kind != Kind::kPrimitive) return {true, true, false};
  Existence result = OfPrimitive(item);
  result.is_finite = result.is_finite && result.is_number;
  result.is_nonzero = IsNonzero(item) || range.low > 0 || range.high < 0;
  return result;
}

// is_finite and is_number. The arguments that are not there read as the first node.
Rewriter::Existence Rewriter::OfPrimitive(const Graph::Item& item) const {
  const Existence& a = exists_[item.args[0]];
  const Existence& b = exists_[item.args[1]];
  const Range& range = ranges_[item.args[0]];
  const int arity = Primitives()[item.id].arity;
  bool all_finite = true;
  bool all_numbers = true;
  for (int k = 0; k < arity; ++k) {
    all_finite = all_finite && exists_[item.args[k]].is_finite;
    all_numbers = all_numbers && exists_[item.args[k]].is_number;
  }
  switch (item.id) {
    case IdOf<rows::SignRow>():
    case IdOf<rows::StepRow>():
      return {true, true};  // 0 at NaN
    case IdOf<rows::AddRow>():
    case IdOf<rows::SubRow>():
      return {all_finite, all_numbers && (a.is_finite || b.is_finite)};
    case IdOf<rows::MulRow>(): {
      const bool has_no_zero = a.is_nonzero && b.is_nonzero;
      return {all_finite, all_finite || (all_numbers && has_no_zero)};
    }
    case IdOf<rows::DivRow>():
      if (!all_numbers) return {};
      if (b.is_nonzero) return {a.is_finite, a.is_finite || b.is_finite};
      return {false, a.is_finite && a.is_nonzero};
    case IdOf<rows::ReciprocalRow>():
      return {a.is_nonzero, a.is_number};
    case IdOf<rows::TanRow>():
      return {false, a.is_finite};
    case IdOf<rows::SelectRow>(): {
      const Existence& c = exists_[item.args[2]];
      return {b.is_finite && c.is_finite, b.is_number && c.is_number};
    }
    case IdOf<rows::SqrtRow>():
      return {a.is_finite, a.is_number && range.low >= 0};
    case IdOf<rows::LogRow>():
      return {a.is_finite && a.is_nonzero, a.is_number && range.low >= 0};
    case IdOf<rows::PowAbsRow>():
      return {false, all_finite};
    default:
      break;
  }
  if (IsBounded(item.id)) return {a.is_number, a.is_number};
  if (ReachesInfinity(item.id)) return {all_finite, all_numbers};
  const Interval& domain = Primitives()[item.id].domain;
  if (domain.lo == -kInf && domain.hi == kInf) return {all_finite, all_finite};
  const bool is_inside = range.low >= domain.lo && range.high <= domain.hi;
  return {a.is_finite && range.low > domain.lo && range.high < domain.hi, all_finite && is_inside};
}

// Is a result 0 that is not 0 but too small for a double?
bool Rewriter::HasVanished(std::uint16_t id, std::span<const double> args) {
  if (StaysPositive(id)) return true;
  if (KeepsZeros(id)) return args[0] != 0;
  const bool is_product = id == IdOf<rows::MulRow>();
  return (is_product || id == IdOf<rows::DivRow>()) && args[0] != 0 &&
         (!is_product || args[1] != 0);
}

bool Rewriter::IsNonzero(const Graph::Item& item) const {
  const NodeIndex a = item.args[0];
  const NodeIndex b = item.args[1];
  if (StaysPositive(item.id)) return exists_[a].is_finite;
  if (KeepsZeros(item.id)) return exists_[a].is_nonzero;
  if (item.id == IdOf<rows::MulRow>()) return exists_[a].is_nonzero && exists_[b].is_nonzero;
  if (item.id == IdOf<rows::DivRow>()) return exists_[a].is_nonzero && exists_[b].is_finite;
  const bool is_sum = item.id == IdOf<rows::AddRow>() && ranges_[a].low >= 0 && ranges_[b].low >= 0;
  return is_sum && (exists_[a].is_nonzero || exists_[b].is_nonzero);
}

// Of 0 times the product: what makes it something else than 0 somewhere.
void Rewriter::DropFiniteParts(Product& product) const {
  std::erase_if(product.factors, [this](const Factor& f) { return IsFinite(f.node); });
  std::erase_if(product.divisors, [this](const Factor& f) {
    return IsNumber(f.node) && (drops_all_ || exists_[f.node].is_nonzero);
  });
}

// What 0 * node needs of node.
NodeIndex Rewriter::Residue(NodeIndex node) {
  Product product;
  if (!ReadProduct(node, product)) return node;
  product.coefficient = 1;
  DropFiniteParts(product);
  return WriteProduct(std::move(product));
}

}  // namespace actsearch::expr
