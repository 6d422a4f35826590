// What training does otherwise than evaluation: random draws, and gradients of another
// function (straight-through estimators, Bengio et al. 2013).
#pragma once

#include "search_spaces/expr/rows/row.h"

namespace actsearch::expr::rows {

struct SurrogateRow : Row {
  static constexpr Text name = "surrogate";
  static constexpr Text doc = "the value a with the gradient of b";
  static constexpr auto derivative = Derivatives("0", "1");
  static constexpr Text custom_gradient = "the gradient is meant to go to b";
  template <class T>
  static T Apply(const T& a, const T&) {
    return a;
  }
};

struct UniformRow : Row {
  static constexpr Text name = "uniform";
  static constexpr Text doc = "a number drawn between a and b";
  static constexpr auto derivative = Derivatives("0.5", "0.5");
  static constexpr bool random = true;
  static constexpr int cost = 6;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return T(0.5) * a + T(0.5) * b;
  }
};

struct NormalRow : Row {
  static constexpr Text name = "normal";
  static constexpr Text doc = "a number drawn around a with standard deviation b";
  static constexpr auto derivative = Derivatives("1", "0");
  static constexpr bool random = true;
  static constexpr int cost = 12;
  template <class T>
  static T Apply(const T& a, const T&) {
    return a;
  }
};

struct BernoulliRow : Row {
  static constexpr Text name = "bernoulli";
  static constexpr Text doc = "1 with probability a, else 0";
  static constexpr auto derivative = Derivatives("1");
  static constexpr bool random = true;
  static constexpr int cost = 6;
  static constexpr double low = 0;
  static constexpr double high = 1;
  template <class T>
  static T Apply(const T& a) {
    return a;
  }
};

}  // namespace actsearch::expr::rows
