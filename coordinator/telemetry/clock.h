// Where the coordinator's time comes from. Wall time is for people and for leases
// that processes share; monotonic time is for everything else. Implementations are
// safe from any thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace actsearch::telemetry {

class Clock {
 public:
  virtual ~Clock() = default;

  virtual std::int64_t WallMs() const = 0;
  virtual std::int64_t MonotonicUs() const = 0;

  std::int64_t MonotonicMs() const { return MonotonicUs() / 1000; }
};

class SystemClock : public Clock {
 public:
  std::int64_t WallMs() const override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
  std::int64_t MonotonicUs() const override {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
};

}  // namespace actsearch::telemetry
