// Numbers nearly as exact as a formula means them, as a number type of the language
// (vocabulary.h): 64 bits of precision, magnitudes up to 1e4932, and a memory of how they came
// about. They tell a function that does not exist somewhere from one that double cannot hold.
#pragma once

#include <cmath>

#include "search_spaces/base/rng.h"
#include "search_spaces/expr/vocabulary.h"

namespace actsearch::testing {

struct Wide {
  long double value = 0;
  bool has_pole = false;       // 1 / 0 or log(0) on the way
  bool has_overflown = false;  // beyond 1e4932 on the way, or 0 for something smaller than 1e-4932
  bool fits_double = true;     // between 1e-300 and 1e300, or 0, on the way
  bool has_cancelled = false;  // a difference of rounded numbers on the way has lost their digits
  bool is_exact = true;        // nothing was rounded

  Wide() = default;
  explicit Wide(double v) : value(v) {}
};

inline bool IsNan(Wide a) { return a.value != a.value; }
inline bool IsInfinite(Wide a) { return std::isinf(a.value); }

// Where it is set, every result is off by up to `size` of it, at random (Monte Carlo arithmetic,
// Parker 1997): results that differ from the exact ones by much more are ill conditioned. Another
// sign of the size errs to the other side.
struct WideNoise {
  Rng rng;
  long double size = 0x1p-40L;
};
inline thread_local WideNoise* wide_noise = nullptr;

// `value` computed from a and b; an infinity that comes from finite numbers is a pole or an
// overflow.
inline Wide From(long double value, Wide a, Wide b, bool at_pole) {
  Wide result;
  result.value = value;
  result.is_exact = false;
  result.has_cancelled = a.has_cancelled || b.has_cancelled;
  if (wide_noise != nullptr) {
    result.value *= 1 + wide_noise->rng.Uniform(-1, 1) * wide_noise->size;
  }
  const long double size = std::fabs(value);
  result.fits_double = a.fits_double && b.fits_double &&
                       (value == 0 || (size > 1e-300L && size < 1e300L));
  const bool is_new = std::isinf(value) && !IsInfinite(a) && !IsInfinite(b);
  result.has_pole = a.has_pole || b.has_pole || (is_new && at_pole);
  result.has_overflown = a.has_overflown || b.has_overflown || (is_new && !at_pole) ||
                         (value != 0 && std::fabs(value) < 1e-4900L);
  return result;
}
inline Wide From(long double value, Wide a, bool at_pole = false) {
  return From(value, a, a, at_pole);
}
inline Wide MayVanish(Wide result, bool is_zero_exactly) {
  result.has_overflown |= result.value == 0 && !is_zero_exactly;
  return result;
}

inline Wide operator+(Wide a, Wide b) {
  Wide sum = From(a.value + b.value, a, b, false);
  const bool is_small = std::fabs(sum.value) < 1e-5L * std::fabs(a.value);
  sum.has_cancelled |= is_small && !(a.is_exact && b.is_exact);
  return sum;
}
inline Wide operator-(Wide a) {
  a.value = -a.value;
  return a;
}
inline Wide operator-(Wide a, Wide b) { return a + -b; }
inline Wide operator*(Wide a, Wide b) {
  return MayVanish(From(a.value * b.value, a, b, false), a.value == 0 || b.value == 0);
}
inline Wide operator/(Wide a, Wide b) {
  return MayVanish(From(a.value / b.value, a, b, b.value == 0), a.value == 0 || IsInfinite(b));
}

inline Wide Exp(Wide a) { return MayVanish(From(std::exp(a.value), a), IsInfinite(a)); }
inline Wide Expm1(Wide a) { return From(std::expm1(a.value), a); }
inline Wide Log(Wide a) { return From(std::log(a.value), a, a.value == 0); }
inline Wide Log1p(Wide a) { return From(std::log1p(a.value), a, a.value == -1); }
inline Wide Sqrt(Wide a) { return From(std::sqrt(a.value), a); }
inline Wide Abs(Wide a) { return From(std::fabs(a.value), a); }
inline Wide Sign(Wide a) {
  return From(static_cast<long double>((a.value > 0) - (a.value < 0)), a);
}
inline Wide Step(Wide a) { return From(a.value > 0 ? 1.0L : 0.0L, a); }
inline Wide Sin(Wide a) { return From(std::sin(a.value), a); }
inline Wide Cos(Wide a) { return From(std::cos(a.value), a); }
inline Wide Sinh(Wide a) { return From(std::sinh(a.value), a); }
inline Wide Cosh(Wide a) { return From(std::cosh(a.value), a); }
inline Wide Tanh(Wide a) { return From(std::tanh(a.value), a); }
inline Wide Asinh(Wide a) { return From(std::asinh(a.value), a); }
// So far from 0 the result has forgotten how far.
inline Wide Atan(Wide a) {
  Wide result = From(std::atan(a.value), a);
  result.has_overflown |= std::fabs(a.value) > 1e15L && !IsInfinite(a);
  return result;
}
inline Wide Erf(Wide a) { return From(std::erf(a.value), a); }
inline Wide Erfc(Wide a) { return MayVanish(From(std::erfc(a.value), a), IsInfinite(a)); }
inline Wide Sigmoid(Wide a) {
  return MayVanish(From(1 / (1 + std::exp(-a.value)), a), IsInfinite(a));
}
inline Wide Softplus(Wide a) {
  const long double positive = a.value > 0 ? a.value : 0;
  return MayVanish(
      From(IsNan(a) ? a.value : positive + std::log1p(std::exp(-std::fabs(a.value))), a),
      IsInfinite(a));
}
inline Wide Max(Wide a, Wide b) {
  return From(a.value > b.value || IsNan(a) ? a.value : b.value, a, b, false);
}
inline Wide Min(Wide a, Wide b) {
  return From(a.value < b.value || IsNan(a) ? a.value : b.value, a, b, false);
}
// The branch not taken has no influence.
inline Wide Select(Wide condition, Wide a, Wide b) {
  Wide taken = condition.value > 0 ? a : b;
  taken.has_pole |= condition.has_pole;
  taken.has_overflown |= condition.has_overflown;
  taken.has_cancelled |= condition.has_cancelled;
  taken.fits_double = taken.fits_double && condition.fits_double;
  return taken;
}

}  // namespace actsearch::testing
