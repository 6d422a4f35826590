// Bounds of the values of each node, from the bounds of its arguments: what is never
// negative, and which argument of max and min never wins.
#include <algorithm>
#include <cmath>
#include <limits>

#include "search_spaces/expr/reductions.h"
#include "search_spaces/expr/rewrite.h"

namespace actsearch::expr {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

// A bound that is no number, such as infinity - infinity, bounds nothing.
double Low(double bound) { return std::isnan(bound) ? -kInf : bound; }
double High(double bound) { return std::isnan(bound) ? kInf : bound; }

Rewriter::Range Union(const Rewriter::Range& a, const Rewriter::Range& b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

Rewriter::Range Negative(const Rewriter::Range& a) { return {-a.high, -a.low}; }

Rewriter::Range Absolute(const Rewriter::Range& a) {
  if (a.low >= 0) return a;
  if (a.high <= 0) return Negative(a);
  return {0, std::max(-a.low, a.high)};
}

// Signs only.
Rewriter::Range ProductRange(const Rewriter::Range& a, const Rewriter::Range& b) {
  const bool same = (a.low >= 0 && b.low >= 0) || (a.high <= 0 && b.high <= 0);
  const bool opposite = (a.low >= 0 && b.high <= 0) || (a.high <= 0 && b.low >= 0);
  if (same) return {0, a.low >= 0 ? High(a.high * b.high) : High(a.low * b.low)};
  return opposite ? Rewriter::Range{-kInf, 0} : Rewriter::Range{};
}

bool IsIncreasing(std::uint16_t id) {
  switch (id) {
    case IdOf<rows::ExpRow>():
    case IdOf<rows::Expm1Row>():
    case IdOf<rows::LogRow>():
    case IdOf<rows::Log1pRow>():
    case IdOf<rows::SqrtRow>():
    case IdOf<rows::SoftplusRow>():
    case IdOf<rows::SigmoidRow>():
    case IdOf<rows::TanhRow>():
    case IdOf<rows::AtanRow>():
    case IdOf<rows::ErfRow>():
    case IdOf<rows::NormalCdfRow>():
    case IdOf<rows::SinhRow>():
    case IdOf<rows::AsinhRow>():
    case IdOf<rows::CubeRow>():
    case IdOf<rows::SignRow>():
    case IdOf<rows::StepRow>():
      return true;
    default:
      return false;
  }
}

// Whatever the arguments.
Rewriter::Range RangeOfCall(std::uint16_t id) {
  switch (id) {
    case IdOf<rows::SinRow>():
    case IdOf<rows::CosRow>():
    case IdOf<rows::TanhRow>():
    case IdOf<rows::ErfRow>():
    case IdOf<rows::SignRow>():
      return {-1, 1};
    case IdOf<rows::SincRow>():
      return {-0.22, 1};
    case IdOf<rows::AtanRow>():
      return {-1.5707963267948968, 1.5707963267948968};
    case IdOf<rows::SigmoidRow>():
    case IdOf<rows::NormalCdfRow>():
    case IdOf<rows::GaussianRow>():
    case IdOf<rows::StepRow>():
      return {0, 1};
    case IdOf<rows::ErfcRow>():
      return {0, 2};
    case IdOf<rows::CoshRow>():
      return {1, kInf};
    case IdOf<rows::Expm1Row>():
      return {-1, kInf};
    default:
      return Primitives()[id].nonnegative ? Rewriter::Range{0, kInf} : Rewriter::Range{};
  }
}

}  // namespace

Rewriter::Range Rewriter::FindRange(const Graph::Item& item) const {
  if (item.kind == Kind::kConstant) return {item.value, item.value};
  if (item.kind == Kind::kReduction) {
    const Range& arg = ranges_[item.args[0]];
    if (item.id == kMeanReduction || item.id == kMaximumReduction) return arg;
    const bool is_nonnegative = Reductions()[item.id].nonnegative || arg.low >= 0;
    return is_nonnegative ? Range{0, kInf} : Range{};
  }
  if (item.kind != Kind::kPrimitive) return {};
  const Range& a = ranges_[item.args[0]];
  const Range& b = ranges_[item.args[1]];
  switch (item.id) {
    case IdOf<rows::AddRow>():
      return {Low(a.low + b.low), High(a.high + b.high)};
    case IdOf<rows::SubRow>():
      return {Low(a.low - b.high), High(a.high - b.low)};
    case IdOf<rows::NegRow>():
      return Negative(a);
    case IdOf<rows::MulRow>():
      return ProductRange(a, b);
    case IdOf<rows::DivRow>(): {
      // A divisor that is never positive may be +0.
      const bool has_sign = b.low >= 0 || exists_[item.args[1]].is_nonzero;
      if (!has_sign) return {};
      const Range sign = ProductRange(a, b);
      return {sign.low == 0 ? 0 : -kInf, sign.high == 0 ? 0 : kInf};
    }
    case IdOf<rows::AbsRow>():
      return Absolute(a);
    case IdOf<rows::SquareRow>(): {
      const Range size = Absolute(a);
      return {size.low * size.low, size.high * size.high};
    }
    case IdOf<rows::ReluRow>():
      return {std::max(a.low, 0.0), std::max(a.high, 0.0)};
    case IdOf<rows::Min0Row>():
      return {std::min(a.low, 0.0), std::min(a.high, 0.0)};
    case IdOf<rows::MaxRow>():
      return {std::max(a.low, b.low), std::max(a.high, b.high)};
    case IdOf<rows::MinRow>():
      return {std::min(a.low, b.low), std::min(a.high, b.high)};
    case IdOf<rows::SelectRow>():
      return Union(b, ranges_[item.args[2]]);
    default:
      break;
  }
  Range range = RangeOfCall(item.id);
  if (IsIncreasing(item.id)) {
    if (a.low > -kInf)
      range.low = std::max(range.low, Low(ApplyPrimitive<double>(item.id, &a.low)));
    if (a.high < kInf) {
      range.high = std::min(range.high, High(ApplyPrimitive<double>(item.id, &a.high)));
    }
  }
  return range;
}

}  // namespace actsearch::expr
