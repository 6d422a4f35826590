// A program as machine code of this processor, made when the candidate is proposed: values
// stay in registers from the first operation to the last. Needs x86-64 with AVX-512 or
// AVX2, and a system that lets a process make code; elsewhere the loops of tiles.h do the
// work. No memory is writable and executable at a time. Immutable; any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "evaluators/kernels/cpu/executable_memory.h"
#include "evaluators/kernels/cpu/trace.h"

namespace actsearch::kernels::cpu {

// What this processor has and the system allows. ACTSEARCH_KERNELS=loops says to do without
// machine code, avx2 to use no more than that. Nothing: loops.
std::optional<Target> MachineTarget();

class MachineCode {
 public:
  static constexpr std::size_t kSumLanes = 16;  // of each sum that Run gives

  // Positions that code by rows tells apart, a multiple of the period of channels. Short, so
  // that a few rows together are read from memory as one stream.
  static constexpr std::size_t kRow = 256;

  // `trace` is finished; its sums are numbered from 0 to sums - 1. Null where the system
  // does not let it. `by_row`: several rows are worked on at a time, and read their numbers, and
  // add to sums, once; the positions begin at 0 in a call, and may go on beyond kRow at its end.
  static std::unique_ptr<const MachineCode> Make(const Trace& trace, int sums,
                                                 bool by_row = false);

  // Elements [0, n) of the arrays slots[s]; n is a multiple of kTileStep. The kSumLanes
  // numbers from sums[r * kSumLanes] on, 0 before the first call, add up to the sum r. False: a
  // result is infinite or NaN.
  bool Run(const float* const* slots, std::size_t n, float* sums) const {
    return function_(slots, n, sums) != 0;
  }

 private:
  using Function = int (*)(const float* const* slots, std::size_t n, float* sums);

  MachineCode(std::unique_ptr<ExecutableMemory> memory, std::size_t entry);

  std::unique_ptr<ExecutableMemory> memory_;
  Function function_;
};

}  // namespace actsearch::kernels::cpu
