// A store that repeats calls that ended in kUnavailable, a bounded number of times
// and with growing pauses. Any other error is passed on at once. Every call of a
// Store may be repeated, so this is safe around each of them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "coordinator/store/store.h"

namespace actsearch::store {

struct RetryPolicy {
  int attempts = 5;                  // in all, the first included; at least 1
  std::int64_t first_pause_ms = 50;  // doubles after each failure
  std::int64_t longest_pause_ms = 2000;
};

// `sleep` waits that many milliseconds; it is called from the threads that call
// the store and without any lock.
std::unique_ptr<Store> WithRetries(std::unique_ptr<Store> inner, RetryPolicy policy,
                                   std::function<void(std::int64_t pause_ms)> sleep);

}  // namespace actsearch::store
