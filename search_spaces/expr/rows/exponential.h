// Primitives made of exponentials and logarithms, and sigmoid-like ones.
#pragma once

#include "search_spaces/expr/rows/row.h"

namespace actsearch::expr::rows {

// ---- exponentials and logarithms

struct ExpRow : Row {
  static constexpr Text name = "exp";
  static constexpr Text doc = "e^a";
  static constexpr auto derivative = Derivatives("exp(a)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 8;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Exp(a);
  }
};

struct Expm1Row : Row {
  static constexpr Text name = "expm1";
  static constexpr Text doc = "e^a - 1, exact near 0";
  static constexpr auto derivative = Derivatives("exp(a)");
  static constexpr int cost = 10;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Expm1(a);
  }
};

struct LogRow : Row {
  static constexpr Text name = "log";
  static constexpr Text doc = "natural logarithm; NaN for a < 0";
  static constexpr auto derivative = Derivatives("1 / a");
  static constexpr int cost = 8;
  static constexpr double low = 0.05;
  static constexpr double high = 16;
  static constexpr double domain_low = 0;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Log(a);
  }
};

struct Log1pRow : Row {
  static constexpr Text name = "log1p";
  static constexpr Text doc = "log(1 + a), exact near 0; NaN for a < -1";
  static constexpr auto derivative = Derivatives("1 / (1 + a)");
  static constexpr int cost = 10;
  static constexpr double low = -0.9;
  static constexpr double high = 16;
  static constexpr double domain_low = -1;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Log1p(a);
  }
};

struct LogAbsRow : Row {
  static constexpr Text name = "log_abs";
  static constexpr Text doc = "log(|a| + 1e-7)";
  static constexpr Text definition = "log(abs(a) + 1e-7)";
  static constexpr auto derivative = Derivatives("sign(a) / (abs(a) + 1e-7)");
  static constexpr Parity parity = Parity::kEven;
  static constexpr int cost = 10;
  static constexpr double low = 0.05;
  static constexpr auto turning = Turns(0.0);
  template <class T>
  static T Apply(const T& a) {
    return Log(Abs(a) + T(1e-7));
  }
};

struct SoftplusRow : Row {
  static constexpr Text name = "softplus";
  static constexpr Text doc = "log(1 + e^a)";
  static constexpr auto derivative = Derivatives("sigmoid(a)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 18;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Softplus(a);
  }
};

struct GaussianRow : Row {
  static constexpr Text name = "gaussian";
  static constexpr Text doc = "e^(-a^2)";
  static constexpr Text definition = "exp(-square(a))";
  static constexpr auto derivative = Derivatives("-2 * a * gaussian(a)");
  static constexpr Parity parity = Parity::kEven;
  static constexpr bool nonnegative = true;
  static constexpr int cost = 9;
  static constexpr auto turning = Turns(0.0);
  template <class T>
  static T Apply(const T& a) {
    return Exp(-(a * a));
  }
};

// ---- sigmoid-like

struct SigmoidRow : Row {
  static constexpr Text name = "sigmoid";
  static constexpr Text doc = "1 / (1 + e^-a)";
  static constexpr auto derivative = Derivatives("sigmoid(a) * sigmoid(-a)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 10;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Sigmoid(a);
  }
};

struct TanhRow : Row {
  static constexpr Text name = "tanh";
  static constexpr Text doc = "hyperbolic tangent";
  static constexpr auto derivative = Derivatives("square(sech(a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 12;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Tanh(a);
  }
};

struct AtanRow : Row {
  static constexpr Text name = "atan";
  static constexpr Text doc = "inverse tangent";
  static constexpr auto derivative = Derivatives("1 / (1 + square(a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 12;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Atan(a);
  }
};

struct ErfRow : Row {
  static constexpr Text name = "erf";
  static constexpr Text doc = "error function";
  static constexpr auto derivative = Derivatives("1.1283791670955126 * gaussian(a)");  // 2/sqrt(pi)
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 14;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Erf(a);
  }
};

struct ErfcRow : Row {
  static constexpr Text name = "erfc";
  static constexpr Text doc = "1 - erf(a), exact in the right tail";
  static constexpr auto derivative = Derivatives("-1.1283791670955126 * gaussian(a)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 14;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Erfc(a);
  }
};

struct NormalCdfRow : Row {
  static constexpr Text name = "normal_cdf";
  static constexpr Text doc = "distribution function of the standard normal, exact in both tails";
  static constexpr Text definition = "0.5 * erfc(-0.7071067811865476 * a)";
  static constexpr auto derivative =
      Derivatives("0.3989422804014327 * exp(-0.5 * square(a))");  // 1/sqrt(2 pi)
  static constexpr bool nonnegative = true;
  static constexpr int cost = 15;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return T(0.5) * Erfc(T(-0.7071067811865476) * a);
  }
};

}  // namespace actsearch::expr::rows
