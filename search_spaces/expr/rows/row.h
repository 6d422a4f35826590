// What every primitive's struct says, and what it means when it does not: name, text
// form, definition, derivatives, cost, probe domain. The structs stand beside this
// file, one group a file; PrimitiveList (primitive_rows.h) names them all.
//
// A struct also has Apply, the function over any number type that speaks the
// vocabulary, and says, where it is so:
//   turning  the points between which a function of one argument is monotone, as in
//            `static constexpr auto turning = Turns(0.0)`; none for a monotone one. Its
//            range over an interval is then that of its values there.
//   Range    its range over intervals, where neither `turning` nor Apply<Interval> is
//            tight enough.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

#include "search_spaces/expr/interval.h"
#include "search_spaces/expr/vocabulary.h"

namespace actsearch::expr {

// How a primitive is written: f(a, b), -a, or a + b.
enum class Form : std::uint8_t { kCall, kPrefix, kInfix };

// f(-a) = f(a), or f(-a) = -f(a), of a primitive with one argument.
enum class Parity : std::uint8_t { kNone, kEven, kOdd };

namespace rows {

using Text = std::string_view;

// What a row says when it does not say otherwise. Cost is relative to an addition.
struct Row {
  static constexpr Form form = Form::kCall;
  static constexpr Text symbol = "";
  static constexpr int precedence = 0;  // of an infix or prefix form; more binds tighter
  static constexpr bool commutative = false;
  static constexpr bool nonnegative = false;  // wherever it is not NaN
  static constexpr Parity parity = Parity::kNone;
  static constexpr int cost = 1;
  // The function as a formula of simpler primitives over a, b, c; empty for the basic
  // primitives, which engines implement themselves.
  static constexpr Text definition = "";
  // A draw: Apply gives the mean, which is the value outside training, and the
  // derivatives are those of the mean. Equal draws in one graph are one draw.
  static constexpr bool random = false;
  // Why the derivatives are not those of the function; empty where they are.
  static constexpr Text custom_gradient = "";
  // NaN outside, for functions of one argument.
  static constexpr double domain_low = -std::numeric_limits<double>::infinity();
  static constexpr double domain_high = std::numeric_limits<double>::infinity();
  // The function and its derivatives are finite for arguments in [low, high].
  static constexpr double low = -4;
  static constexpr double high = 4;
};

template <class... Texts>
constexpr std::array<Text, sizeof...(Texts)> Derivatives(Texts... texts) {
  return {Text(texts)...};
}

template <class... Points>
constexpr std::array<double, sizeof...(Points)> Turns(Points... points) {
  return {points...};
}

}  // namespace rows

}  // namespace actsearch::expr
