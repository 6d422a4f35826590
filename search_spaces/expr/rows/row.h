// What every primitive's struct says, and what it means when it does not: name, text
// form, derivatives, cost, probe domain. The structs stand beside this file, one
// group a file; PrimitiveList (primitive_rows.h) names them all.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "search_spaces/expr/vocabulary.h"

namespace actsearch::expr {

// How a primitive is written: f(a, b), -a, or a + b.
enum class Form : std::uint8_t { kCall, kPrefix, kInfix };

// f(-a) = f(a), or f(-a) = -f(a), of a primitive with one argument.
enum class Parity : std::uint8_t { kNone, kEven, kOdd };

namespace rows {

// What a row says when it does not say otherwise. Cost is relative to an addition.
struct Row {
  static constexpr Form form = Form::kCall;
  static constexpr std::string_view symbol = "";
  static constexpr int precedence = 0;  // of an infix or prefix form; more binds tighter
  static constexpr bool commutative = false;
  static constexpr bool nonnegative = false;  // wherever it is not NaN
  static constexpr Parity parity = Parity::kNone;
  static constexpr int cost = 1;
  // The function and its derivatives are finite for arguments in [low, high].
  static constexpr double low = -4;
  static constexpr double high = 4;
};

using Text = std::string_view;
template <class... Texts>
constexpr std::array<Text, sizeof...(Texts)> Derivatives(Texts... texts) {
  return {Text(texts)...};
}

}  // namespace rows

}  // namespace actsearch::expr
