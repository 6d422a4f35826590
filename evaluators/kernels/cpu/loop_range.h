// Runs loops over ranges of elements, tile by tile: one tile goes through all instructions
// while it is in the first-level cache. One thread at a time.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "evaluators/kernels/cpu/arrays.h"
#include "evaluators/kernels/cpu/loops.h"
#include "evaluators/kernels/cpu/numbers.h"
#include "evaluators/kernels/cpu/position_sums.h"
#include "evaluators/kernels/cpu/staging.h"

namespace actsearch::kernels::cpu {

class LoopRange {
 public:
  // sums[r]: one for each channel of the layout, for reduction r; they are added to. May
  // point elsewhere after Finish.
  LoopRange(const Loops& loops, const Arrays& arrays, std::span<double* const> sums);

  // Elements [begin, end).
  void Run(std::size_t begin, std::size_t end);
  // Adds what has been summed aside; after the last Run of a chunk.
  void Finish();

 private:
  std::size_t StoreSlot(std::size_t k) const {
    return static_cast<std::size_t>(program_.StoreSlot(static_cast<int>(k)));
  }
  float* TileOf(std::size_t slot) { return tiles_.get() + slot * tile_; }
  void PlaceNumbers(std::size_t begin);
  void RunTile(std::size_t begin, std::size_t n);
  void FixTile(std::size_t begin, std::size_t n, std::size_t padded);
  float* OwnTile(std::uint16_t slot, std::size_t padded);
  void AddToSums(std::size_t r, std::size_t begin, std::size_t n);

  const Loops& loops_;
  const Program& program_;
  const Arrays& arrays_;
  std::span<double* const> sums_;
  const std::size_t tile_;
  const bool has_windows_;  // of numbers, for a whole period of channels
  Numbers numbers_;
  AlignedFloats tiles_;
  std::vector<const float*> slots_;        // where each is now
  std::optional<PositionSums> positions_;  // where runs of a channel are short
};

}  // namespace actsearch::kernels::cpu
