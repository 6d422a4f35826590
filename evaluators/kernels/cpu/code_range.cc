#include "evaluators/kernels/cpu/code_range.h"

#include <algorithm>

#include "evaluators/kernels/lower.h"

namespace actsearch::kernels::cpu {
namespace {

// A block's arrays stay in the first-level cache where they are converted or summed.
constexpr std::size_t kBlock = 1024;
// Elements between two looks at whether results are finite.
constexpr std::size_t kLongBlock = 4096;
// Runs of one channel that are worth a call each: the longer a period, which is laid out
// for every chunk that has sums, the shorter they may be.
struct LeastRun {
  std::size_t period, run;
};
constexpr LeastRun kLeastRuns[] = {{0, 256}, {16384, 64}, {65536, 16}};
// Numbers that are the same everywhere, when they make others.
constexpr std::size_t kWidth = 128;

ChannelLayout NumberLayout(Walk walk, const ChannelLayout& layout) {
  return walk == Walk::kRuns ? ChannelLayout{layout.channels, 1} : layout;
}

// One number a channel, or a period and what a block may reach beyond.
std::size_t WindowLength(Walk walk, const Loops& loops, const ChannelLayout& layout) {
  if (!loops.differs_by_channel) return 0;
  const bool is_by_channel = walk == Walk::kRuns;
  return RoundUp(is_by_channel ? layout.channels : layout.Period() + kBlock, kTileStep);
}

bool HasVaryingSetup(const Loops& loops) {
  return std::ranges::any_of(
      loops.setup, [&](const Loops::Step& step) { return !loops.IsUniform(step.target); });
}

}  // namespace

Walk WalkFor(const Loops& loops, const ChannelLayout& layout) {
  const bool has_runs = std::ranges::any_of(kLeastRuns, [&](const LeastRun& least) {
    return layout.Period() > least.period && layout.inner >= least.run;
  });
  if (has_runs || !loops.differs_by_channel) return Walk::kRuns;
  return MachineCode::kRow % layout.Period() == 0 ? Walk::kRows : Walk::kPositions;
}

CodeRange::CodeRange(const MachineCode& code, Walk walk, const Loops& loops, const Arrays& arrays,
                     std::span<double* const> sums)
    : code_(code),
      walk_(walk),
      loops_(loops),
      program_(loops.program),
      arrays_(arrays),
      sums_(sums),
      run_(loops.differs_by_channel ? arrays.layout.inner : 0),
      numbers_(loops, arrays, NumberLayout(walk, arrays.layout),
               WindowLength(walk, loops, arrays.layout),
               HasVaryingSetup(loops) ? kWidth : kTileStep),
      buffers_(MakeAligned((arrays.inputs.size() + arrays.stores.size()) * kBlock)),
      slots_(static_cast<std::size_t>(program_.slots) + program_.reductions.size()),
      lanes_(program_.reductions.size() * MachineCode::kSumLanes, 0.0f) {
  const auto is_float = [](const auto& array) { return array.storage == Storage::kFloat32; };
  const bool is_direct = walk != Walk::kPositions && std::ranges::all_of(arrays.inputs, is_float) &&
                         std::ranges::all_of(arrays.stores, is_float);
  block_ = is_direct ? kLongBlock : kBlock;
  numbers_.Fill(0);
  if (walk != Walk::kRuns) positions_.emplace(loops, arrays.layout, kBlock);
}

void CodeRange::Run(std::size_t begin, std::size_t end) {
  while (begin < end) {
    const std::size_t n = BlockAt(begin, end);
    RunBlock(begin, n);
    begin += n;
  }
}

// Whole vectors first, then what is left of a run or of everything.
std::size_t CodeRange::BlockAt(std::size_t begin, std::size_t end) const {
  std::size_t n = std::min(block_, end - begin);
  if (walk_ == Walk::kRuns && run_ > 0) n = std::min(n, run_ - begin % run_);
  return n < kTileStep ? n : n / kTileStep * kTileStep;
}

void CodeRange::RunBlock(std::size_t begin, std::size_t n) {
  // Beyond the end a gradient is 0, which adds nothing to sums.
  for (std::size_t k = 0; k < arrays_.inputs.size(); ++k) {
    const bool is_gradient = program_.inputs[k] == kInputGradient;
    slots_[k] = Read(loops_.tiles, arrays_.inputs[k], begin, n, is_gradient, BufferOf(k));
  }
  for (std::size_t k = 0; k < arrays_.stores.size(); ++k) {
    float* buffer = BufferOf(arrays_.inputs.size() + k);
    slots_[StoreSlot(k)] = Place(arrays_.stores[k], begin, n, buffer);
  }
  PlaceNumbers(begin);
  // Sums as they are before a block that may turn out to need repair.
  const std::size_t padded = RoundUp(n, kTileStep);
  if (arrays_.repair != nullptr && positions_) positions_->Keep(begin, padded);
  const bool finite = code_.Run(slots_.data(), padded, lanes_.data());
  if (!finite && arrays_.repair != nullptr) {
    if (positions_) positions_->Restore(begin, padded);
    if (!loop_range_) loop_range_.emplace(loops_, arrays_, sums_);
    return loop_range_->Run(begin, begin + n);
  }
  for (std::size_t k = 0; k < arrays_.stores.size(); ++k) {
    Write(loops_.tiles, arrays_.stores[k], begin, n, slots_[StoreSlot(k)]);
  }
  AddSums(begin);
}

float* CodeRange::BufferOf(std::size_t array) { return buffers_.get() + array * kBlock; }

void CodeRange::PlaceNumbers(std::size_t begin) {
  std::size_t offset = 0;
  if (walk_ != Walk::kRuns) offset = begin % arrays_.layout.Period();
  if (walk_ == Walk::kRuns && run_ > 0) offset = arrays_.layout.ChannelOf(begin);
  numbers_.Place(offset, slots_);
  for (std::size_t r = 0; positions_ && r < program_.reductions.size(); ++r) {
    slots_[static_cast<std::size_t>(program_.slots) + r] = positions_->At(r, begin);
  }
}

void CodeRange::AddSums(std::size_t begin) {
  for (std::size_t r = 0; r < program_.reductions.size(); ++r) {
    const bool is_layer = loops_.IsLayer(r);
    if (walk_ != Walk::kRuns && !is_layer) continue;
    const std::size_t channel = is_layer ? 0 : arrays_.layout.ChannelOf(begin);
    sums_[r][channel] +=
        loops_.tiles.sum(lanes_.data() + r * MachineCode::kSumLanes, MachineCode::kSumLanes);
  }
}

void CodeRange::Finish() {
  if (loop_range_) loop_range_->Finish();
  if (positions_) positions_->AddTo(sums_);
}

}  // namespace actsearch::kernels::cpu
