// The table of primitives: what parser, printer, mutator, differentiator, kernels,
// documentation and tests iterate over, made from the structs of PrimitiveList.
// The row's position is the primitive's id (Node::id). Constant, safe from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "search_spaces/base/error.h"
#include "search_spaces/expr/expr.h"
#include "search_spaces/expr/interval.h"
#include "search_spaces/expr/primitive_rows.h"

namespace actsearch::expr {

struct PrimitiveRow {
  std::uint16_t id = 0;
  std::string_view name;
  std::string_view doc;
  int arity = 0;
  Form form = Form::kCall;
  std::string_view symbol;  // of a prefix or infix form
  int precedence = 0;       // of a prefix or infix form; more binds tighter
  bool commutative = false;
  bool nonnegative = false;
  Parity parity = Parity::kNone;
  // In this language, over the argument names a, b, c, and without parameters. The
  // definition is empty for basic primitives; see rows/row.h.
  std::string_view definition;
  std::array<std::string_view, kMaxArity> derivative;
  bool random = false;               // a draw: evaluation gives the mean
  std::string_view custom_gradient;  // why the derivatives are another function's, or empty
  int cost = 0;                      // relative to an addition
  double low = 0;  // function and derivatives are finite for arguments in [low, high]
  double high = 0;
  // A function of one argument is NaN outside; it is monotone between its turning points.
  Interval domain;
  std::optional<std::span<const double>> turning;
  // Contains f for all arguments in the intervals.
  Interval (*range)(const Interval* args) = nullptr;
  // out[i] = f(args[0][i], ...) for i < n.
  void (*apply_many)(const double* const* args, double* out, std::size_t n) = nullptr;
};

std::span<const PrimitiveRow> Primitives();

// kNotFound lists the known names and suggests the nearest. The pointer is into Primitives().
Result<const PrimitiveRow*> FindPrimitive(std::string_view name);

inline constexpr std::size_t kPrimitiveCount = std::tuple_size_v<PrimitiveList>;

// The id of a row's struct: IdOf<rows::AddRow>().
template <class R>
constexpr std::uint16_t IdOf() {
  return []<std::size_t... I>(std::index_sequence<I...>) {
    std::size_t id = sizeof...(I);
    ((std::is_same_v<R, std::tuple_element_t<I, PrimitiveList>> ? id = I : id), ...);
    return static_cast<std::uint16_t>(id);
  }
  (std::make_index_sequence<kPrimitiveCount>());
}

namespace internal {

template <class R, class T>
T ApplyRow(const T* args) {
  if constexpr (R::derivative.size() == 1) {
    return R::Apply(args[0]);
  } else if constexpr (R::derivative.size() == 2) {
    return R::Apply(args[0], args[1]);
  } else {
    return R::Apply(args[0], args[1], args[2]);
  }
}

template <class T, std::size_t... I>
constexpr std::array<T (*)(const T*), sizeof...(I)> ApplyTable(std::index_sequence<I...>) {
  return {&ApplyRow<std::tuple_element_t<I, PrimitiveList>, T>...};
}

template <class T>
inline constexpr auto kApply = ApplyTable<T>(std::make_index_sequence<kPrimitiveCount>());

}  // namespace internal

// f(args[0], ...) of the primitive with this id, over any number type that speaks
// the vocabulary (vocabulary.h). `args` has as many elements as the row's arity.
template <class T>
T ApplyPrimitive(std::uint16_t id, const T* args) {
  return internal::kApply<T>[id](args);
}

}  // namespace actsearch::expr
