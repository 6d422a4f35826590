#include "evaluators/kernels/lane_program.h"

#include <algorithm>
#include <tuple>

#include "evaluators/kernels/cpu_copies.h"
#include "evaluators/kernels/lane.h"
#include "search_spaces/base/check.h"
#include "search_spaces/expr/primitive_rows.h"

namespace actsearch::kernels {
namespace {

template <class Row>
ACTSEARCH_LANE void ApplyToTile(const float* const* args, float* __restrict out) {
  const float* __restrict a = args[0];
  const float* __restrict b = args[1];
  const float* __restrict c = args[2];
  for (std::size_t i = 0; i < kTileSize; ++i) {
    if constexpr (Row::derivative.size() == 1) {
      out[i] = Row::template Apply<Lane>(Of(a[i])).v;
    } else if constexpr (Row::derivative.size() == 2) {
      out[i] = Row::template Apply<Lane>(Of(a[i]), Of(b[i])).v;
    } else {
      out[i] = Row::template Apply<Lane>(Of(a[i]), Of(b[i]), Of(c[i])).v;
    }
  }
}

template <class... Rows>
ACTSEARCH_LANE void Dispatch(const std::tuple<Rows...>*, int primitive, const float* const* args,
                             float* out) {
  int row = 0;
  ((primitive == row++ ? (ApplyToTile<Rows>(args, out), true) : false) || ...);
}

// slots[s] is where slot s is read, tiles[s] where it is written.
ACTSEARCH_FOR_EACH_CPU
void RunTile(const Instruction* code, std::size_t count, const float* const* slots, Tile* tiles) {
  for (std::size_t i = 0; i < count; ++i) {
    const Instruction& in = code[i];
    const float* args[expr::kMaxArity] = {slots[in.args[0]], slots[in.args[1]], slots[in.args[2]]};
    Dispatch(static_cast<const expr::PrimitiveList*>(nullptr), in.primitive, args,
             tiles[in.target].values);
  }
}

// values[channel of element begin + i] for i < kTileSize.
void FillChannels(std::size_t begin, const float* values, const ChannelLayout& layout, float* out) {
  std::size_t channel = (begin / layout.inner) % layout.channels;
  std::size_t left = layout.inner - begin % layout.inner;  // elements of this channel's run
  for (std::size_t i = 0; i < kTileSize;) {
    const std::size_t run = std::min(left, kTileSize - i);
    std::fill_n(out + i, run, values[channel]);
    i += run;
    left = layout.inner;
    channel = channel + 1 == layout.channels ? 0 : channel + 1;
  }
}

}  // namespace

LaneProgram::LaneProgram(Program program)
    : program_(std::move(program)), tiles_(program_.slots), slots_(program_.slots) {
  for (int s = 0; s < program_.slots; ++s) slots_[s] = tiles_[s].values;
  for (std::size_t k = 0; k < program_.constants.size(); ++k) {
    Tile& tile = tiles_[program_.ConstantSlot(static_cast<int>(k))];
    std::fill_n(tile.values, kTileSize, static_cast<float>(program_.constants[k]));
  }
}

void LaneProgram::FillParameters(std::size_t begin, std::span<const float* const> parameters,
                                 const ChannelLayout& layout) {
  const bool repeats = kTileSize % (layout.channels * layout.inner) == 0;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    float* out = tiles_[program_.ParameterSlot(static_cast<int>(k))].values;
    if (program_.parameters[k].shape == expr::Shape::kLayer) {
      if (begin == 0) std::fill_n(out, kTileSize, *parameters[k]);
    } else if (begin == 0 || !repeats) {
      FillChannels(begin, parameters[k], layout, out);
    }
  }
}

void LaneProgram::Run(std::span<const float> x, std::span<const float* const> parameters,
                      const ChannelLayout& layout, std::span<float* const> outputs) {
  ACTSEARCH_CHECK(parameters.size() == program_.parameters.size(), "one array a parameter");
  ACTSEARCH_CHECK(outputs.size() == program_.outputs.size(), "one array an output");
  for (std::size_t begin = 0; begin < x.size(); begin += kTileSize) {
    const std::size_t n = std::min(kTileSize, x.size() - begin);
    slots_[0] = x.data() + begin;
    if (n < kTileSize) {
      // The last, partial tile: whole loops over a copy, the surplus is not written.
      std::fill_n(std::copy_n(x.data() + begin, n, tiles_[0].values), kTileSize - n, 0.0f);
      slots_[0] = tiles_[0].values;
    }
    FillParameters(begin, parameters, layout);
    RunTile(program_.code.data(), program_.code.size(), slots_.data(), tiles_.data());
    for (std::size_t o = 0; o < outputs.size(); ++o) {
      std::copy_n(slots_[program_.outputs[o]], n, outputs[o] + begin);
    }
  }
}

std::string_view LaneInstructionSet() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("x86-64-v4")) return "AVX-512";
  if (__builtin_cpu_supports("x86-64-v3")) return "AVX2";
#endif
  return "baseline";
}

}  // namespace actsearch::kernels
