// Which kernel runs a program: one of its own, which takes about 0.1 s of one processor to
// compile but then streams at the memory's speed, or the interpreter, which is there at
// once and runs many candidates in one launch. Pure; any thread.
#pragma once

#include <cstddef>

namespace actsearch::kernels::cuda {

enum class Way { kCompiled, kInterpreted };

// The numbers are estimates, not measurements: nobody has run this on a GPU. To set them,
// take from kernels_cuda_bench on the GPU in question, for a layer of usual size (1 M
// elements):
//   t_compile   NVRTC and loading, median (0.05 to 0.1 s on a processor of 2023)
//   t_own, t_interpreted   a launch of either
// and let launches = t_compile / (t_interpreted - t_own), the break-even. A trial makes two
// launches a layer and step, so that trials thrown out at the first rung never compile.
struct Policy {
  std::size_t launches = 2000;     // of one program, before it gets a kernel of its own
  std::size_t candidates = 8;      // in one launch, from which on the interpreter runs it
  std::size_t elements = 1 << 22;  // a launch so large gets its own kernel at once
};

struct Use {
  std::size_t launches = 0;    // of this program so far
  std::size_t candidates = 1;  // in this launch
  std::size_t elements = 0;    // in this launch
  bool compiled = false;       // its own kernel is there
  bool interpretable = true;
  bool repairs = false;  // results in double where float fails: only in a kernel of its own
};

Way Choose(const Use& use, const Policy& policy = {});

}  // namespace actsearch::kernels::cuda
