// Inverse trigonometric and hyperbolic primitives, in forms that keep the digits at the
// ends of their domains.
#pragma once

#include "search_spaces/expr/rows/row.h"

namespace actsearch::expr::rows {

struct AcoshRow : Row {
  static constexpr Text name = "acosh";
  static constexpr Text doc = "inverse hyperbolic cosine; NaN for a < 1";
  static constexpr Text definition = "asinh(sqrt(a - 1) * sqrt(a + 1))";
  static constexpr auto derivative = Derivatives("1 / (sqrt(a - 1) * sqrt(a + 1))");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 25;
  static constexpr double low = 1.1;
  static constexpr double high = 16;
  static constexpr double domain_low = 1;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Asinh(Sqrt(a - T(1)) * Sqrt(a + T(1)));
  }
};

struct AtanhRow : Row {
  static constexpr Text name = "atanh";
  static constexpr Text doc = "inverse hyperbolic tangent; NaN for |a| > 1";
  static constexpr Text definition = "0.5 * (log1p(a) - log1p(-a))";
  static constexpr auto derivative = Derivatives("1 / ((1 - a) * (1 + a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 23;
  static constexpr double low = -0.9;
  static constexpr double high = 0.9;
  static constexpr double domain_low = -1;
  static constexpr double domain_high = 1;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return T(0.5) * (Log1p(a) - Log1p(-a));
  }
};

struct AsinRow : Row {
  static constexpr Text name = "asin";
  static constexpr Text doc = "inverse sine; NaN for |a| > 1";
  static constexpr Text definition = "atan(a / sqrt((1 - a) * (1 + a)))";
  static constexpr auto derivative = Derivatives("1 / sqrt((1 - a) * (1 + a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 23;
  static constexpr double low = -0.9;
  static constexpr double high = 0.9;
  static constexpr double domain_low = -1;
  static constexpr double domain_high = 1;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Atan(a / Sqrt((T(1) - a) * (T(1) + a)));
  }
};

struct AcosRow : Row {
  static constexpr Text name = "acos";
  static constexpr Text doc = "inverse cosine; NaN for |a| > 1";
  static constexpr Text definition = "2 * atan(sqrt((1 - a) / (1 + a)))";
  static constexpr auto derivative = Derivatives("-1 / sqrt((1 - a) * (1 + a))");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 23;
  static constexpr double low = -0.9;
  static constexpr double high = 0.9;
  static constexpr double domain_low = -1;
  static constexpr double domain_high = 1;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return T(2) * Atan(Sqrt((T(1) - a) / (T(1) + a)));
  }
};

}  // namespace actsearch::expr::rows
