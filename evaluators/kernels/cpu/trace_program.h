// What a program does to a vector of elements, for code made at run time.
#pragma once

#include <vector>

#include "evaluators/kernels/cpu/trace.h"
#include "evaluators/kernels/program.h"

namespace actsearch::kernels::cpu {

struct TraceRequest {
  const Program* program = nullptr;
  Target target;
  // By slot of parameters, constants and setup: whether it is one number for all elements
  // of a call.
  std::vector<bool> uniform;
  // By reduction: whether its terms become one sum, whose number is the reduction's;
  // otherwise they are added to the array of slot `slots` + its number, element by element.
  std::vector<bool> summed;
  bool checks = false;  // results are looked at: kCheck
};

// `program->code`; setup is done before.
Trace TraceProgram(const TraceRequest& request);

}  // namespace actsearch::kernels::cpu
