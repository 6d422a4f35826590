#include "evaluators/kernels/cpu/executable_memory.h"

#include <sys/mman.h>

#include <cstring>

namespace actsearch::kernels::cpu {

std::unique_ptr<ExecutableMemory> ExecutableMemory::Make(const void* code, std::size_t size) {
  void* data = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) return nullptr;
  std::unique_ptr<ExecutableMemory> memory(new ExecutableMemory(data, size));
  std::memcpy(data, code, size);
  if (mprotect(data, size, PROT_READ | PROT_EXEC) != 0) return nullptr;
  return memory;
}

ExecutableMemory::~ExecutableMemory() { munmap(data_, size_); }

}  // namespace actsearch::kernels::cpu
