// Where the time of a piece of work goes, by LibTorch operation. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace actsearch {

struct OperationTime {
  std::string name;
  std::int64_t calls = 0;
  double seconds = 0;  // of the processor, in it and not in what it calls
};

// Largest first. What runs outside of operations, as fused passes and Adam do, counts for the
// Phase around it.
std::vector<OperationTime> Profile(const std::function<void()>& work);

// Names a part of the work; runs it as it is when nobody profiles.
void Phase(const char* name, const std::function<void()>& part);

}  // namespace actsearch
