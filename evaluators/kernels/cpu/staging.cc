#include "evaluators/kernels/cpu/staging.h"

#include <algorithm>

namespace actsearch::kernels::cpu {

const float* Read(const TileTable& tiles, const ConstArray& array, std::size_t begin, std::size_t n,
                  bool ends_with_zero, float* buffer) {
  const std::size_t padded = RoundUp(n, kTileStep);
  if (array.storage == Storage::kBfloat16) {
    tiles.from_bfloat16(static_cast<const std::uint16_t*>(array.data) + begin, buffer, n);
  } else {
    const float* from = static_cast<const float*>(array.data) + begin;
    if (n == padded) return from;
    std::copy_n(from, n, buffer);
  }
  if (n < padded) std::fill(buffer + n, buffer + padded, ends_with_zero ? 0.0f : buffer[n - 1]);
  return buffer;
}

float* Place(const Array& array, std::size_t begin, std::size_t n, float* buffer) {
  const bool is_direct = array.storage == Storage::kFloat32 && n % kTileStep == 0;
  return is_direct ? static_cast<float*>(array.data) + begin : buffer;
}

void Write(const TileTable& tiles, const Array& array, std::size_t begin, std::size_t n,
           const float* placed) {
  if (array.storage == Storage::kBfloat16) {
    return tiles.to_bfloat16(placed, static_cast<std::uint16_t*>(array.data) + begin, n);
  }
  float* to = static_cast<float*>(array.data) + begin;
  if (placed != to) std::copy_n(placed, n, to);
}

}  // namespace actsearch::kernels::cpu
