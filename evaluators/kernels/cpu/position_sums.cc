#include "evaluators/kernels/cpu/position_sums.h"

#include <algorithm>

namespace actsearch::kernels::cpu {

PositionSums::PositionSums(const Loops& loops, const ChannelLayout& layout, std::size_t reach)
    : loops_(loops),
      layout_(layout),
      stride_(layout.Period() + reach),
      sums_(Reductions() * stride_, 0.0f) {}

void PositionSums::Keep(std::size_t begin, std::size_t n) {
  n = std::min(n, stride_);
  kept_.clear();
  for (std::size_t r = 0; r < Reductions(); ++r) {
    const float* from = At(r, begin);
    kept_.insert(kept_.end(), from, from + n);
  }
}

void PositionSums::Restore(std::size_t begin, std::size_t n) {
  n = std::min(n, stride_);
  for (std::size_t r = 0; r < Reductions(); ++r) {
    std::copy_n(kept_.data() + r * n, n, At(r, begin));
  }
}

void PositionSums::AddTo(std::span<double* const> totals) {
  const std::size_t period = layout_.Period();
  for (std::size_t r = 0; r < Reductions(); ++r) {
    if (loops_.IsLayer(r)) continue;
    float* sums = At(r, 0);
    // The second half of the periods to the first, until one is left.
    for (std::size_t n = stride_; n > period;) {
      const std::size_t half = (n + 2 * period - 1) / (2 * period) * period;
      loops_.tiles.accumulate(sums + half, sums, n - half);
      n = half;
    }
    for (std::size_t c = 0, i = 0; c < layout_.channels; ++c) {
      for (std::size_t k = 0; k < layout_.inner; ++k) totals[r][c] += sums[i++];
    }
  }
  std::ranges::fill(sums_, 0.0f);
}

}  // namespace actsearch::kernels::cpu
