#include "evaluators/kernels/cpu/tiles.h"

#if defined(__AVX512F__)
#include "evaluators/kernels/cpu/tile_loops.h"
#endif

namespace actsearch::kernels::cpu {

const TileTable* Avx512Tiles() {
#if defined(__AVX512F__)
  static constexpr TileTable table = MakeTable("AVX-512");
  return &table;
#else
  return nullptr;
#endif
}

}  // namespace actsearch::kernels::cpu
