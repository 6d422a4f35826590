// For processors other than x86-64, and where Xbyak is missing: loops do the work.
#include "evaluators/kernels/cpu/machine_code.h"

namespace actsearch::kernels::cpu {

std::optional<Target> MachineTarget() { return std::nullopt; }

std::unique_ptr<const MachineCode> MachineCode::Make(const Trace&, int) { return nullptr; }

}  // namespace actsearch::kernels::cpu
