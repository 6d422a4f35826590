// How long to wait before the next attempt: exponential, capped, with jitter so that
// workers that lost the same coordinator do not come back together. Not thread-safe.
#pragma once

#include <algorithm>
#include <chrono>

#include "search_spaces/base/rng.h"

namespace actsearch::workers {

class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds most, Rng rng)
      : first_(first), most_(most), next_(first), rng_(rng) {}

  // Between half of the current step and the whole; the step doubles, up to the cap.
  std::chrono::milliseconds Next() {
    const double share = rng_.Uniform(0.5, 1);
    const std::chrono::duration<double, std::milli> wait = share * next_;
    next_ = std::min(2 * next_, most_);
    return std::chrono::duration_cast<std::chrono::milliseconds>(wait);
  }

  void Reset() { next_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds most_;
  std::chrono::milliseconds next_;
  Rng rng_;
};

}  // namespace actsearch::workers
