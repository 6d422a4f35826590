// What a kernel is launched with, and how its blocks divide the elements: from the layout
// alone, never from the device, so that equal inputs give equal bits on every GPU.
// Values; pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "evaluators/kernels/layout.h"
#include "evaluators/kernels/program.h"

namespace actsearch::kernels::cuda {

inline constexpr unsigned kThreads = 256;  // of a block; a power of two
inline constexpr std::size_t kMaxInputs = 6;
inline constexpr std::size_t kMaxStores = 4;
inline constexpr std::size_t kMaxParameters = 24;
// Elements are counted in 32 bits.
inline constexpr std::size_t kMaxElements = std::size_t{1} << 30;

enum class Storage : std::uint8_t { kFloat32, kBfloat16 };
inline unsigned WidthOf(Storage storage) { return storage == Storage::kFloat32 ? 4 : 8; }

// Who visits which elements.
//   plain    any thread any element; sums are over everything (layer parameters)
//   runs     a block stays in one channel, whose elements lie in runs of `inner`
//   columns  a thread stays at its places in the period of channels (N x C, channels last)
enum class Walk : std::uint8_t { kPlain, kRuns, kColumns };

// The argument of every compiled kernel; ArgumentsText declares the same for the device.
// Element i has channel (i / inner) % channels and reads number channel / per[k] of
// parameter k of the formula.
struct Arguments {
  const void* inputs[kMaxInputs] = {};  // in the order of Program::inputs
  void* stores[kMaxStores] = {};
  const float* parameters[kMaxParameters] = {};  // by parameter of the formula
  const void* x = nullptr;                       // for repairs
  const void* gradient = nullptr;
  float* partial = nullptr;  // sums of blocks: [reduction][slice][position]
  std::uint32_t per[kMaxParameters] = {};
  std::uint32_t size = 0, channels = 1, inner = 1;
  std::uint32_t aligned = 0;  // every vector that lies whole in a run starts at 16 bytes
  std::uint32_t across = 1;   // kColumns: threads of a block side by side
};

// Sums partial sums in a fixed order, in double: out[r][o] over the positions of number o.
struct FinishArguments {
  const float* partial = nullptr;
  float* out[kMaxParameters] = {};
  std::uint32_t outputs[kMaxParameters] = {};  // numbers of the parameter
  std::uint32_t positions = 1, slices = 1;
};

struct Launch {
  Walk walk = Walk::kPlain;
  unsigned blocks_x = 1, blocks_y = 1, threads = kThreads;
  unsigned across = 1;
  bool vectors = true;       // runs hold whole vectors
  std::uint32_t slices = 1;  // partial sums of each position
  std::uint32_t positions = 1;

  std::size_t PartialFloats(std::size_t reductions) const {
    return reductions * slices * positions;
  }
};

// The limits above hold for the program and a formula with so many parameters.
bool IsServed(const Program& program, std::size_t parameters);

// sizes[k]: how many numbers parameter k of the formula has here. threads: a power of two.
Launch LaunchOf(const Program& program, std::span<const std::size_t> sizes,
                const ChannelLayout& layout, std::size_t size, Storage storage,
                unsigned threads = kThreads);

// Arguments::per for a parameter of so many numbers.
inline std::uint32_t PerNumber(std::size_t numbers, std::size_t channels) {
  return static_cast<std::uint32_t>(channels / (numbers == 0 ? 1 : numbers));
}

}  // namespace actsearch::kernels::cuda
