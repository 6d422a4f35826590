// One kernel that runs any program: each block reads a task (a program, arrays, parameters)
// and carries its instructions out on tiles of elements in shared memory. Compiled once, it
// serves a candidate at its first launches, and many candidates on slices of one tensor in
// one launch. Slower than a kernel of the program's own (choose.h). It does not repair
// results that are not finite. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "evaluators/kernels/cuda/launch.h"
#include "evaluators/kernels/program.h"

namespace actsearch::kernels::cuda {

inline constexpr unsigned kTileThreads = 128;
inline constexpr unsigned kTileElements = 4;            // of a thread
inline constexpr std::size_t kSharedBytes = 48 * 1024;  // that every GPU gives a block

// 16 bytes, as the kernel reads them.
struct Command {
  std::uint16_t op = 0, target = 0, a = 0, b = 0, c = 0;
  std::uint16_t unused[3] = {};
};

// A program for the interpreter: `steps` and `constants` go to the device once.
struct EncodedProgram {
  std::vector<Command> steps;
  std::vector<float> constants;
  std::uint32_t slots = 0;
  std::uint32_t first_constant = 0, first_store = 0;
  std::vector<std::uint16_t> reduced;  // slots of the reductions

  std::size_t SharedBytes(unsigned threads = kTileThreads) const {
    return slots * threads * kTileElements * sizeof(float) + steps.size() * sizeof(Command);
  }
};

EncodedProgram Encode(const Program& program);

// The interpreter knows the operations, and the tiles fit a block's shared memory.
bool IsInterpretable(const Program& program, std::size_t parameters);

// One candidate on `size` elements. Pointers are the device's. A block stays in one
// channel of `walk`, so that its sums are one channel's: walk_channels is 1 and walk_inner
// the size where only sums over everything are wanted. Blocks: walk_channels * slices;
// partial sums: [reduction][slice][walk channel], for the kernel of FinishText.
struct Task {
  const Command* steps = nullptr;
  const float* constants = nullptr;
  const void* inputs[kMaxInputs] = {};
  void* stores[kMaxStores] = {};
  const float* parameters[kMaxParameters] = {};  // in the order of Program::parameters
  float* partial = nullptr;
  std::uint32_t per[kMaxParameters] = {};
  std::uint32_t step_count = 0, constant_count = 0, input_count = 0, store_count = 0;
  std::uint32_t parameter_count = 0, reduction_count = 0;
  std::uint32_t slots = 0, first_constant = 0, first_store = 0;
  std::uint32_t size = 0, channels = 1, inner = 1;
  std::uint32_t walk_channels = 1, walk_inner = 1, slices = 1;
  std::uint16_t reduced[kMaxParameters] = {};
};

// Everything that the program and the layout say; the caller adds the pointers.
Task TaskOf(const EncodedProgram& encoded, const Program& program,
            std::span<const std::size_t> sizes, const ChannelLayout& layout, std::size_t size,
            unsigned threads = kTileThreads);

// Kernels `one(Task)` and `many(const Task*)`, the latter with blockIdx.y as the index of
// the task; blocks beyond a task's own have nothing to do. Dynamic shared memory: the
// largest SharedBytes. On VocabularyText.
std::string InterpreterText(Storage storage, const std::string& one, const std::string& many);
std::string InterpreterSource(Storage storage);
inline constexpr char kInterpretOne[] = "interpret_one";
inline constexpr char kInterpretMany[] = "interpret_many";

}  // namespace actsearch::kernels::cuda
