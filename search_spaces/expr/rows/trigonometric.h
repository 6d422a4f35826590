// Trigonometric and hyperbolic primitives.
#pragma once

#include "search_spaces/expr/rows/row.h"

namespace actsearch::expr::rows {

struct SinRow : Row {
  static constexpr Text name = "sin";
  static constexpr Text doc = "sine";
  static constexpr auto derivative = Derivatives("cos(a)");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 10;
  template <class T>
  static T Apply(const T& a) {
    return Sin(a);
  }
};

struct CosRow : Row {
  static constexpr Text name = "cos";
  static constexpr Text doc = "cosine";
  static constexpr auto derivative = Derivatives("-sin(a)");
  static constexpr Parity parity = Parity::kEven;
  static constexpr int cost = 10;
  template <class T>
  static T Apply(const T& a) {
    return Cos(a);
  }
};

struct TanRow : Row {
  static constexpr Text name = "tan";
  static constexpr Text doc = "tangent";
  static constexpr auto derivative = Derivatives("1 + square(tan(a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 22;
  static constexpr double low = -1.4;
  static constexpr double high = 1.4;
  template <class T>
  static T Apply(const T& a) {
    return Sin(a) / Cos(a);
  }
};

// Near 0 both sinc and its derivative are sums of their Taylor series; the safe
// denominator keeps the branch not taken finite for number types that compute both.
struct SincRow : Row {
  static constexpr Text name = "sinc";
  static constexpr Text doc = "sin(a) / a, 1 at 0";
  static constexpr auto derivative = Derivatives(
      "select(abs(a) - 0.02, (cos(a) - sinc(a)) / select(abs(a) - 0.02, a, 1), "
      "a * (square(a) * (1 / 30 - square(a) / 840) - 1 / 3))");
  static constexpr Parity parity = Parity::kEven;
  static constexpr int cost = 14;
  template <class T>
  static T Apply(const T& a) {
    const T far = Abs(a) - T(0.02);
    const T denominator = Select(far, a, T(1));
    const T a2 = a * a;
    const T series = T(1) - a2 * (T(1.0 / 6) - a2 * (T(1.0 / 120) - a2 * T(1.0 / 5040)));
    return Select(far, Sin(a) / denominator, series);
  }
};

struct SinhRow : Row {
  static constexpr Text name = "sinh";
  static constexpr Text doc = "hyperbolic sine";
  static constexpr auto derivative = Derivatives("cosh(a)");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 12;
  template <class T>
  static T Apply(const T& a) {
    return Sinh(a);
  }
};

struct CoshRow : Row {
  static constexpr Text name = "cosh";
  static constexpr Text doc = "hyperbolic cosine";
  static constexpr auto derivative = Derivatives("sinh(a)");
  static constexpr Parity parity = Parity::kEven;
  static constexpr bool nonnegative = true;
  static constexpr int cost = 12;
  template <class T>
  static T Apply(const T& a) {
    return Cosh(a);
  }
};

struct AsinhRow : Row {
  static constexpr Text name = "asinh";
  static constexpr Text doc = "inverse hyperbolic sine";
  static constexpr auto derivative = Derivatives("1 / sqrt(1 + square(a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 14;
  template <class T>
  static T Apply(const T& a) {
    return Asinh(a);
  }
};

}  // namespace actsearch::expr::rows
