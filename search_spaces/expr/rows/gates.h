// Gates and kernels of two and three arguments (Ramachandran et al. 2017, section 3).
#pragma once

#include "search_spaces/expr/rows/row.h"

namespace actsearch::expr::rows {

struct GateRow : Row {
  static constexpr Text name = "gate";
  static constexpr Text doc = "sigmoid(a) * b";
  static constexpr Text definition = "sigmoid(a) * b";
  static constexpr auto derivative = Derivatives("b * sigmoid(a) * sigmoid(-a)", "sigmoid(a)");
  static constexpr int cost = 11;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return Sigmoid(a) * b;
  }
};

struct GaussianKernelRow : Row {
  static constexpr Text name = "gaussian_kernel";
  static constexpr Text doc = "e^(-c (a - b)^2)";
  static constexpr Text definition = "exp(-(c * square(a - b)))";
  static constexpr auto derivative = Derivatives("-2 * c * (a - b) * gaussian_kernel(a, b, c)",
                                                 "2 * c * (a - b) * gaussian_kernel(a, b, c)",
                                                 "-square(a - b) * gaussian_kernel(a, b, c)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 12;
  static constexpr double low = -1.5;
  static constexpr double high = 1.5;
  template <class T>
  static T Apply(const T& a, const T& b, const T& c) {
    return Exp(-(c * ((a - b) * (a - b))));
  }
  static Interval Range(const Interval& a, const Interval& b, const Interval& c) {
    return Exp(-(c * Square(a - b)));
  }
};

struct LaplaceKernelRow : Row {
  static constexpr Text name = "laplace_kernel";
  static constexpr Text doc = "e^(-c |a - b|)";
  static constexpr Text definition = "exp(-(c * abs(a - b)))";
  static constexpr auto derivative = Derivatives("-c * sign(a - b) * laplace_kernel(a, b, c)",
                                                 "c * sign(a - b) * laplace_kernel(a, b, c)",
                                                 "-abs(a - b) * laplace_kernel(a, b, c)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 11;
  static constexpr double low = -1.5;
  static constexpr double high = 1.5;
  template <class T>
  static T Apply(const T& a, const T& b, const T& c) {
    return Exp(-(c * Abs(a - b)));
  }
};

struct LerpRow : Row {
  static constexpr Text name = "lerp";
  static constexpr Text doc = "c a + (1 - c) b";
  static constexpr Text definition = "c * a + (1 - c) * b";
  static constexpr auto derivative = Derivatives("c", "1 - c", "a - b");
  static constexpr int cost = 4;
  template <class T>
  static T Apply(const T& a, const T& b, const T& c) {
    return c * a + (T(1) - c) * b;
  }
};

}  // namespace actsearch::expr::rows
