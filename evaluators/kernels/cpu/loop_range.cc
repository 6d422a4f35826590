#include "evaluators/kernels/cpu/loop_range.h"

#include <algorithm>

namespace actsearch::kernels::cpu {
namespace {

// Numbers are laid out once for a whole period of channels when it is not longer.
constexpr std::size_t kLongestPeriod = 16384;
// Shorter runs of one channel are summed position by position.
constexpr std::size_t kShortestRun = 16;

bool HasWindows(const ChannelLayout& layout) { return layout.Period() <= kLongestPeriod; }

std::size_t WindowLength(const ChannelLayout& layout, std::size_t tile) {
  return RoundUp(HasWindows(layout) ? layout.Period() + tile : tile, kTileStep);
}

}  // namespace

LoopRange::LoopRange(const Loops& loops, const Arrays& arrays, std::span<double* const> sums)
    : loops_(loops),
      program_(loops.program),
      arrays_(arrays),
      sums_(sums),
      tile_(loops.tile_size),
      has_windows_(HasWindows(arrays.layout)),
      numbers_(loops, arrays, arrays.layout, WindowLength(arrays.layout, tile_), tile_),
      tiles_(MakeAligned(static_cast<std::size_t>(program_.slots) * tile_)),
      slots_(static_cast<std::size_t>(program_.slots)) {
  for (std::size_t s = 0; s < slots_.size(); ++s) slots_[s] = TileOf(s);
  if (has_windows_) numbers_.Fill(0);
  if (arrays.layout.inner < kShortestRun) positions_.emplace(loops, arrays.layout, 0);
}

void LoopRange::Run(std::size_t begin, std::size_t end) {
  for (std::size_t at = begin; at < end; at += tile_) RunTile(at, std::min(tile_, end - at));
}

// ---- tiles

// Loops run over whole vectors: the last, partial tile works on copies, its surplus
// repeats the last element and is not stored.
void LoopRange::RunTile(std::size_t begin, std::size_t n) {
  const std::size_t padded = RoundUp(n, kTileStep);
  for (std::size_t k = 0; k < arrays_.inputs.size(); ++k) {
    slots_[k] = Read(loops_.tiles, arrays_.inputs[k], begin, n, false, TileOf(k));
  }
  for (std::size_t k = 0; k < arrays_.stores.size(); ++k) {
    const std::size_t slot = StoreSlot(k);
    slots_[slot] = Place(arrays_.stores[k], begin, n, TileOf(slot));
  }
  PlaceNumbers(begin);
  for (const Loops::Step& step : loops_.steps) {
    step.function(slots_[step.args[0]], slots_[step.args[1]], slots_[step.args[2]],
                  const_cast<float*>(slots_[step.target]), padded);
  }
  if (arrays_.repair != nullptr) FixTile(begin, n, padded);
  for (std::size_t k = 0; k < arrays_.stores.size(); ++k) {
    Write(loops_.tiles, arrays_.stores[k], begin, n, slots_[StoreSlot(k)]);
  }
  for (std::size_t r = 0; r < program_.reductions.size(); ++r) AddToSums(r, begin, n);
}

void LoopRange::PlaceNumbers(std::size_t begin) {
  if (!has_windows_) numbers_.Fill(begin);
  const std::size_t offset = has_windows_ ? begin % arrays_.layout.Period() : 0;
  numbers_.Place(offset, slots_);
}

void LoopRange::FixTile(std::size_t begin, std::size_t n, std::size_t padded) {
  bool finite = true;
  for (int k = 0; k < program_.stores; ++k) {
    finite = finite && loops_.tiles.all_finite(slots_[program_.StoreSlot(k)], padded);
  }
  for (const Reduction& r : program_.reductions) {
    finite = finite && loops_.tiles.all_finite(slots_[r.slot], padded);
  }
  if (finite) return;
  std::vector<float*> stores, reduced;
  for (int k = 0; k < program_.stores; ++k) {
    stores.push_back(const_cast<float*>(slots_[program_.StoreSlot(k)]));
  }
  for (const Reduction& r : program_.reductions) reduced.push_back(OwnTile(r.slot, padded));
  arrays_.repair->Fix(begin, n, stores, reduced);
}

// A reduction may read an input, a number or an array that is stored: it is corrected in a
// copy.
float* LoopRange::OwnTile(std::uint16_t slot, std::size_t padded) {
  float* tile = TileOf(slot);
  if (slots_[slot] != tile) std::copy_n(slots_[slot], padded, tile);
  if (slot < program_.StoreSlot(0)) slots_[slot] = tile;
  return tile;
}

// ---- sums

void LoopRange::AddToSums(std::size_t r, std::size_t begin, std::size_t n) {
  const float* tile = slots_[program_.reductions[r].slot];
  if (loops_.IsLayer(r)) {
    sums_[r][0] += loops_.tiles.sum(tile, n);
    return;
  }
  const ChannelLayout& layout = arrays_.layout;
  const std::size_t period = positions_ ? layout.Period() : layout.inner;
  std::size_t position = begin % period;
  for (std::size_t i = 0; i < n;) {
    const std::size_t run = std::min(period - position, n - i);
    if (positions_) {
      loops_.tiles.accumulate(tile + i, positions_->At(r, begin + i), run);
    } else {
      sums_[r][layout.ChannelOf(begin + i)] += loops_.tiles.sum(tile + i, run);
    }
    i += run;
    position = 0;
  }
}

void LoopRange::Finish() {
  if (positions_) positions_->AddTo(sums_);
}

}  // namespace actsearch::kernels::cpu
