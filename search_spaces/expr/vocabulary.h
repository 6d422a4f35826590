// The small vocabulary in which primitives are written, here for double. To let
// another number type T (a dual number, an interval, a tensor) interpret every
// primitive, give T, in T's own namespace where argument-dependent lookup finds it:
//   construction from a double: T(0.5)
//   T + T, T - T, T * T, T / T, -T
//   Exp Expm1 Log Log1p Sqrt Abs Sign Step Sin Cos Sinh Cosh Tanh Asinh Atan
//   Erf Erfc Sigmoid Softplus (one argument), Max Min (two), Select (three)
// and call EvaluateAs<T> (evaluate.h) or ApplyPrimitive<T> (primitives.h).
// Pure functions, stable over the whole range of doubles; NaN goes through.
#pragma once

#include <cmath>

namespace actsearch::expr {

inline double Exp(double a) { return std::exp(a); }
inline double Expm1(double a) { return std::expm1(a); }
inline double Log(double a) { return std::log(a); }
inline double Log1p(double a) { return std::log1p(a); }
inline double Sqrt(double a) { return std::sqrt(a); }
inline double Abs(double a) { return std::fabs(a); }
inline double Sin(double a) { return std::sin(a); }
inline double Cos(double a) { return std::cos(a); }
inline double Sinh(double a) { return std::sinh(a); }
inline double Cosh(double a) { return std::cosh(a); }
inline double Tanh(double a) { return std::tanh(a); }
inline double Asinh(double a) { return std::asinh(a); }
inline double Atan(double a) { return std::atan(a); }
inline double Erf(double a) { return std::erf(a); }
inline double Erfc(double a) { return std::erfc(a); }

// -1, 0 or 1; and 1 for a > 0, else 0. Both are 0 at NaN.
inline double Sign(double a) { return static_cast<double>((a > 0) - (a < 0)); }
inline double Step(double a) { return a > 0 ? 1.0 : 0.0; }

// a where condition > 0, else b. The branch not taken has no influence.
inline double Select(double condition, double a, double b) { return condition > 0 ? a : b; }

// NaN when either argument is.
inline double Max(double a, double b) { return a > b || a != a ? a : b; }
inline double Min(double a, double b) { return a < b || a != a ? a : b; }

// 1 / (1 + e^-a) and log(1 + e^a), without overflow in between.
inline double Sigmoid(double a) {
  const double e = std::exp(-std::fabs(a));
  return (a < 0 ? e : 1.0) / (1.0 + e);
}
inline double Softplus(double a) { return Max(a, 0.0) + std::log1p(std::exp(-std::fabs(a))); }

}  // namespace actsearch::expr
