// Roots, powers, and exponentials and logarithms that keep the sign.
#pragma once

#include "search_spaces/expr/rows/row.h"

namespace actsearch::expr::rows {

struct SignedSqrtRow : Row {
  static constexpr Text name = "signed_sqrt";
  static constexpr Text doc = "sign(a) sqrt(|a|)";
  static constexpr Text definition = "sign(a) * sqrt(abs(a))";
  static constexpr auto derivative = Derivatives("0.5 / sqrt(abs(a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 7;
  static constexpr double low = 0.05;
  static constexpr double high = 16;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Sign(a) * Sqrt(Abs(a));
  }
};

struct SqrtAbsRow : Row {
  static constexpr Text name = "sqrt_abs";
  static constexpr Text doc = "sqrt(|a|)";
  static constexpr Text definition = "sqrt(abs(a))";
  static constexpr auto derivative = Derivatives("0.5 * sign(a) / sqrt(abs(a))");
  static constexpr Parity parity = Parity::kEven;
  static constexpr bool nonnegative = true;
  static constexpr int cost = 5;
  static constexpr double low = 0.05;
  static constexpr double high = 16;
  static constexpr auto turning = Turns(0.0);
  template <class T>
  static T Apply(const T& a) {
    return Sqrt(Abs(a));
  }
};

// The root by logarithms has lost digits where the logarithm is large; one step of Newton's
// method gives them back. At 0 and at infinity, where the step is no number, the root by
// logarithms is exact. The slope's quotient loses less than the reciprocal of a square would.
struct CbrtRow : Row {
  static constexpr Text name = "cbrt";
  static constexpr Text doc = "cube root";
  static constexpr Text definition =
      "sign(a) * select(exp(log(abs(a)) / 3) / abs(a), exp(log(abs(a)) / 3) - (exp(log(abs(a)) / "
      "3) - abs(a) / square(exp(log(abs(a)) / 3))) / 3, exp(log(abs(a)) / 3))";
  static constexpr auto derivative = Derivatives("select(abs(a), cbrt(a) / a / 3, 1 / abs(a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 36;
  static constexpr double low = 0.05;
  static constexpr double high = 16;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    const T size = Abs(a);
    const T rough = Exp(Log(size) / T(3));
    const T root = rough - (rough - size / (rough * rough)) / T(3);
    return Sign(a) * Select(rough / size, root, rough);
  }
};

// The root of -0 is -0, whose reciprocal would be -infinity.
struct RsqrtRow : Row {
  static constexpr Text name = "rsqrt";
  static constexpr Text doc = "1 / sqrt(a); NaN for a < 0";
  static constexpr Text definition = "1 / abs(sqrt(a))";
  static constexpr auto derivative = Derivatives("-0.5 / (a * sqrt(a))");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 9;
  static constexpr double low = 0.05;
  static constexpr double high = 16;
  static constexpr double domain_low = 0;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return T(1) / Abs(Sqrt(a));
  }
};

// The bound keeps b log|a| a number at a = 0, where b may be 0 too; it fits a float.
struct PowAbsRow : Row {
  static constexpr Text name = "pow_abs";
  static constexpr Text doc = "|a|^b";
  static constexpr Text definition = "exp(b * max(log(abs(a)), -1e30))";
  static constexpr auto derivative =
      Derivatives("select(abs(a), b * sign(a) * pow_abs(a, b - 1), 0)",
                  "pow_abs(a, b) * max(log(abs(a)), -1e30)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 19;
  static constexpr double low = 0.1;
  static constexpr double high = 3;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return Exp(b * Max(Log(Abs(a)), T(-1e30)));
  }
};

// Scaled, so that squares neither overflow nor vanish.
struct HypotRow : Row {
  static constexpr Text name = "hypot";
  static constexpr Text doc = "sqrt(a^2 + b^2)";
  static constexpr Text definition =
      "max(abs(a), abs(b)) * sqrt(1 + square(min(abs(a), abs(b)) / select(max(abs(a), abs(b)), "
      "max(abs(a), abs(b)), 1)))";
  static constexpr auto derivative = Derivatives("a / select(hypot(a, b), hypot(a, b), 1)",
                                                 "b / select(hypot(a, b), hypot(a, b), 1)");
  static constexpr bool commutative = true;
  static constexpr bool nonnegative = true;
  static constexpr int cost = 16;
  template <class T>
  static T Apply(const T& a, const T& b) {
    const T large = Max(Abs(a), Abs(b));
    const T ratio = Min(Abs(a), Abs(b)) / Select(large, large, T(1));
    return large * Sqrt(T(1) + ratio * ratio);
  }
  static Interval Range(const Interval& a, const Interval& b) {
    Interval range = Max(Sqrt(Square(a) + Square(b)), Max(Abs(a), Abs(b)));
    if (!(range.hi < Interval::kInfinity)) range.maybe_nan = true;  // the ratio inf / inf
    return range;
  }
};

struct IsruRow : Row {
  static constexpr Text name = "isru";
  static constexpr Text doc = "a / sqrt(1 + a^2) (Carlile et al. 2017)";
  static constexpr Text definition = "a / hypot(1, a)";
  static constexpr auto derivative = Derivatives("cube(1 / hypot(1, a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 20;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return a / HypotRow::Apply(T(1), a);
  }
};

struct SignedLogRow : Row {
  static constexpr Text name = "signed_log";
  static constexpr Text doc = "sign(a) log(|a| + 1e-7)";
  static constexpr Text definition = "sign(a) * log(abs(a) + 1e-7)";
  static constexpr auto derivative = Derivatives("1 / (abs(a) + 1e-7)");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 12;
  static constexpr double low = 0.05;
  template <class T>
  static T Apply(const T& a) {
    return Sign(a) * Log(Abs(a) + T(1e-7));
  }
};

struct SymlogRow : Row {
  static constexpr Text name = "symlog";
  static constexpr Text doc = "sign(a) log(1 + |a|)";
  static constexpr Text definition = "sign(a) * log1p(abs(a))";
  static constexpr auto derivative = Derivatives("1 / (1 + abs(a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 13;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Sign(a) * Log1p(Abs(a));
  }
};

struct SymexpRow : Row {
  static constexpr Text name = "symexp";
  static constexpr Text doc = "sign(a) (e^|a| - 1)";
  static constexpr Text definition = "sign(a) * expm1(abs(a))";
  static constexpr auto derivative = Derivatives("exp(abs(a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 13;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Sign(a) * Expm1(Abs(a));
  }
};

struct Exp2Row : Row {
  static constexpr Text name = "exp2";
  static constexpr Text doc = "2^a";
  static constexpr Text definition = "exp(0.6931471805599453 * a)";
  static constexpr auto derivative = Derivatives("0.6931471805599453 * exp2(a)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 9;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Exp(T(0.6931471805599453) * a);
  }
};

}  // namespace actsearch::expr::rows
