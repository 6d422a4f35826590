#include "evaluators/kernels/cpu/tiles.h"

namespace actsearch::kernels::cpu {
namespace {

const TileTable& Choose() {
#if defined(__x86_64__)
  if (Avx512Tiles() != nullptr && __builtin_cpu_supports("x86-64-v4")) return *Avx512Tiles();
  if (Avx2Tiles() != nullptr && __builtin_cpu_supports("x86-64-v3")) return *Avx2Tiles();
#endif
  return *BaselineTiles();
}

}  // namespace

const TileTable& Tiles() {
  static const TileTable& table = Choose();
  return table;
}

}  // namespace actsearch::kernels::cpu
