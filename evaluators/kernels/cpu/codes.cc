#include "evaluators/kernels/cpu/codes.h"

#include "evaluators/kernels/cpu/trace_program.h"

namespace actsearch::kernels::cpu {
namespace {

// Few operations for the arrays that are read and written. Such code waits for memory,
// and narrow vectors serve it best (Zen 4: a tenth faster with AVX2 than with AVX-512),
// except row by row (a fifth slower).
bool WaitsForMemory(const Trace& trace) {
  std::size_t arrays = 0, operations = 0;
  for (const TraceNode& node : trace.nodes()) {
    if (IsLoad(node.op) || node.op == TraceOp::kStore) {
      ++arrays;
    } else if (!IsLeaf(node.op)) {
      ++operations;
    }
  }
  return operations <= 2 * arrays;
}

}  // namespace

Codes::Codes(const Loops& loops, bool repairs) : loops_(loops), repairs_(repairs) {
  // The only walk there is: better when the candidate is proposed than in its first step.
  if (!loops.differs_by_channel) For(Walk::kRuns);
}

const MachineCode* Codes::For(Walk walk) const {
  const auto k = static_cast<std::size_t>(walk);
  std::call_once(once_[k], [&] { codes_[k] = Make(walk); });
  return codes_[k].get();
}

std::unique_ptr<const MachineCode> Codes::Make(Walk walk) const {
  const std::optional<Target> target = MachineTarget();
  if (!target) return nullptr;
  const Program& program = loops_.program;
  TraceRequest request{
      .program = &program, .target = *target, .uniform = loops_.uniform, .checks = repairs_};
  if (walk == Walk::kRuns) request.uniform.assign(request.uniform.size(), true);
  for (std::size_t r = 0; r < program.reductions.size(); ++r) {
    request.summed.push_back(walk == Walk::kRuns || loops_.IsLayer(r));
  }
  Trace trace = TraceProgram(request);
  if (walk != Walk::kRows && WaitsForMemory(trace)) {
    request.target.set = InstructionSet::kAvx2;
    trace = TraceProgram(request);
  }
  return MachineCode::Make(trace, static_cast<int>(program.reductions.size()),
                           walk == Walk::kRows);
}

}  // namespace actsearch::kernels::cpu
