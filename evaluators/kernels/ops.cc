#include "evaluators/kernels/ops.h"

#include <array>
#include <utility>

namespace actsearch::kernels {
namespace {

template <OpId Id>
double ApplyDouble(const double* args) {
  return ApplyOp<double>(Id, args);
}

template <std::size_t... P, std::size_t... F>
std::array<OpRow, kOpCount> MakeRows(std::index_sequence<P...>, std::index_sequence<F...>) {
  const auto table = expr::Primitives();
  return {
      OpRow{table[P].name, table[P].arity, table[P].cost, &ApplyDouble<P>}...,
      OpRow{std::tuple_element_t<F, FusedList>::name, std::tuple_element_t<F, FusedList>::arity,
            std::tuple_element_t<F, FusedList>::cost, &ApplyDouble<expr::kPrimitiveCount + F>}...};
}

}  // namespace

std::span<const OpRow> Ops() {
  static const auto rows = MakeRows(std::make_index_sequence<expr::kPrimitiveCount>(),
                                    std::make_index_sequence<kFusedCount>());
  return rows;
}

}  // namespace actsearch::kernels
