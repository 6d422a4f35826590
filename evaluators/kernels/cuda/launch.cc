#include "evaluators/kernels/cuda/launch.h"

#include <algorithm>
#include <bit>

namespace actsearch::kernels::cuda {
namespace {

constexpr std::size_t kVectorsOfThread = 4;  // at least, where blocks leave sums
constexpr std::size_t kMostBlocks = 4096;    // more go round again
constexpr std::size_t kWantedBlocks = 1024;  // enough for every multiprocessor of any GPU
constexpr std::size_t kShortestRun = 128;    // shorter runs go by columns

std::size_t DivideUp(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

bool SumsChannels(const Program& program, std::span<const std::size_t> sizes) {
  return std::ranges::any_of(program.reductions,
                             [&](const Reduction& r) { return sizes[r.parameter] > 1; });
}

void PlanPlain(std::size_t vectors, bool sums, Launch& launch) {
  const std::size_t block = launch.threads * (sums ? kVectorsOfThread : 1);
  const std::size_t blocks =
      std::clamp<std::size_t>(DivideUp(vectors, block), 1, sums ? kWantedBlocks : kMostBlocks);
  launch.blocks_x = static_cast<unsigned>(blocks);
  launch.slices = launch.blocks_x;
}

void PlanRuns(std::size_t samples, const ChannelLayout& layout, unsigned width, Launch& launch) {
  const std::size_t vectors = samples * DivideUp(layout.inner, width);  // of a channel
  const std::size_t most = DivideUp(vectors, launch.threads * kVectorsOfThread);
  const std::size_t wanted = DivideUp(kWantedBlocks, layout.channels);
  launch.walk = Walk::kRuns;
  launch.slices = static_cast<std::uint32_t>(std::clamp<std::size_t>(wanted, 1, most));
  launch.positions = static_cast<std::uint32_t>(layout.channels);
  launch.blocks_x = launch.positions;
  launch.blocks_y = launch.slices;
  launch.vectors = layout.inner % width == 0;
}

void PlanColumns(std::size_t samples, const ChannelLayout& layout, unsigned width, Launch& launch) {
  const std::size_t vectors = DivideUp(layout.Period(), width);
  launch.walk = Walk::kColumns;
  launch.across =
      static_cast<unsigned>(std::min<std::size_t>(std::bit_ceil(vectors), launch.threads));
  const std::size_t rows = launch.threads / launch.across;
  launch.blocks_x = static_cast<unsigned>(DivideUp(vectors, launch.across));
  const std::size_t most = DivideUp(samples, rows * kVectorsOfThread);
  const std::size_t wanted = DivideUp(kWantedBlocks, launch.blocks_x);
  launch.slices = static_cast<std::uint32_t>(std::clamp<std::size_t>(wanted, 1, most));
  launch.blocks_y = launch.slices;
  launch.positions = static_cast<std::uint32_t>(layout.Period());
  launch.vectors = layout.Period() % width == 0;
}

}  // namespace

bool IsServed(const Program& program, std::size_t parameters) {
  return program.inputs.size() <= kMaxInputs &&
         static_cast<std::size_t>(program.stores) <= kMaxStores && parameters <= kMaxParameters;
}

Launch LaunchOf(const Program& program, std::span<const std::size_t> sizes,
                const ChannelLayout& layout, std::size_t size, Storage storage, unsigned threads) {
  Launch launch{.threads = threads};
  const unsigned width = WidthOf(storage);
  if (!SumsChannels(program, sizes)) {
    PlanPlain(DivideUp(size, width), !program.reductions.empty(), launch);
    return launch;
  }
  const std::size_t samples = DivideUp(size, layout.Period());
  if (layout.inner >= kShortestRun && layout.channels <= 65535) {
    PlanRuns(samples, layout, width, launch);
  } else {
    PlanColumns(samples, layout, width, launch);
  }
  return launch;
}

}  // namespace actsearch::kernels::cuda
