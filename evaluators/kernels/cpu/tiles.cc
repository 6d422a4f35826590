#include "evaluators/kernels/cpu/tiles.h"

namespace actsearch::kernels::cpu {
namespace {

const TileTable& Choose() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("x86-64-v4") && Avx512Tiles() != nullptr) return *Avx512Tiles();
  if (__builtin_cpu_supports("x86-64-v3") && Avx2Tiles() != nullptr) return *Avx2Tiles();
#endif
  return *BaselineTiles();
}

}  // namespace

const TileTable& Tiles() {
  static const TileTable& table = Choose();
  return table;
}

}  // namespace actsearch::kernels::cpu
