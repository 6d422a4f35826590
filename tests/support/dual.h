// Dual numbers a + a' eps with eps^2 = 0: the second opinion on derivatives, and the
// example of a number type that speaks the vocabulary of primitives.
#pragma once

#include <cmath>

#include "search_spaces/expr/vocabulary.h"

namespace actsearch::testing {

struct Dual {
  double value = 0;
  double slope = 0;

  Dual() = default;
  explicit Dual(double v, double s = 0) : value(v), slope(s) {}
};

inline Dual operator+(Dual a, Dual b) { return Dual(a.value + b.value, a.slope + b.slope); }
inline Dual operator-(Dual a, Dual b) { return Dual(a.value - b.value, a.slope - b.slope); }
inline Dual operator-(Dual a) { return Dual(-a.value, -a.slope); }
inline Dual operator*(Dual a, Dual b) {
  return Dual(a.value * b.value, a.slope * b.value + a.value * b.slope);
}
inline Dual operator/(Dual a, Dual b) {
  const double q = a.value / b.value;
  return Dual(q, (a.slope - q * b.slope) / b.value);
}

// f(a) with derivative d at a.
inline Dual Chain(double f, double d, Dual a) { return Dual(f, d * a.slope); }

inline Dual Exp(Dual a) { return Chain(std::exp(a.value), std::exp(a.value), a); }
inline Dual Expm1(Dual a) { return Chain(std::expm1(a.value), std::exp(a.value), a); }
inline Dual Log(Dual a) { return Chain(std::log(a.value), 1 / a.value, a); }
inline Dual Log1p(Dual a) { return Chain(std::log1p(a.value), 1 / (1 + a.value), a); }
inline Dual Sqrt(Dual a) { return Chain(std::sqrt(a.value), 0.5 / std::sqrt(a.value), a); }
inline Dual Abs(Dual a) { return Chain(std::abs(a.value), expr::Sign(a.value), a); }
inline Dual Sign(Dual a) { return Dual(expr::Sign(a.value)); }
inline Dual Step(Dual a) { return Dual(expr::Step(a.value)); }
inline Dual Sin(Dual a) { return Chain(std::sin(a.value), std::cos(a.value), a); }
inline Dual Cos(Dual a) { return Chain(std::cos(a.value), -std::sin(a.value), a); }
inline Dual Sinh(Dual a) { return Chain(std::sinh(a.value), std::cosh(a.value), a); }
inline Dual Cosh(Dual a) { return Chain(std::cosh(a.value), std::sinh(a.value), a); }
inline Dual Tanh(Dual a) {
  const double t = std::tanh(a.value);
  return Chain(t, 1 - t * t, a);
}
inline Dual Asinh(Dual a) {
  return Chain(std::asinh(a.value), 1 / std::sqrt(1 + a.value * a.value), a);
}
inline Dual Atan(Dual a) { return Chain(std::atan(a.value), 1 / (1 + a.value * a.value), a); }
inline Dual Erf(Dual a) {
  return Chain(std::erf(a.value), 2 / std::sqrt(M_PI) * std::exp(-a.value * a.value), a);
}
inline Dual Erfc(Dual a) {
  return Chain(std::erfc(a.value), -2 / std::sqrt(M_PI) * std::exp(-a.value * a.value), a);
}
inline Dual Sigmoid(Dual a) {
  const double s = expr::Sigmoid(a.value);
  return Chain(s, s * (1 - s), a);
}
inline Dual Softplus(Dual a) { return Chain(expr::Softplus(a.value), expr::Sigmoid(a.value), a); }
inline Dual Max(Dual a, Dual b) { return a.value > b.value ? a : b; }
inline Dual Min(Dual a, Dual b) { return a.value < b.value ? a : b; }
inline Dual Select(Dual condition, Dual a, Dual b) { return condition.value > 0 ? a : b; }

}  // namespace actsearch::testing
