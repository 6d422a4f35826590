#include "evaluators/kernels/cuda/interpreter.h"

#include <algorithm>

#include "evaluators/kernels/cuda/device_text.h"

namespace actsearch::kernels::cuda {
namespace {

constexpr std::size_t kTilesOfBlock = 4;     // at least, where blocks leave sums
constexpr std::size_t kWantedBlocks = 1024;  // of one task

constexpr char kBody[] = R"cuda(
// The element that is the k-th of a walk channel.
DEVICE unsigned ElementOf(const Task& task, unsigned channel, unsigned k) {
  const unsigned run = k / task.walk_inner;
  return run * task.walk_channels * task.walk_inner + channel * task.walk_inner +
         (k - run * task.walk_inner);
}

DEVICE float TileSum(float mine) {
  SHARED float sums[256];
  sums[threadIdx.x] = mine;
  __syncthreads();
  for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
    __syncthreads();
  }
  const float total = sums[0];
  __syncthreads();
  return total;
}

template <class S>
DEVICE void Interpret(const Task& task) {
  DYNAMIC_SHARED(memory);
  Command* steps = reinterpret_cast<Command*>(memory);
  float* tiles = reinterpret_cast<float*>(steps + task.step_count);
  const unsigned tile = blockDim.x * kEach;
  if (blockIdx.x >= task.walk_channels * task.slices) return;
  const unsigned channel = blockIdx.x % task.walk_channels;
  const unsigned slice = blockIdx.x / task.walk_channels;
  for (unsigned s = threadIdx.x; s < task.step_count; s += blockDim.x) steps[s] = task.steps[s];
  __syncthreads();
  // From here on a thread reads and writes its own places of the tiles only.
  float* mine = tiles + threadIdx.x;
  for (unsigned k = 0; k < task.constant_count; ++k) {
    const float value = task.constants[k];
    for (int e = 0; e < kEach; ++e) {
      mine[(task.first_constant + k) * tile + e * blockDim.x] = value;
    }
  }
  float sums[kMostReductions];
  for (unsigned r = 0; r < task.reduction_count; ++r) sums[r] = 0;
  const unsigned count = task.size / task.walk_channels;
  for (unsigned first = slice * tile; first < count; first += task.slices * tile) {
    unsigned at[kEach];
    bool inside[kEach];
#pragma unroll
    for (int e = 0; e < kEach; ++e) {
      const unsigned k = first + e * blockDim.x + threadIdx.x;
      inside[e] = k < count;
      at[e] = ElementOf(task, channel, inside[e] ? k : count - 1);
    }
    for (unsigned k = 0; k < task.input_count; ++k) {
#pragma unroll
      for (int e = 0; e < kEach; ++e) {
        mine[k * tile + e * blockDim.x] = LoadOne(S(), task.inputs[k], at[e]);
      }
    }
    for (unsigned k = 0; k < task.parameter_count; ++k) {
#pragma unroll
      for (int e = 0; e < kEach; ++e) {
        const unsigned number = at[e] / task.inner % task.channels / task.per[k];
        mine[(task.input_count + k) * tile + e * blockDim.x] = task.parameters[k][number];
      }
    }
    for (unsigned s = 0; s < task.step_count; ++s) {
      const Command step = steps[s];
      RunStep(step.op, mine + step.a * tile, mine + step.b * tile, mine + step.c * tile,
              mine + step.target * tile);
    }
    for (unsigned k = 0; k < task.store_count; ++k) {
#pragma unroll
      for (int e = 0; e < kEach; ++e) {
        const float value = mine[(task.first_store + k) * tile + e * blockDim.x];
        if (inside[e]) StoreOne(S(), value, task.stores[k], at[e]);
      }
    }
    for (unsigned r = 0; r < task.reduction_count; ++r) {
#pragma unroll
      for (int e = 0; e < kEach; ++e) {
        if (inside[e]) sums[r] += mine[task.reduced[r] * tile + e * blockDim.x];
      }
    }
  }
  for (unsigned r = 0; r < task.reduction_count; ++r) {
    const float total = TileSum(sums[r]);
    if (threadIdx.x == 0) {
      task.partial[(r * task.slices + slice) * task.walk_channels + channel] = total;
    }
  }
}
)cuda";

std::string DeclarationsText() {
  const auto number = [](std::size_t n) { return std::to_string(n); };
  return "\nconstexpr int kEach = " + number(kTileElements) +
         ";\nconstexpr int kMostReductions = " + number(kMaxParameters) +
         ";\nstruct alignas(16) Command { unsigned short op, target, a, b, c, unused[3]; };\n"
         "struct Task {\n  const Command* steps;\n  const float* constants;\n  const void* "
         "inputs[" +
         number(kMaxInputs) + "];\n  void* stores[" + number(kMaxStores) +
         "];\n  const float* parameters[" + number(kMaxParameters) +
         "];\n  float* partial;\n  unsigned per[" + number(kMaxParameters) +
         "];\n  unsigned step_count, constant_count, input_count, store_count;\n"
         "  unsigned parameter_count, reduction_count;\n"
         "  unsigned slots, first_constant, first_store;\n  unsigned size, channels, inner;\n"
         "  unsigned walk_channels, walk_inner, slices;\n  unsigned short reduced[" +
         number(kMaxParameters) + "];\n};\nstatic_assert(sizeof(Task) == " + number(sizeof(Task)) +
         ", \"as in interpreter.h\");\n";
}

