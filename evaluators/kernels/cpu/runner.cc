#include "evaluators/kernels/cpu/runner.h"

#include <algorithm>
#include <utility>

#include "evaluators/kernels/cpu/code_range.h"
#include "evaluators/kernels/cpu/loop_range.h"
#include "search_spaces/base/check.h"

namespace actsearch::kernels::cpu {

std::string DescribeKernels() {
  const std::optional<Target> target = MachineTarget();
  if (!target) return std::string(Tiles().instruction_set) + " loops";
  return target->set == InstructionSet::kAvx512 ? "AVX-512" : "AVX2";
}

Runner::Runner(Program program, std::vector<expr::Parameter> declared, Execution execution,
               bool repairs)
    : loops_(std::move(program), std::move(declared)) {
  if (execution == Execution::kMachineCode) codes_ = std::make_unique<Codes>(loops_, repairs);
}

void Runner::Run(const Arrays& arrays, std::size_t begin, std::size_t end,
                 std::span<double* const> sums) const {
  const Program& program = loops_.program;
  ACTSEARCH_CHECK(arrays.inputs.size() == program.inputs.size(), "one array an input");
  ACTSEARCH_CHECK(arrays.stores.size() == static_cast<std::size_t>(program.stores),
                  "one array a store");
  for (std::size_t r = 0; r < program.reductions.size(); ++r) {
    std::fill_n(sums[r], arrays.layout.channels, 0.0);
  }
  const Walk walk = WalkFor(loops_, arrays.layout);
  const MachineCode* code = codes_ == nullptr ? nullptr : codes_->For(walk);
  const auto run = [&](auto range) {
    range.Run(begin, end);
    range.Finish();
  };
  code == nullptr ? run(LoopRange(loops_, arrays, sums))
                  : run(CodeRange(*code, walk, loops_, arrays, sums));
}

}  // namespace actsearch::kernels::cpu
