#include "evaluators/kernels/cpu/tiles.h"

#if defined(__AVX2__)
#include "evaluators/kernels/cpu/tile_loops.h"
#endif

namespace actsearch::kernels::cpu {

const TileTable* Avx2Tiles() {
#if defined(__AVX2__)
  static constexpr TileTable table = MakeTable("AVX2");
  return &table;
#else
  return nullptr;
#endif
}

}  // namespace actsearch::kernels::cpu
