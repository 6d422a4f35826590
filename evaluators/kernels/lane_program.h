// Runs a Program on the CPU in float: one tile of elements at a time goes through all
// instructions while it is in the first-level cache, each instruction a SIMD loop for
// the processor at hand. Called by activations and by the precision gate. One thread
// at a time: the slots are the object's own. Same CPU, same bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "evaluators/kernels/program.h"

namespace actsearch::kernels {

inline constexpr std::size_t kTileSize = 512;

struct alignas(64) Tile {
  float values[kTileSize];
};

// Which channel an element of a flattened tensor belongs to:
// (i / inner) % channels, where inner is H * W, or 1 for a matrix.
struct ChannelLayout {
  std::size_t channels = 1;
  std::size_t inner = 1;
};

class LaneProgram {
 public:
  explicit LaneProgram(Program program);

  // outputs[o][i] for every output of the program and every element of x.
  // parameters[k] points at one number (shape layer) or layout.channels numbers.
  void Run(std::span<const float> x, std::span<const float* const> parameters,
           const ChannelLayout& layout, std::span<float* const> outputs);

  const Program& program() const { return program_; }

 private:
  void FillParameters(std::size_t begin, std::span<const float* const> parameters,
                      const ChannelLayout& layout);

  Program program_;
  std::vector<Tile> tiles_;          // one for each slot
  std::vector<const float*> slots_;  // where each slot is read: its tile, or x itself
};

// The instruction set that the tile loops use here: AVX-512, AVX2 or baseline.
std::string_view LaneInstructionSet();

}  // namespace actsearch::kernels
