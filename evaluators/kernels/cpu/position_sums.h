// Sums of the terms of reductions by position in a period of channels, for layouts in which
// the elements of a channel do not lie in a row. One thread at a time.
#pragma once

#include <span>
#include <vector>

#include "evaluators/kernels/cpu/loops.h"
#include "evaluators/kernels/layout.h"

namespace actsearch::kernels::cpu {

class PositionSums {
 public:
  // `reach`: how far from its first position a caller of At goes on beyond the period.
  PositionSums(const Loops& loops, const ChannelLayout& layout, std::size_t reach);

  // Where the terms of elements begin, begin + 1, ... are added.
  float* At(std::size_t reduction, std::size_t begin) {
    return sums_.data() + reduction * stride_ + begin % layout_.Period();
  }

  // Remembers the sums at n positions, and takes back what has been added there since.
  void Keep(std::size_t begin, std::size_t n);
  void Restore(std::size_t begin, std::size_t n);

  // totals[r]: one for each channel; sums of layer parameters are left alone. All sums are 0
  // afterwards.
  void AddTo(std::span<double* const> totals);

 private:
  std::size_t Reductions() const { return loops_.program.reductions.size(); }

  const Loops& loops_;
  const ChannelLayout layout_;
  const std::size_t stride_;
  std::vector<float> sums_;
  std::vector<float> kept_;
};

}  // namespace actsearch::kernels::cpu