// One case for each operation that lowering leaves.
std::string StepText() {
  std::string cases;
  for (const OpId op : LoweredOps()) {
    static constexpr const char* kArguments[] = {"a[i]", ", b[i]", ", c[i]"};
    std::string list;
    for (int k = 0; k < Ops()[op].arity; ++k) list += kArguments[k];
    cases += "    case " + std::to_string(op) + ": EACH(" + OpFunctionName(op) + "<float>(" + list +
             "))\n";
  }
  return "\n#define EACH(value) \\\n  for (int e = 0; e < kEach; ++e) { \\\n"
         "    const unsigned i = e * blockDim.x; \\\n    out[i] = value; \\\n  } \\\n  break;\n"
         "DEVICE void RunStep(unsigned op, const float* a, const float* b, const float* c, float* "
         "out) {\n  switch (op) {\n" +
         cases + "  }\n}\n#undef EACH\n";
}

}  // namespace

EncodedProgram Encode(const Program& program) {
  EncodedProgram encoded{.slots = static_cast<std::uint32_t>(program.slots),
                         .first_constant = static_cast<std::uint32_t>(program.ConstantSlot(0)),
                         .first_store = static_cast<std::uint32_t>(program.StoreSlot(0))};
  for (const Instruction& in : program.Everything()) {
    encoded.steps.push_back({in.op, in.target, in.args[0], in.args[1], in.args[2]});
  }
  for (const double value : program.constants) {
    encoded.constants.push_back(static_cast<float>(value));
  }
  for (const Reduction& r : program.reductions) encoded.reduced.push_back(r.slot);
  return encoded;
}

bool IsInterpretable(const Program& program, std::size_t parameters) {
  static const std::vector<OpId> known = LoweredOps();
  return IsServed(program, parameters) && Encode(program).SharedBytes() <= kSharedBytes &&
         std::ranges::all_of(program.Everything(), [](const Instruction& in) {
           return std::ranges::binary_search(known, in.op);
         });
}

Task TaskOf(const EncodedProgram& encoded, const Program& program,
            std::span<const std::size_t> sizes, const ChannelLayout& layout, std::size_t size,
            unsigned threads) {
  const auto number = [](std::size_t n) { return static_cast<std::uint32_t>(n); };
  Task task;
  task.step_count = number(encoded.steps.size());
  task.constant_count = number(encoded.constants.size());
  task.input_count = number(program.inputs.size());
  task.store_count = number(static_cast<std::size_t>(program.stores));
  task.parameter_count = number(program.parameters.size());
  task.reduction_count = number(program.reductions.size());
  task.slots = encoded.slots;
  task.first_constant = encoded.first_constant;
  task.first_store = encoded.first_store;
  task.size = number(size);
  task.channels = number(layout.channels);
  task.inner = number(layout.inner);
  for (std::size_t k = 0; k < program.parameters.size(); ++k) {
    task.per[k] = PerNumber(sizes[program.parameters[k]], layout.channels);
  }
  std::ranges::copy(encoded.reduced, task.reduced);
  const bool by_channel = std::ranges::any_of(
      program.reductions, [&](const Reduction& r) { return sizes[r.parameter] > 1; });
  task.walk_channels = by_channel ? task.channels : 1;
  task.walk_inner = by_channel ? task.inner : task.size;
  const std::size_t tile = threads * kTileElements * (encoded.reduced.empty() ? 1 : kTilesOfBlock);
  const std::size_t most = (size / task.walk_channels + tile - 1) / tile;
  const std::size_t wanted = (kWantedBlocks + task.walk_channels - 1) / task.walk_channels;
  task.slices = number(std::clamp<std::size_t>(wanted, 1, std::max<std::size_t>(most, 1)));
  return task;
}

std::string InterpreterText(Storage storage, const std::string& one, const std::string& many) {
  std::string functions;
  for (const OpId op : LoweredOps()) functions += "\n" + OpFunctionText(op);
  const std::string type = storage == Storage::kFloat32 ? "Float32" : "Bfloat16";
  return functions + DeclarationsText() + StepText() + kBody + "\nKERNEL " + one +
         "(ARGUMENT(Task) task) { Interpret<" + type + ">(task); }\nKERNEL " + many +
         "(const Task* tasks) { Interpret<" + type + ">(tasks[blockIdx.y]); }\n";
}

std::string InterpreterSource(Storage storage) {
  return std::string(TargetText()) + std::string(VocabularyText()) +
         InterpreterText(storage, kInterpretOne, kInterpretMany);
}

}  // namespace actsearch::kernels::cuda
