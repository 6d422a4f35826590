// Runs a Program over arrays on the CPU: as machine code made for it, where values stay in
// registers, or through loops that exist already, tile by tile. Arrays hold float32 or
// bfloat16, computation is float32. A runner is safe from any thread; each call of Run
// works on one range of elements with memory of its own. The bits of a result do not
// depend on how the chunks are divided into ranges.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "evaluators/kernels/cpu/arrays.h"
#include "evaluators/kernels/cpu/codes.h"
#include "evaluators/kernels/cpu/loops.h"

namespace actsearch::kernels::cpu {

// Sums are formed for each chunk in float and double, then over chunks in order.
inline constexpr std::size_t kChunk = 32768;

// What runs a program. Machine code takes some 50 microseconds to make, and pays for
// programs that run often.
enum class Execution : std::uint8_t { kLoops, kMachineCode };

// What runs on this machine: AVX-512 or AVX2, with "loops" where there is no machine code.
std::string DescribeKernels();

class Runner {
 public:
  // `declared`: the formula's parameters, whose indices the program uses. `repairs`: Run may
  // be given a repair.
  Runner(Program program, std::vector<expr::Parameter> declared, Execution execution, bool repairs);
  Runner(const Runner&) = delete;  // its code refers to its loops
  Runner& operator=(const Runner&) = delete;

  // Chunks [first, last) of the arrays, kChunk elements each but for the last of all. The sums
  // of each chunk by themselves: for chunk k, reduction r and channel c of the layout, in
  // sums[(k * reductions + r) * channels + c].
  void Run(const Arrays& arrays, std::size_t first, std::size_t last,
           std::span<double> sums) const;

  const Program& program() const { return loops_.program; }

 private:
  const Loops loops_;
  std::unique_ptr<const Codes> codes_;  // null: loops
};

}  // namespace actsearch::kernels::cpu
