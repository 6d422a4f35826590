// Runs machine code over ranges of elements, block by block. One thread at a time.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "evaluators/kernels/cpu/arrays.h"
#include "evaluators/kernels/cpu/codes.h"
#include "evaluators/kernels/cpu/loop_range.h"
#include "evaluators/kernels/cpu/numbers.h"
#include "evaluators/kernels/cpu/position_sums.h"
#include "evaluators/kernels/cpu/staging.h"

namespace actsearch::kernels::cpu {

// How the elements of a layout are best walked.
Walk WalkFor(const Loops& loops, const ChannelLayout& layout);

class CodeRange {
 public:
  // As LoopRange's; `code` is the program's for `walk`.
  CodeRange(const MachineCode& code, Walk walk, const Loops& loops, const Arrays& arrays,
            std::span<double* const> sums);

  // Elements [begin, end).
  void Run(std::size_t begin, std::size_t end);
  // Adds what has been summed aside; after the last Run of a chunk.
  void Finish();

 private:
  std::size_t BlockAt(std::size_t begin, std::size_t end) const;
  void RunBlock(std::size_t begin, std::size_t n);
  void PlaceNumbers(std::size_t begin);
  void AddSums(std::size_t begin);
  float* BufferOf(std::size_t array);
  std::size_t StoreSlot(std::size_t k) const {
    return static_cast<std::size_t>(program_.StoreSlot(static_cast<int>(k)));
  }

  const MachineCode& code_;
  const Walk walk_;
  const Loops& loops_;
  const Program& program_;
  const Arrays& arrays_;
  std::span<double* const> sums_;
  std::size_t run_;    // elements of one channel in a row, as far as they matter
  std::size_t block_;  // most elements of a block
  Numbers numbers_;
  AlignedFloats buffers_;  // for arrays that are not floats, or end within a vector
  std::vector<const float*> slots_;
  std::vector<float> lanes_;               // of the sums of a block
  std::optional<PositionSums> positions_;  // but for Walk::kRuns
  std::optional<LoopRange> loop_range_;    // for blocks with results that need repair
};

}  // namespace actsearch::kernels::cpu
