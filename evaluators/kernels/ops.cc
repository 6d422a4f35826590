#include "evaluators/kernels/ops.h"

#include <array>
#include <utility>

namespace actsearch::kernels {
namespace {

template <class Row>
double ApplyFused(const double* args) {
  if constexpr (Row::arity == 1) {
    return Row::Apply(args[0]);
  } else if constexpr (Row::arity == 2) {
    return Row::Apply(args[0], args[1]);
  } else {
    return Row::Apply(args[0], args[1], args[2]);
  }
}

template <std::size_t Id>
double ApplyLanguage(const double* args) {
  return expr::ApplyPrimitive<double>(Id, args);
}

template <std::size_t... P, std::size_t... F>
std::array<OpRow, kOpCount> MakeRows(std::index_sequence<P...>, std::index_sequence<F...>) {
  const auto table = expr::Primitives();
  return {OpRow{table[P].name, table[P].arity, table[P].cost, &ApplyLanguage<P>}...,
          OpRow{std::tuple_element_t<F, FusedList>::name, std::tuple_element_t<F, FusedList>::arity,
                std::tuple_element_t<F, FusedList>::cost,
                &ApplyFused<std::tuple_element_t<F, FusedList>>}...};
}

}  // namespace

std::span<const OpRow> Ops() {
  static const auto rows = MakeRows(std::make_index_sequence<expr::kPrimitiveCount>(),
                                    std::make_index_sequence<kFusedCount>());
  return rows;
}

}  // namespace actsearch::kernels
