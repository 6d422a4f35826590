// Numbers that carry a bound on what float arithmetic may lose: a running error analysis
// (Higham 2002, section 3.3) over the vocabulary of primitives. It tells where a formula is
// well conditioned, so that tests can demand accuracy there and only there.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "search_spaces/expr/vocabulary.h"
#include "tests/support/dual.h"

namespace actsearch::testing {

inline constexpr double kFloatRoundoff = 6e-8;  // 2^-24
inline constexpr double kFloatLargest = std::numeric_limits<float>::max();
// Below, floats lose digits, and fast functions may give 0 or this for each other.
inline constexpr double kFloatTiny = 2e-38;

// A value in double, and the largest error, to first order, of the same steps in float.
// Infinite where a step leaves float's range or might take another branch.
struct Bounded {
  double value = 0;
  double error = 0;

  Bounded() = default;
  // A number that float may have to round.
  explicit Bounded(double v) : value(v), error(std::abs(v - static_cast<float>(v))) {}
  Bounded(double v, double e) : value(v), error(e) {}

  double RelativeError() const { return value == 0 && error == 0 ? 0 : error / std::abs(value); }
};

// The bound's contribution through a slope. An exact argument has none, whatever the slope;
// one that left float's range spoils everything.
inline double Amplified(double slope, double error) {
  return error == 0 || std::isinf(error) ? error : std::abs(slope) * error;
}

// `value` after an operation that errs by so many roundoffs, from arguments that are off
// by what `propagated` says.
inline Bounded Rounded(double value, double propagated, double roundoffs) {
  const double magnitude = std::abs(value);
  if (!(magnitude <= kFloatLargest)) return {value, std::numeric_limits<double>::infinity()};
  const double own =
      std::max(roundoffs * kFloatRoundoff * magnitude, std::min(magnitude, kFloatTiny));
  return {value, propagated + own};
}

// Whether a comparison of the two may come out otherwise in float.
inline bool MayTie(Bounded a, Bounded b) {
  const double slack = a.error + b.error;
  return slack != 0 && !(std::abs(a.value - b.value) > slack);
}

inline Bounded operator+(Bounded a, Bounded b) {
  return Rounded(a.value + b.value, a.error + b.error, 1);
}
inline Bounded operator-(Bounded a, Bounded b) {
  return Rounded(a.value - b.value, a.error + b.error, 1);
}
inline Bounded operator-(Bounded a) { return {-a.value, a.error}; }
inline Bounded operator*(Bounded a, Bounded b) {
  const double propagated =
      Amplified(std::abs(b.value) + b.error, a.error) + Amplified(a.value, b.error);
  return Rounded(a.value * b.value, propagated, 1);
}
inline Bounded operator/(Bounded a, Bounded b) {
  const double q = a.value / b.value;
  if (MayTie(b, {0, 0})) return {q, std::numeric_limits<double>::infinity()};
  return Rounded(q, Amplified(1 / b.value, a.error) + Amplified(q / b.value, b.error), 1);
}

// f by dual numbers, at the argument and at both ends of what it may be.
inline Bounded Through(Dual (*f)(Dual), Bounded a, double roundoffs) {
  const Dual at = f(Dual(a.value, 1));
  double slope = std::abs(at.slope), step = 0;
  if (a.error != 0) {
    for (const double end : {a.value - a.error, a.value + a.error}) {
      const Dual other = f(Dual(end, 1));
      const bool defined = std::isfinite(other.value) && std::isfinite(other.slope);
      if (!defined) return {at.value, std::numeric_limits<double>::infinity()};
      slope = std::max(slope, std::abs(other.slope));
      step = std::max(step, std::abs(other.value - at.value));
    }
  }
  const double propagated = std::max(Amplified(slope, a.error), step);
  Bounded result = Rounded(at.value, propagated, roundoffs);
  result.error = std::max(result.error, kFloatTiny);
  return result;
}

inline constexpr double kFunctionRoundoffs = 2;  // of a transcendental function

#define ACTSEARCH_BOUNDED_FUNCTION(Name)                                   \
  inline Bounded Name(Bounded a) {                                         \
    return Through([](Dual d) { return Name(d); }, a, kFunctionRoundoffs); \
  }
ACTSEARCH_BOUNDED_FUNCTION(Exp)
ACTSEARCH_BOUNDED_FUNCTION(Expm1)
ACTSEARCH_BOUNDED_FUNCTION(Log)
ACTSEARCH_BOUNDED_FUNCTION(Log1p)
ACTSEARCH_BOUNDED_FUNCTION(Sinh)
ACTSEARCH_BOUNDED_FUNCTION(Cosh)
ACTSEARCH_BOUNDED_FUNCTION(Tanh)
ACTSEARCH_BOUNDED_FUNCTION(Asinh)
ACTSEARCH_BOUNDED_FUNCTION(Atan)
ACTSEARCH_BOUNDED_FUNCTION(Erf)
ACTSEARCH_BOUNDED_FUNCTION(Erfc)
ACTSEARCH_BOUNDED_FUNCTION(Sigmoid)
ACTSEARCH_BOUNDED_FUNCTION(Softplus)
#undef ACTSEARCH_BOUNDED_FUNCTION

// Beyond, tile loops do not follow the wave (cpu/lane.h).
inline constexpr double kLargestAngle = 1048576;

inline Bounded Wave(Dual (*f)(Dual), Bounded a) {
  Bounded result = Through(f, a, kFunctionRoundoffs);
  if (!(std::abs(a.value) + a.error < kLargestAngle)) result.error = 2;
  return result;
}
inline Bounded Sin(Bounded a) {
  return Wave([](Dual d) { return Sin(d); }, a);
}
inline Bounded Cos(Bounded a) {
  return Wave([](Dual d) { return Cos(d); }, a);
}
inline Bounded Sqrt(Bounded a) {
  return Through([](Dual d) { return Sqrt(d); }, a, 1);
}
inline Bounded Abs(Bounded a) { return {std::abs(a.value), a.error}; }
inline Bounded Sign(Bounded a) { return {expr::Sign(a.value), MayTie(a, {0, 0}) ? 2.0 : 0.0}; }
inline Bounded Step(Bounded a) { return {expr::Step(a.value), MayTie(a, {0, 0}) ? 1.0 : 0.0}; }
inline Bounded Max(Bounded a, Bounded b) {
  const bool first = a.value > b.value || a.value != a.value;
  return {first ? a.value : b.value, MayTie(a, b) ? std::max(a.error, b.error)
                                     : first      ? a.error
                                                  : b.error};
}
inline Bounded Min(Bounded a, Bounded b) { return -Max(-a, -b); }
inline Bounded Select(Bounded condition, Bounded a, Bounded b) {
  Bounded chosen = condition.value > 0 ? a : b;
  if (MayTie(condition, {0, 0})) {
    chosen.error = std::max(a.error, b.error) + std::abs(a.value - b.value);
  }
  return chosen;
}

}  // namespace actsearch::testing
