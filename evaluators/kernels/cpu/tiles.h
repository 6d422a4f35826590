// The loops that kernels are made of: one function for each operation, over a tile of
// floats, compiled once for each instruction set. TileTable chooses for the processor at
// hand. Constant; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "evaluators/kernels/ops.h"

namespace actsearch::kernels::cpu {

inline constexpr std::size_t kTileStep = 16;  // lengths of tiles are multiples of it

// out[i] = op(a[i], b[i], c[i]) for i < n, n a multiple of kTileStep; unused arguments are
// ignored. `out` may be one of the arguments, but overlap them in no other way.
using TileFunction = void (*)(const float* a, const float* b, const float* c, float* out,
                              std::size_t n);

struct TileTable {
  std::string_view instruction_set;  // AVX-512, AVX2 or baseline
  std::array<TileFunction, kOpCount> ops{};
  void (*from_bfloat16)(const std::uint16_t* in, float* out, std::size_t n) = nullptr;
  void (*to_bfloat16)(const float* in, std::uint16_t* out,
                      std::size_t n) = nullptr;  // nearest, even
  bool (*all_finite)(const float* in, std::size_t n) = nullptr;
  // Sum of in[i], and sums[i] += in[i]; any n.
  float (*sum)(const float* in, std::size_t n) = nullptr;
  void (*accumulate)(const float* in, float* sums, std::size_t n) = nullptr;
};

// The best table that this processor runs.
const TileTable& Tiles();

// One for each instruction set; null where the compiler does not know it. Constants: asking for
// one is safe on every processor, calling its functions only where the set is known.
const TileTable* BaselineTiles();
const TileTable* Avx2Tiles();
const TileTable* Avx512Tiles();

}  // namespace actsearch::kernels::cpu
