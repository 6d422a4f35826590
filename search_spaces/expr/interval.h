// Intervals of doubles: what an expression can be when its input lies between two
// numbers. Sound for evaluation in double precision (every value that Evaluate gives
// is contained, infinities and NaN included) and rounded outward, so that the real
// range is contained up to the rounding of composite primitives. Used by gates and
// by whoever needs a bound without sampling. Arithmetic after Moore, Kearfott and
// Cloud, "Introduction to Interval Analysis" (2009). Pure; safe from any thread.
#pragma once

#include <limits>
#include <span>

namespace actsearch::expr {

struct Expr;

// All numbers v with lo <= v <= hi, and NaN when maybe_nan. Without numbers (NaN is
// all that is left) lo > hi. The default is every number, without NaN.
struct Interval {
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();

  double lo = -kInfinity;
  double hi = kInfinity;
  bool maybe_nan = false;

  constexpr Interval() = default;
  constexpr Interval(double low, double high, bool nan = false)
      : lo(low), hi(high), maybe_nan(nan) {}
  // The point `v`; NaN alone when it is NaN.
  constexpr explicit Interval(double v) : Interval(v, v) {
    if (v != v) *this = OnlyNan();
  }
  static constexpr Interval OnlyNan() { return Interval(kInfinity, -kInfinity, true); }

  constexpr bool IsEmpty() const { return !(lo <= hi); }
  constexpr bool Contains(double v) const { return v != v ? maybe_nan : lo <= v && v <= hi; }

  bool operator==(const Interval&) const = default;
};

// The smallest interval that contains both.
Interval Hull(const Interval& a, const Interval& b);
// The numbers in both; NaN when both may be NaN.
Interval Intersection(const Interval& a, const Interval& b);

// ---- the vocabulary (vocabulary.h)

Interval operator+(const Interval& a, const Interval& b);
Interval operator-(const Interval& a, const Interval& b);
Interval operator*(const Interval& a, const Interval& b);
Interval operator/(const Interval& a, const Interval& b);
Interval operator-(const Interval& a);

Interval Exp(const Interval& a);
Interval Expm1(const Interval& a);
Interval Log(const Interval& a);
Interval Log1p(const Interval& a);
Interval Sqrt(const Interval& a);
Interval Abs(const Interval& a);
Interval Sign(const Interval& a);
Interval Step(const Interval& a);
Interval Sin(const Interval& a);
Interval Cos(const Interval& a);
Interval Sinh(const Interval& a);
Interval Cosh(const Interval& a);
Interval Tanh(const Interval& a);
Interval Asinh(const Interval& a);
Interval Atan(const Interval& a);
Interval Erf(const Interval& a);
Interval Erfc(const Interval& a);
Interval Sigmoid(const Interval& a);
Interval Softplus(const Interval& a);
Interval Max(const Interval& a, const Interval& b);
Interval Min(const Interval& a, const Interval& b);
Interval Select(const Interval& condition, const Interval& a, const Interval& b);

// ---- rules for rows whose natural extension, the vocabulary's, is too wide

// a^2, which a * a overestimates.
Interval Square(const Interval& a);

// Of a function that is monotone between its turning points (ascending) and NaN
// outside `domain`: the hull of its values at the ends and at the turning points
// inside, with a relative slack for rounding.
Interval PiecewiseRange(double (*f)(const double&), const Interval& a,
                        std::span<const double> turning_points, const Interval& domain);

// ---- expressions

// Contains Evaluate(e, v, params) for every v in x; params[k] is the range of
// e.parameters[k]. Each node's range from those of its arguments: wider than the true
// range where a subexpression occurs more than once.
Interval RangeOf(const Expr& e, const Interval& x, std::span<const Interval> params);

}  // namespace actsearch::expr
