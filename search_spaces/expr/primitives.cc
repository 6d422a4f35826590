#include "search_spaces/expr/primitives.h"

#include <algorithm>
#include <vector>

#include "search_spaces/base/registry.h"

namespace actsearch::expr {
namespace {

template <class R>
void ApplyMany(const double* const* args, double* out, std::size_t n) {
  const double* a = args[0];
  if constexpr (R::derivative.size() == 1) {
    for (std::size_t i = 0; i < n; ++i) out[i] = R::Apply(a[i]);
  } else if constexpr (R::derivative.size() == 2) {
    const double* b = args[1];
    for (std::size_t i = 0; i < n; ++i) out[i] = R::Apply(a[i], b[i]);
  } else {
    const double* b = args[1];
    const double* c = args[2];
    for (std::size_t i = 0; i < n; ++i) out[i] = R::Apply(a[i], b[i], c[i]);
  }
}

template <class R>
constexpr bool kHasTurning = requires {
  R::turning;
};
template <class R>
constexpr bool kHasRange = requires {
  &R::Range;
};

template <class R>
Interval RangeOfRow(const Interval* args) {
  if constexpr (kHasRange<R>) {
    if constexpr (R::derivative.size() == 1) {
      return R::Range(args[0]);
    } else if constexpr (R::derivative.size() == 2) {
      return R::Range(args[0], args[1]);
    } else {
      return R::Range(args[0], args[1], args[2]);
    }
  } else if constexpr (kHasTurning<R>) {
    const Interval pieces = PiecewiseRange(&R::template Apply<double>, args[0], R::turning,
                                           {R::domain_low, R::domain_high});
    Interval range = Intersection(pieces, internal::ApplyRow<R, Interval>(args));
    if (R::nonnegative && !range.IsEmpty()) range.lo = std::max(range.lo, 0.0);
    return range;
  } else {
    return internal::ApplyRow<R, Interval>(args);
  }
}

template <class R>
constexpr PrimitiveRow MakeRow() {
  PrimitiveRow row;
  row.id = IdOf<R>();
  row.name = R::name;
  row.doc = R::doc;
  row.arity = static_cast<int>(R::derivative.size());
  row.form = R::form;
  row.symbol = R::symbol;
  row.precedence = R::precedence;
  row.commutative = R::commutative;
  row.nonnegative = R::nonnegative;
  row.parity = R::parity;
  for (std::size_t k = 0; k < R::derivative.size(); ++k) row.derivative[k] = R::derivative[k];
  row.definition = R::definition;
  row.random = R::random;
  row.custom_gradient = R::custom_gradient;
  row.domain = {R::domain_low, R::domain_high};
  if constexpr (kHasTurning<R>) row.turning = std::span<const double>(R::turning);
  row.range = &RangeOfRow<R>;
  row.cost = R::cost;
  row.low = R::low;
  row.high = R::high;
  row.apply_many = &ApplyMany<R>;
  return row;
}

template <std::size_t... I>
constexpr std::array<PrimitiveRow, sizeof...(I)> MakeTable(std::index_sequence<I...>) {
  return {MakeRow<std::tuple_element_t<I, PrimitiveList>>()...};
}

constexpr auto kTable = MakeTable(std::make_index_sequence<kPrimitiveCount>());

}  // namespace

std::span<const PrimitiveRow> Primitives() { return kTable; }

Result<const PrimitiveRow*> FindPrimitive(std::string_view name) {
  std::vector<std::string_view> names;
  names.reserve(kTable.size());
  for (const PrimitiveRow& row : kTable) {
    if (row.name == name) return &row;
    names.push_back(row.name);
  }
  return std::unexpected(UnknownName("primitive", name, names));
}

}  // namespace actsearch::expr
