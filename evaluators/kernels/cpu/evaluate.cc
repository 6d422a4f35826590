#include "evaluators/kernels/cpu/evaluate.h"

#include <vector>

#include "evaluators/kernels/cpu/runner.h"
#include "evaluators/kernels/plan.h"

namespace actsearch::kernels::cpu {

void EvaluateInFloat(const expr::Expr& f, std::span<const float> x,
                     std::span<const float> parameters, std::span<float> y) {
  const Runner runner(MakeValueProgram(f), f.parameters, Execution::kLoops, /*repairs=*/false);
  std::vector<const float*> numbers;
  for (const float& number : parameters) numbers.push_back(&number);
  const ConstArray input{x.data()};
  const bool reads_x = !runner.program().inputs.empty();
  const Array stores[] = {{y.data()}};
  const Arrays arrays{.size = x.size(),
                      .layout = {},
                      .inputs = std::span(&input, reads_x ? 1 : 0),
                      .parameters = numbers,
                      .stores = stores};
  runner.Run(arrays, 0, (x.size() + kChunk - 1) / kChunk, {});
}

}  // namespace actsearch::kernels::cpu
