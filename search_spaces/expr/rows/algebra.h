// Primitives of arithmetic, roots and pieces (kinks and jumps).
#pragma once

#include "search_spaces/expr/rows/row.h"

namespace actsearch::expr::rows {

// ---- arithmetic

struct AddRow : Row {
  static constexpr Text name = "add";
  static constexpr Text doc = "a + b";
  static constexpr auto derivative = Derivatives("1", "1");
  static constexpr Form form = Form::kInfix;
  static constexpr Text symbol = "+";
  static constexpr int precedence = 1;
  static constexpr bool commutative = true;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return a + b;
  }
};

struct SubRow : Row {
  static constexpr Text name = "sub";
  static constexpr Text doc = "a - b";
  static constexpr auto derivative = Derivatives("1", "-1");
  static constexpr Form form = Form::kInfix;
  static constexpr Text symbol = "-";
  static constexpr int precedence = 1;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return a - b;
  }
};

struct MulRow : Row {
  static constexpr Text name = "mul";
  static constexpr Text doc = "a * b";
  static constexpr auto derivative = Derivatives("b", "a");
  static constexpr Form form = Form::kInfix;
  static constexpr Text symbol = "*";
  static constexpr int precedence = 2;
  static constexpr bool commutative = true;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return a * b;
  }
};

struct DivRow : Row {
  static constexpr Text name = "div";
  static constexpr Text doc = "a / b";
  static constexpr auto derivative = Derivatives("1 / b", "-a / square(b)");
  static constexpr Form form = Form::kInfix;
  static constexpr Text symbol = "/";
  static constexpr int precedence = 2;
  static constexpr int cost = 4;
  static constexpr double low = 0.1;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return a / b;
  }
};

struct NegRow : Row {
  static constexpr Text name = "neg";
  static constexpr Text doc = "-a";
  static constexpr auto derivative = Derivatives("-1");
  static constexpr Form form = Form::kPrefix;
  static constexpr Text symbol = "-";
  static constexpr int precedence = 3;
  static constexpr Parity parity = Parity::kOdd;
  template <class T>
  static T Apply(const T& a) {
    return -a;
  }
};

// The 1e-7 has the divisor's sign, so that it never meets a divisor that cancels it.
struct DivEpsRow : Row {
  static constexpr Text name = "div_eps";
  static constexpr Text doc =
      "a / b with |b| + 1e-7 in place of |b|: a division that is finite everywhere";
  static constexpr Text definition = "a / (b + select(-b, -1e-7, 1e-7))";
  static constexpr auto derivative =
      Derivatives("div_eps(1, b)", "-a / square(b + select(-b, -1e-7, 1e-7))");
  static constexpr int cost = 7;
  static constexpr double low = 0.1;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return a / (b + Select(-b, T(-1e-7), T(1e-7)));
  }
  // On either side of 0 the divisor keeps away from it.
  static Interval Range(const Interval& a, const Interval& b) {
    if (b.IsEmpty() || b.lo >= 0 || b.hi < 0) return Apply(a, b);
    const Interval eps(1e-7);
    return Hull(a / (Interval(b.lo, 0, b.maybe_nan) - eps), a / (Interval(0, b.hi) + eps));
  }
};

struct ReciprocalRow : Row {
  static constexpr Text name = "reciprocal";
  static constexpr Text doc = "1 / a";
  static constexpr Text definition = "1 / a";
  static constexpr auto derivative = Derivatives("-1 / square(a)");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 4;
  static constexpr double low = 0.1;
  template <class T>
  static T Apply(const T& a) {
    return T(1) / a;
  }
};

struct SquareRow : Row {
  static constexpr Text name = "square";
  static constexpr Text doc = "a^2";
  static constexpr Text definition = "a * a";
  static constexpr auto derivative = Derivatives("2 * a");
  static constexpr Parity parity = Parity::kEven;
  static constexpr bool nonnegative = true;
  static constexpr auto turning = Turns(0.0);
  template <class T>
  static T Apply(const T& a) {
    return a * a;
  }
};

struct CubeRow : Row {
  static constexpr Text name = "cube";
  static constexpr Text doc = "a^3";
  static constexpr Text definition = "a * square(a)";
  static constexpr auto derivative = Derivatives("3 * square(a)");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 2;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return a * a * a;
  }
};

struct SqrtRow : Row {
  static constexpr Text name = "sqrt";
  static constexpr Text doc = "square root; NaN for a < 0";
  static constexpr auto derivative = Derivatives("0.5 / sqrt(a)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 4;
  static constexpr double low = 0.05;
  static constexpr double high = 16;
  static constexpr double domain_low = 0;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Sqrt(a);
  }
};

// ---- pieces

struct AbsRow : Row {
  static constexpr Text name = "abs";
  static constexpr Text doc = "|a|";
  static constexpr auto derivative = Derivatives("sign(a)");
  static constexpr Parity parity = Parity::kEven;
  static constexpr bool nonnegative = true;
  static constexpr auto turning = Turns(0.0);
  template <class T>
  static T Apply(const T& a) {
    return Abs(a);
  }
};

struct SignRow : Row {
  static constexpr Text name = "sign";
  static constexpr Text doc = "-1 for a < 0, 0 at 0, 1 for a > 0; its derivative is taken as 0";
  static constexpr auto derivative = Derivatives("0");
  static constexpr Parity parity = Parity::kOdd;
  template <class T>
  static T Apply(const T& a) {
    return Sign(a);
  }
};

struct StepRow : Row {
  static constexpr Text name = "step";
  static constexpr Text doc = "1 for a > 0, else 0; its derivative is taken as 0";
  static constexpr auto derivative = Derivatives("0");
  static constexpr bool nonnegative = true;
  template <class T>
  static T Apply(const T& a) {
    return Step(a);
  }
};

struct ReluRow : Row {
  static constexpr Text name = "relu";
  static constexpr Text doc = "max(a, 0)";
  static constexpr auto derivative = Derivatives("step(a)");
  static constexpr bool nonnegative = true;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Max(a, T(0));
  }
};

struct Min0Row : Row {
  static constexpr Text name = "min0";
  static constexpr Text doc = "min(a, 0)";
  static constexpr Text definition = "min(a, 0)";
  static constexpr auto derivative = Derivatives("step(-a)");
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Min(a, T(0));
  }
};

// At a = b the gradient of max and min goes to the second argument.
struct MaxRow : Row {
  static constexpr Text name = "max";
  static constexpr Text doc = "the larger of a and b";
  static constexpr auto derivative = Derivatives("step(a - b)", "1 - step(a - b)");
  static constexpr bool commutative = true;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return Max(a, b);
  }
};

struct MinRow : Row {
  static constexpr Text name = "min";
  static constexpr Text doc = "the smaller of a and b";
  static constexpr auto derivative = Derivatives("step(b - a)", "1 - step(b - a)");
  static constexpr bool commutative = true;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return Min(a, b);
  }
};

struct SelectRow : Row {
  static constexpr Text name = "select";
  static constexpr Text doc = "b where a > 0, else c";
  static constexpr auto derivative = Derivatives("0", "step(a)", "1 - step(a)");
  template <class T>
  static T Apply(const T& a, const T& b, const T& c) {
    return Select(a, b, c);
  }
};

}  // namespace actsearch::expr::rows
