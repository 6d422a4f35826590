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
  static constexpr Text definition = "sin(a) / cos(a)";
  static constexpr auto derivative = Derivatives("1 + square(tan(a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 22;
  static constexpr double low = -1.4;
  static constexpr double high = 1.4;
  template <class T>
  static T Apply(const T& a) {
    return Sin(a) / Cos(a);
  }
  static Interval Range(const Interval& a) {
    constexpr double kPi = 3.141592653589793;
    const double branch = std::nearbyint(a.lo / kPi);
    const Interval between((branch - 0.5) * kPi + 1e-9, (branch + 0.5) * kPi - 1e-9);
    if (between.Contains(a.lo) && between.Contains(a.hi) && std::fabs(branch) < 1e6) {
      return PiecewiseRange(&Apply<double>, a, {}, {});
    }
    return Sin(a) / Cos(a);
  }
};

// Near 0 both sinc and its derivative are sums of their Taylor series, the derivative up to 0.5,
// where cos(a) and sinc(a) are 0.08 apart and their difference has lost a digit; the safe
// denominator keeps the branch not taken finite for number types that compute both.
struct SincRow : Row {
  static constexpr Text name = "sinc";
  static constexpr Text doc = "sin(a) / a, 1 at 0";
  static constexpr Text definition =
      "select(abs(a) - 0.02, sin(a) / select(abs(a) - 0.02, a, 1), "
      "1 - square(a) * (1 / 6 - square(a) * (1 / 120 - square(a) / 5040)))";
  static constexpr auto derivative = Derivatives(
      "select(abs(a) - 0.5, (cos(a) - sinc(a)) / select(abs(a) - 0.5, a, 1), "
      "a * (square(a) * (1 / 30 - square(a) * (1 / 840 - square(a) * (1 / 45360 - square(a) * "
      "(1 / 3991680 - square(a) * (1 / 518918400 - square(a) / 93405312000))))) - 1 / 3))");
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
  // Falls with |a| to its minimum at 4.4934; beyond, its waves are within 1 / |a|.
  static Interval Range(const Interval& a) {
    constexpr double kFirstMinimum = 4.493409457909064;
    const Interval size = Abs(a);
    if (size.hi < kFirstMinimum) return PiecewiseRange(&Apply<double>, size, {}, {});
    const Interval envelope = Interval(1) / Max(size, Interval(1));
    const Interval range(std::max(-envelope.hi, -0.21723362821122166), envelope.hi);
    return {range.lo, range.hi, Sin(a).maybe_nan};
  }
};

struct SinhRow : Row {
  static constexpr Text name = "sinh";
  static constexpr Text doc = "hyperbolic sine";
  static constexpr auto derivative = Derivatives("cosh(a)");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 12;
  static constexpr auto turning = Turns();
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
  static constexpr auto turning = Turns(0.0);
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
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Asinh(a);
  }
};

}  // namespace actsearch::expr::rows
