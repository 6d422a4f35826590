// Runs a Program over arrays on the CPU: as machine code made for it, where values stay in
// registers, or tile by tile through loops that exist already, where a tile goes through
// all instructions while it is in the first-level cache. Arrays hold float32 or bfloat16,
// computation is float32. A runner is immutable and safe from any thread; each call of
// Run works on one range of elements with memory of its own. The bits of a result do not
// depend on how the elements are divided into ranges of whole chunks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "evaluators/kernels/cpu/machine_code.h"
#include "evaluators/kernels/cpu/tiles.h"
#include "evaluators/kernels/layout.h"
#include "evaluators/kernels/program.h"

namespace actsearch::kernels::cpu {

// Sums are formed for each chunk in float and double, then over chunks in order.
inline constexpr std::size_t kChunk = 32768;

enum class Storage : std::uint8_t { kFloat32, kBfloat16 };

struct ConstArray {
  const void* data = nullptr;
  Storage storage = Storage::kFloat32;
};
struct Array {
  void* data = nullptr;
  Storage storage = Storage::kFloat32;
};

// Corrects results that are not finite before they are stored or summed. `stores` and
// `reduced` are tiles of the program's outputs for elements begin, begin + 1, ..., n.
class Repair {
 public:
  virtual ~Repair() = default;
  virtual void Fix(std::size_t begin, std::size_t n, std::span<float* const> stores,
                   std::span<float* const> reduced) const = 0;
};

struct Arrays {
  std::size_t size = 0;  // elements of every array
  ChannelLayout layout;
  std::span<const ConstArray> inputs;        // in the order of Program::inputs
  std::span<const float* const> parameters;  // by parameter of the formula
  std::span<const Array> stores;   // overlap with inputs only where Plan::in_place allows it
  const Repair* repair = nullptr;  // null: results are not looked at
};

// What runs a program. Machine code takes some 50 microseconds to make, and pays for
// programs that run often.
enum class Execution : std::uint8_t { kLoops, kMachineCode };

// What runs on this machine: AVX-512 or AVX2, with "loops" where there is no machine code.
std::string DescribeKernels();

class Runner {
 public:
  // `declared`: the formula's parameters, whose indices the program uses. `repairs`: Run may
  // be given a repair. Machine code where this machine has it (machine_code.h).
  Runner(Program program, std::vector<expr::Parameter> declared, Execution execution, bool repairs);

  // Elements [begin, end); begin is a multiple of kChunk. sums[r] gets, for reduction r,
  // one sum for each channel of the layout, over these elements.
  void Run(const Arrays& arrays, std::size_t begin, std::size_t end,
           std::span<double* const> sums) const;

  const Program& program() const { return program_; }

 private:
  struct Step {
    TileFunction function;
    std::uint16_t args[expr::kMaxArity];
    std::uint16_t target;
  };
  class Range;

  void FindUniform();
  void MakeCode(bool repairs);
  bool IsLayer(std::size_t reduction) const;

  Program program_;
  std::vector<expr::Parameter> declared_;
  const TileTable& tiles_;
  std::vector<Step> setup_, steps_;
  std::vector<bool> uniform_;  // by slot of parameters and setup: one number for all channels
  std::size_t tile_size_;
  std::unique_ptr<const MachineCode> code_;  // null: loops
  std::vector<int> sum_of_;                  // by reduction: which of the code's sums, or -1
  bool writes_tiles_ = false;                // the code writes terms of sums
};

}  // namespace actsearch::kernels::cpu
