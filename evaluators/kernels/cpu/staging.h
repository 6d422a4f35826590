// Elements of an array as floats in whole vectors: where they lie, or in a buffer, for
// arrays of another type and for a number of elements that ends within a vector. Any thread.
#pragma once

#include <cstddef>

#include "evaluators/kernels/cpu/arrays.h"
#include "evaluators/kernels/cpu/tiles.h"

namespace actsearch::kernels::cpu {

inline std::size_t RoundUp(std::size_t n, std::size_t step) { return (n + step - 1) / step * step; }

// Elements begin, ..., begin + n - 1, readable up to the next whole vector. Beyond n there is
// the last element again, or 0 where `ends_with_zero`. `buffer` holds RoundUp(n, kTileStep).
const float* Read(const TileTable& tiles, const ConstArray& array, std::size_t begin, std::size_t n,
                  bool ends_with_zero, float* buffer);

// Where to write such elements in whole vectors; and what is left to do then.
float* Place(const Array& array, std::size_t begin, std::size_t n, float* buffer);
void Write(const TileTable& tiles, const Array& array, std::size_t begin, std::size_t n,
           const float* placed);

}  // namespace actsearch::kernels::cpu
