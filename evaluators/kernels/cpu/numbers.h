// What a program reads besides its arrays: parameters, constants, and what its setup makes
// of them, laid out for a window of elements. One thread at a time.
#pragma once

#include <memory>
#include <new>
#include <span>
#include <vector>

#include "evaluators/kernels/cpu/arrays.h"
#include "evaluators/kernels/cpu/loops.h"

namespace actsearch::kernels::cpu {

struct FreeAligned {
  void operator()(float* p) const { ::operator delete[](p, std::align_val_t(64)); }
};
using AlignedFloats = std::unique_ptr<float[], FreeAligned>;
AlignedFloats MakeAligned(std::size_t count);

class Numbers {
 public:
  // Numbers that differ by channel come from windows of `length` elements, others, which
  // are the same in all channels, are repeated `width` times; multiples of kTileStep.
  Numbers(const Loops& loops, const Arrays& arrays, ChannelLayout layout, std::size_t length,
          std::size_t width);

  // Lays the window out from element `begin` on; before the first Place.
  void Fill(std::size_t begin);

  // slots[s] points to the number of slot s, `offset` elements into the window.
  void Place(std::size_t offset, std::span<const float*> slots) const;

 private:
  const float* Of(int slot, std::size_t offset) const {
    const float* start = starts_[static_cast<std::size_t>(slot - first_)];
    return loops_.IsUniform(slot) ? start : start + offset;
  }
  void FillParameter(std::size_t k, std::size_t begin);
  void RunSetup(const Loops::Step& step, std::size_t n);

  const Loops& loops_;
  const Arrays& arrays_;
  const ChannelLayout layout_;
  const std::size_t length_, width_;
  const int first_;  // slot
  AlignedFloats memory_;
  std::vector<float*> starts_;  // by slot, from the first on
  bool has_uniform_ = false;
};

}  // namespace actsearch::kernels::cpu
