// float as a number type of the candidate language (vocabulary.h): every result is
// rounded to a float, so values overflow where a training kernel's would.
#pragma once

#include "search_spaces/expr/vocabulary.h"

namespace actsearch::testing {

struct Single {
  float value = 0;
  Single() = default;
  explicit Single(double v) : value(static_cast<float>(v)) {}
};

inline Single operator+(Single a, Single b) { return Single(a.value + b.value); }
inline Single operator-(Single a, Single b) { return Single(a.value - b.value); }
inline Single operator*(Single a, Single b) { return Single(a.value * b.value); }
inline Single operator/(Single a, Single b) { return Single(a.value / b.value); }
inline Single operator-(Single a) { return Single(-a.value); }

inline Single Exp(Single a) { return Single(expr::Exp(a.value)); }
inline Single Expm1(Single a) { return Single(expr::Expm1(a.value)); }
inline Single Log(Single a) { return Single(expr::Log(a.value)); }
inline Single Log1p(Single a) { return Single(expr::Log1p(a.value)); }
inline Single Sqrt(Single a) { return Single(expr::Sqrt(a.value)); }
inline Single Abs(Single a) { return Single(expr::Abs(a.value)); }
inline Single Sign(Single a) { return Single(expr::Sign(a.value)); }
inline Single Step(Single a) { return Single(expr::Step(a.value)); }
inline Single Sin(Single a) { return Single(expr::Sin(a.value)); }
inline Single Cos(Single a) { return Single(expr::Cos(a.value)); }
inline Single Sinh(Single a) { return Single(expr::Sinh(a.value)); }
inline Single Cosh(Single a) { return Single(expr::Cosh(a.value)); }
inline Single Tanh(Single a) { return Single(expr::Tanh(a.value)); }
inline Single Asinh(Single a) { return Single(expr::Asinh(a.value)); }
inline Single Atan(Single a) { return Single(expr::Atan(a.value)); }
inline Single Erf(Single a) { return Single(expr::Erf(a.value)); }
inline Single Erfc(Single a) { return Single(expr::Erfc(a.value)); }
inline Single Sigmoid(Single a) { return Single(expr::Sigmoid(a.value)); }
inline Single Softplus(Single a) { return Single(expr::Softplus(a.value)); }
inline Single Max(Single a, Single b) { return Single(expr::Max(a.value, b.value)); }
inline Single Min(Single a, Single b) { return Single(expr::Min(a.value, b.value)); }
inline Single Select(Single condition, Single a, Single b) { return condition.value > 0 ? a : b; }

}  // namespace actsearch::testing
