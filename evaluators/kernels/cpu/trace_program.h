// What a program does to a vector of elements, for code made at run time.
#pragma once

#include <vector>

#include "evaluators/kernels/cpu/trace.h"
#include "evaluators/kernels/program.h"

namespace actsearch::kernels::cpu {

struct TraceRequest {
  const Program* program = nullptr;
  std::vector<bool> uniform;  // by slot of parameters and setup: one number for all channels
  std::vector<int> sum_of;    // by reduction: the sum that it is, or -1: its terms are stored
  InstructionSet set = InstructionSet::kAvx2;
  bool checks = false;  // results are looked at: kCheck
};

// `program->code`; setup is done before.
Trace TraceProgram(const TraceRequest& request);

}  // namespace actsearch::kernels::cpu
