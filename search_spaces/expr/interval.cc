#include "search_spaces/expr/interval.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "search_spaces/expr/vocabulary.h"

namespace actsearch::expr {
namespace {

constexpr double kInf = Interval::kInfinity;

// ---- outward rounding

double NextDown(double v) { return std::nextafter(v, -kInf); }
double NextUp(double v) { return std::nextafter(v, kInf); }

// The mathematical library is off by a few units in the last place at most.
constexpr double kSlack = 1e-15;

double Down(double v) { return NextDown(std::isinf(v) ? v : v - std::fabs(v) * kSlack); }
double Up(double v) { return NextUp(std::isinf(v) ? v : v + std::fabs(v) * kSlack); }

// Below this the residuals that tell the direction of rounding are lost themselves.
constexpr double kTiny = 1e-280;

// The bounds of an exact result from the rounded one and what rounding lost.
double RoundedDown(double v, double lost) {
  if (std::fabs(v) < kTiny || std::isinf(v)) return NextDown(v);
  return lost < 0 ? NextDown(v) : v;
}
double RoundedUp(double v, double lost) {
  if (std::fabs(v) < kTiny || std::isinf(v)) return NextUp(v);
  return lost > 0 ? NextUp(v) : v;
}

// What a + b loses (Knuth's TwoSum); NaN for infinities.
double LostBySum(double a, double b, double sum) {
  const double b_part = sum - a;
  return (a - (sum - b_part)) + (b - b_part);
}

// Sums are exact where they are tiny.
double SumDown(double a, double b) {
  const double sum = a + b;
  if (sum != sum) return -kInf;
  if (std::isinf(a) || std::isinf(b)) return sum;
  return std::isinf(sum) || LostBySum(a, b, sum) < 0 ? NextDown(sum) : sum;
}
double SumUp(double a, double b) { return -SumDown(-a, -b); }

struct Corner {
  double down;
  double up;
};

// Rounding does not carry a * b or a / b over 0.
Corner KeepSign(double a, double b, Corner corner) {
  if ((a < 0) == (b < 0)) return {std::max(corner.down, 0.0), corner.up};
  return {corner.down, std::min(corner.up, 0.0)};
}

// 0 * inf stands for the products of 0 with the numbers on the way there.
Corner ProductOf(double a, double b) {
  if (a == 0 || b == 0) return {0, 0};
  const double product = a * b;
  if (std::isinf(a) || std::isinf(b)) return {product, product};
  const double lost = std::fma(a, b, -product);
  return KeepSign(a, b, {RoundedDown(product, lost), RoundedUp(product, lost)});
}

// b is not 0.
Corner QuotientOf(double a, double b) {
  if (a == 0 || std::isinf(b)) return {0, 0};
  const double quotient = a / b;
  if (std::isinf(a)) return {quotient, quotient};
  const double rest = std::fma(-quotient, b, a);  // of the division; its sign is exact
  const double lost = b < 0 ? -rest : rest;
  Corner corner{RoundedDown(quotient, lost), RoundedUp(quotient, lost)};
  if (std::fabs(a) < kTiny) corner = {NextDown(quotient), NextUp(quotient)};
  return KeepSign(a, b, corner);
}

template <class CornerOf>
Interval OverCorners(const Interval& a, const Interval& b, bool nan, CornerOf corner_of) {
  Interval range(kInf, -kInf, nan);
  for (const double u : {a.lo, a.hi}) {
    for (const double v : {b.lo, b.hi}) {
      const Corner corner = corner_of(u, v);
      range.lo = std::min(range.lo, corner.down);
      range.hi = std::max(range.hi, corner.up);
    }
  }
  return range;
}

bool HasZero(const Interval& a) { return a.lo <= 0 && 0 <= a.hi; }
bool HasInfinity(const Interval& a) { return std::isinf(a.lo) || std::isinf(a.hi); }

// ---- functions of the mathematical library

// f increases and stays within [least, most].
template <class F>
Interval Increasing(F f, const Interval& a, double least = -kInf, double most = kInf) {
  if (a.IsEmpty()) return a;
  return {std::clamp(Down(f(a.lo)), least, most), std::clamp(Up(f(a.hi)), least, most),
          a.maybe_nan};
}

// f increases, and f(-a) = -f(a): rounding does not carry it over 0.
template <class F>
Interval IncreasingOdd(F f, const Interval& a, double most = kInf) {
  return Increasing(f, a, a.lo >= 0 ? 0 : -most, a.hi <= 0 ? 0 : most);
}

// `a` without what lies below `least`, where the function is NaN.
Interval CutBelow(const Interval& a, double least) {
  if (a.IsEmpty() || a.lo >= least) return a;
  return {least, a.hi, true};
}

template <class F>
Interval IncreasingFrom(double start, F f, const Interval& a, double least) {
  if (!a.IsEmpty() && a.hi < start) return Interval::OnlyNan();
  return Increasing(f, CutBelow(a, start), least);
}

// Whether a wave's crest at `crest` + 2 pi k, for any k, may lie in [lo, hi].
bool MayReach(const Interval& a, double crest) {
  constexpr double kTurn = 2 * std::numbers::pi;
  const double margin = 1e-9 * (1 + std::fabs(a.lo) + std::fabs(a.hi));
  const double k = std::ceil((a.lo - margin - crest) / kTurn);
  return crest + k * kTurn <= a.hi + margin;
}

Interval Wave(double (*f)(double), const Interval& a, double crest) {
  if (a.IsEmpty()) return a;
  const bool nan = a.maybe_nan || HasInfinity(a);
  constexpr double kFar = 1e6;  // beyond it the places of the crests are not trusted
  if (!(a.lo > -kFar && a.hi < kFar && a.hi - a.lo < 6.3)) return {-1, 1, nan};
  const double ends[] = {f(a.lo), f(a.hi)};
  Interval range(std::max(-1.0, Down(std::min(ends[0], ends[1]))),
                 std::min(1.0, Up(std::max(ends[0], ends[1]))), nan);
  if (MayReach(a, crest)) range.hi = 1;
  if (MayReach(a, crest + std::numbers::pi)) range.lo = -1;
  return range;
}

}  // namespace

Interval Hull(const Interval& a, const Interval& b) {
  return {std::min(a.lo, b.lo), std::max(a.hi, b.hi), a.maybe_nan || b.maybe_nan};
}

Interval Intersection(const Interval& a, const Interval& b) {
  Interval both(std::max(a.lo, b.lo), std::min(a.hi, b.hi), a.maybe_nan && b.maybe_nan);
  if (both.IsEmpty()) both = {kInf, -kInf, both.maybe_nan};
  return both;
}

// ---- arithmetic

Interval operator+(const Interval& a, const Interval& b) {
  if (a.IsEmpty() || b.IsEmpty()) return Interval::OnlyNan();
  const bool opposite = (a.hi == kInf && b.lo == -kInf) || (a.lo == -kInf && b.hi == kInf);
  return {SumDown(a.lo, b.lo), SumUp(a.hi, b.hi), a.maybe_nan || b.maybe_nan || opposite};
}

Interval operator-(const Interval& a) {
  if (a.IsEmpty()) return a;
  return {-a.hi, -a.lo, a.maybe_nan};
}

Interval operator-(const Interval& a, const Interval& b) { return a + -b; }

Interval operator*(const Interval& a, const Interval& b) {
  if (a.IsEmpty() || b.IsEmpty()) return Interval::OnlyNan();
  const bool nan = (HasZero(a) && HasInfinity(b)) || (HasZero(b) && HasInfinity(a));
  return OverCorners(a, b, nan || a.maybe_nan || b.maybe_nan, ProductOf);
}

// A divisor 0 may be -0: its quotients are infinite with either sign.
Interval operator/(const Interval& a, const Interval& b) {
  if (a.IsEmpty() || b.IsEmpty()) return Interval::OnlyNan();
  const bool nan = (HasZero(a) && HasZero(b)) || (HasInfinity(a) && HasInfinity(b));
  if (HasZero(b)) return {-kInf, kInf, nan || a.maybe_nan || b.maybe_nan};
  return OverCorners(a, b, nan || a.maybe_nan || b.maybe_nan, QuotientOf);
}

// ---- functions

Interval Exp(const Interval& a) {
  return Increasing([](double v) { return std::exp(v); }, a, 0);
}
Interval Expm1(const Interval& a) {
  const Interval range = IncreasingOdd([](double v) { return std::expm1(v); }, a);
  return range.IsEmpty() ? range : Interval(std::max(range.lo, -1.0), range.hi, a.maybe_nan);
}
Interval Log(const Interval& a) {
  return IncreasingFrom(
      0, [](double v) { return std::log(v); }, a, a.lo >= 1 ? 0 : -kInf);
}
Interval Log1p(const Interval& a) {
  return IncreasingFrom(
      -1, [](double v) { return std::log1p(v); }, a, a.lo >= 0 ? 0 : -kInf);
}
Interval Sqrt(const Interval& a) {
  return IncreasingFrom(
      0, [](double v) { return std::sqrt(v); }, a, 0);
}

Interval Abs(const Interval& a) {
  if (a.IsEmpty() || a.lo >= 0) return a;
  if (a.hi <= 0) return -a;
  return {0, std::max(-a.lo, a.hi), a.maybe_nan};
}

// Both are 0 at NaN.
Interval Sign(const Interval& a) {
  const Interval at_nan = a.maybe_nan ? Interval(0.0) : Interval(kInf, -kInf);
  if (a.IsEmpty()) return at_nan;
  return Hull({expr::Sign(a.lo), expr::Sign(a.hi)}, at_nan);
}
Interval Step(const Interval& a) {
  const Interval at_nan = a.maybe_nan ? Interval(0.0) : Interval(kInf, -kInf);
  if (a.IsEmpty()) return at_nan;
  return Hull({expr::Step(a.lo), expr::Step(a.hi)}, at_nan);
}

Interval Sin(const Interval& a) { return Wave(std::sin, a, std::numbers::pi / 2); }
Interval Cos(const Interval& a) { return Wave(std::cos, a, 0); }

Interval Sinh(const Interval& a) {
  return IncreasingOdd([](double v) { return std::sinh(v); }, a);
}
Interval Cosh(const Interval& a) {
  return Increasing([](double v) { return std::cosh(v); }, Abs(a), 1);
}
Interval Tanh(const Interval& a) {
  return IncreasingOdd([](double v) { return std::tanh(v); }, a, 1);
}
Interval Asinh(const Interval& a) {
  return IncreasingOdd([](double v) { return std::asinh(v); }, a);
}
Interval Atan(const Interval& a) {
  return IncreasingOdd([](double v) { return std::atan(v); }, a);
}
Interval Erf(const Interval& a) {
  return IncreasingOdd([](double v) { return std::erf(v); }, a, 1);
}
Interval Erfc(const Interval& a) {
  return Increasing([](double v) { return std::erfc(-v); }, -a, 0, 2);
}
Interval Sigmoid(const Interval& a) {
  return Increasing([](double v) { return expr::Sigmoid(v); }, a, 0, 1);
}
Interval Softplus(const Interval& a) {
  return Increasing([](double v) { return expr::Softplus(v); }, a, 0);
}

Interval Max(const Interval& a, const Interval& b) {
  if (a.IsEmpty() || b.IsEmpty()) return Interval::OnlyNan();
  return {std::max(a.lo, b.lo), std::max(a.hi, b.hi), a.maybe_nan || b.maybe_nan};
}
Interval Min(const Interval& a, const Interval& b) { return -Max(-a, -b); }

Interval Select(const Interval& condition, const Interval& a, const Interval& b) {
  const bool takes_a = !condition.IsEmpty() && condition.hi > 0;
  const bool takes_b = condition.maybe_nan || condition.lo <= 0;
  return takes_a && takes_b ? Hull(a, b) : takes_a ? a : b;
}

}  // namespace actsearch::expr
