// The loops behind one TileTable. Included by one file for each instruction set, which is
// compiled with that set's flags; internal linkage keeps their code apart.
#pragma once

#include <tuple>
#include <utility>

#include "evaluators/kernels/cpu/vector.h"

// After the vector that it works on.
#include "evaluators/kernels/cpu/lane.h"
#include "evaluators/kernels/cpu/tiles.h"
#include "search_spaces/expr/primitive_rows.h"

namespace actsearch::kernels::cpu {
namespace {

template <class Row>
constexpr int ArityOfRow() {
  if constexpr (requires { Row::arity; }) {
    return Row::arity;
  } else {
    return static_cast<int>(Row::derivative.size());
  }
}

template <class Row>
void Loop(const float* a, const float* b, const float* c, float* out, std::size_t n) {
  for (std::size_t i = 0; i < n; i += kLanes) {
    if constexpr (ArityOfRow<Row>() == 1) {
      Store(Row::template Apply<Lane>(Lane(Load(a + i))).v, out + i);
    } else if constexpr (ArityOfRow<Row>() == 2) {
      Store(Row::template Apply<Lane>(Lane(Load(a + i)), Lane(Load(b + i))).v, out + i);
    } else {
      Store(Row::template Apply<Lane>(Lane(Load(a + i)), Lane(Load(b + i)), Lane(Load(c + i))).v,
            out + i);
    }
  }
}

void FromBfloat16(const std::uint16_t* in, float* out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t bits = static_cast<std::uint32_t>(in[i]) << 16;
    std::memcpy(out + i, &bits, sizeof bits);
  }
}

void ToBfloat16(const float* in, std::uint16_t* out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    std::uint32_t bits;
    std::memcpy(&bits, in + i, sizeof bits);
    const std::uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    const bool is_nan = (bits & 0x7fffffffu) > 0x7f800000u;
    out[i] = static_cast<std::uint16_t>(is_nan ? 0x7fc0u : rounded);
  }
}

bool AllFinite(const float* in, std::size_t n) {
  Ints bad{};
  for (std::size_t i = 0; i < n; i += kLanes) {
    const Floats v = Load(in + i);
    bad |= (v - v) != 0.0f;
  }
  bool any = false;
  for (int i = 0; i < kLanes; ++i) any |= bad[i] != 0;
  return !any;
}

float Sum(const float* in, std::size_t n) {
  Floats sums{};
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) sums += Load(in + i);
  float total = 0;
  for (; i < n; ++i) total += in[i];
  for (int lane = 0; lane < kLanes; ++lane) total += sums[lane];
  return total;
}

void Accumulate(const float* in, float* sums, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) sums[i] += in[i];
}

template <std::size_t... P, std::size_t... F>
constexpr TileTable MakeTable(std::string_view name, std::index_sequence<P...>,
                              std::index_sequence<F...>) {
  return {.instruction_set = name,
          .ops = {&Loop<std::tuple_element_t<P, expr::PrimitiveList>>...,
                  &Loop<std::tuple_element_t<F, FusedList>>...},
          .from_bfloat16 = &FromBfloat16,
          .to_bfloat16 = &ToBfloat16,
          .all_finite = &AllFinite,
          .sum = &Sum,
          .accumulate = &Accumulate};
}

constexpr TileTable MakeTable(std::string_view name) {
  return MakeTable(name, std::make_index_sequence<expr::kPrimitiveCount>(),
                   std::make_index_sequence<kFusedCount>());
}

}  // namespace
}  // namespace actsearch::kernels::cpu
