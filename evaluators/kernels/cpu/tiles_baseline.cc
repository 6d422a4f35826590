#include "evaluators/kernels/cpu/tile_loops.h"

namespace actsearch::kernels::cpu {

const TileTable* BaselineTiles() {
  static constexpr TileTable table = MakeTable("baseline");
  return &table;
}

}  // namespace actsearch::kernels::cpu
