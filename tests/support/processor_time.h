// A clock that other processes of a shared machine do not make run: for benchmarks and bounds.
#pragma once

#include <ctime>

namespace actsearch {

// Of this thread.
inline double ProcessorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace actsearch
