// Piecewise primitives: rectifiers, clipped lines, comparisons.
#pragma once

#include "search_spaces/expr/rows/row.h"

namespace actsearch::expr::rows {

struct LeakyReluRow : Row {
  static constexpr Text name = "leaky_relu";
  static constexpr Text doc = "a for a > 0, else 0.01 a";
  static constexpr Text definition = "max(a, 0.01 * a)";
  static constexpr auto derivative = Derivatives("select(a, 1, 0.01)");
  static constexpr int cost = 2;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Max(a, T(0.01) * a);
  }
};

struct PreluRow : Row {
  static constexpr Text name = "prelu";
  static constexpr Text doc = "a for a > 0, else a b";
  static constexpr Text definition = "relu(a) + b * min0(a)";
  static constexpr auto derivative = Derivatives("select(a, 1, b)", "min0(a)");
  static constexpr int cost = 4;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return Max(a, T(0)) + b * Min(a, T(0));
  }
};

struct Relu6Row : Row {
  static constexpr Text name = "relu6";
  static constexpr Text doc = "relu, at most 6";
  static constexpr Text definition = "min(relu(a), 6)";
  static constexpr auto derivative = Derivatives("step(a) * step(6 - a)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 2;
  static constexpr double low = -4;
  static constexpr double high = 8;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Min(Max(a, T(0)), T(6));
  }
};

struct HardSigmoidRow : Row {
  static constexpr Text name = "hard_sigmoid";
  static constexpr Text doc = "relu6(a + 3) / 6";
  static constexpr Text definition = "relu6(a + 3) / 6";
  static constexpr auto derivative = Derivatives("step(a + 3) * step(3 - a) / 6");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 7;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Relu6Row::Apply(a + T(3)) / T(6);
  }
};

struct HardSwishRow : Row {
  static constexpr Text name = "hard_swish";
  static constexpr Text doc = "a relu6(a + 3) / 6 (Howard et al. 2019)";
  static constexpr Text definition = "a * hard_sigmoid(a)";
  static constexpr auto derivative =
      Derivatives("hard_sigmoid(a) + a * step(a + 3) * step(3 - a) / 6");
  static constexpr int cost = 8;
  static constexpr auto turning = Turns(-3.0, -1.5);
  template <class T>
  static T Apply(const T& a) {
    return a * HardSigmoidRow::Apply(a);
  }
};

struct HardTanhRow : Row {
  static constexpr Text name = "hard_tanh";
  static constexpr Text doc = "a, at least -1 and at most 1";
  static constexpr Text definition = "max(-1, min(a, 1))";
  static constexpr auto derivative = Derivatives("step(a + 1) * step(1 - a)");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 2;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Max(T(-1), Min(a, T(1)));
  }
};

struct ClipRow : Row {
  static constexpr Text name = "clip";
  static constexpr Text doc = "a, at least b and at most c; c where b > c";
  static constexpr Text definition = "min(max(a, b), c)";
  static constexpr auto derivative = Derivatives(
      "step(a - b) * step(c - a)", "(1 - step(a - b)) * step(c - b)", "1 - step(c - max(a, b))");
  static constexpr int cost = 2;
  template <class T>
  static T Apply(const T& a, const T& b, const T& c) {
    return Min(Max(a, b), c);
  }
};

struct SquaredReluRow : Row {
  static constexpr Text name = "squared_relu";
  static constexpr Text doc = "relu(a)^2 (So et al. 2021)";
  static constexpr Text definition = "square(relu(a))";
  static constexpr auto derivative = Derivatives("2 * relu(a)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 2;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    const T r = Max(a, T(0));
    return r * r;
  }
};

struct StepGeRow : Row {
  static constexpr Text name = "step_ge";
  static constexpr Text doc = "1 for a >= 0, else 0; its derivative is taken as 0";
  static constexpr Text definition = "1 - step(-a)";
  static constexpr auto derivative = Derivatives("0");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 2;
  template <class T>
  static T Apply(const T& a) {
    return T(1) - Step(-a);
  }
};

struct GreaterRow : Row {
  static constexpr Text name = "greater";
  static constexpr Text doc = "1 where a > b, else 0; its derivatives are taken as 0";
  static constexpr Text definition = "step(a - b)";
  static constexpr auto derivative = Derivatives("0", "0");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 2;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return Step(a - b);
  }
};

struct AbsDiffRow : Row {
  static constexpr Text name = "abs_diff";
  static constexpr Text doc = "|a - b|";
  static constexpr Text definition = "abs(a - b)";
  static constexpr auto derivative = Derivatives("sign(a - b)", "sign(b - a)");
  static constexpr bool commutative = true;
  static constexpr bool nonnegative = true;
  static constexpr int cost = 2;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return Abs(a - b);
  }
};

}  // namespace actsearch::expr::rows
