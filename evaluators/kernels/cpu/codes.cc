#include "evaluators/kernels/cpu/codes.h"

#include "evaluators/kernels/cpu/trace_program.h"

namespace actsearch::kernels::cpu {

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
  const std::optional<InstructionSet> set = MachineInstructionSet();
  if (!set) return nullptr;
  const Program& program = loops_.program;
  TraceRequest request{
      .program = &program, .set = *set, .uniform = loops_.uniform, .checks = repairs_};
  if (walk == Walk::kRuns) request.uniform.assign(request.uniform.size(), true);
  for (std::size_t r = 0; r < program.reductions.size(); ++r) {
    request.summed.push_back(walk == Walk::kRuns || loops_.IsLayer(r));
  }
  return MachineCode::Make(TraceProgram(request), static_cast<int>(program.reductions.size()));
}

}  // namespace actsearch::kernels::cpu
