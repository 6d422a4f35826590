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

void Runner::Run(const Arrays& arrays, std::size_t first, std::size_t last,
                 std::span<double> sums) const {
  const Program& program = loops_.program;
  ACTSEARCH_CHECK(arrays.inputs.size() == program.inputs.size(), "one array an input");
  ACTSEARCH_CHECK(arrays.stores.size() == static_cast<std::size_t>(program.stores),
                  "one array a store");
  const std::size_t reductions = program.reductions.size(), channels = arrays.layout.channels;
  std::vector<double*> places(reductions);  // of the sums of the chunk that runs
  const Walk walk = WalkFor(loops_, arrays.layout);
  const MachineCode* code = codes_ == nullptr ? nullptr : codes_->For(walk);
  const auto run = [&](auto range) {
    if (reductions == 0) return range.Run(first * kChunk, std::min(last * kChunk, arrays.size));
    for (std::size_t k = first; k < last; ++k) {
      for (std::size_t r = 0; r < reductions; ++r) {
        places[r] = sums.data() + (k * reductions + r) * channels;
        std::fill_n(places[r], channels, 0.0);
      }
      range.Run(k * kChunk, std::min((k + 1) * kChunk, arrays.size));
      range.Finish();
    }
  };
  code == nullptr ? run(LoopRange(loops_, arrays, places))
                  : run(CodeRange(*code, walk, loops_, arrays, places));
}

}  // namespace actsearch::kernels::cpu
