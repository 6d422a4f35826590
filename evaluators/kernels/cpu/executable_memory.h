// Memory that holds machine code; never writable and executable at a time. Unmapped when
// it goes. Immutable; any thread.
#pragma once

#include <cstddef>
#include <memory>

namespace actsearch::kernels::cpu {

class ExecutableMemory {
 public:
  // A copy of the code. Null where the system does not allow it.
  static std::unique_ptr<ExecutableMemory> Make(const void* code, std::size_t size);
  ~ExecutableMemory();
  ExecutableMemory(const ExecutableMemory&) = delete;
  ExecutableMemory& operator=(const ExecutableMemory&) = delete;

  const void* data() const { return data_; }

 private:
  ExecutableMemory(void* data, std::size_t size) : data_(data), size_(size) {}

  void* data_;
  std::size_t size_;
};

}  // namespace actsearch::kernels::cpu
