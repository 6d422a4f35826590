// One pass of a machine-code loop: the nodes of a trace for several vectors of elements at
// a time, interleaved, so that the processor has independent work while one waits. One
// thread at a time.
#pragma once

#include <optional>
#include <vector>

#include "evaluators/kernels/cpu/machine_places.h"

namespace actsearch::kernels::cpu {

class MachineBody : public MachinePlaces {
 public:
  MachineBody(Xbyak::CodeGenerator& code, const Trace& trace, const TraceUses& uses,
              const MachineFrame& frame, int copies);

  void Emit();

 private:
  void EmitPrefetches();
  void EmitNode(const TraceNode& node);
  void EmitUnary(const TraceNode& node);
  void EmitBinary(const TraceNode& node);
  void Binary(TraceOp op, const Xbyak::Xmm& to, const Xbyak::Xmm& a, const Xbyak::Operand& b);
  // to = to * b + a, a * to + b, a * b + to
  enum class FusedForm { k132, k213, k231 };
  void EmitFused(const TraceNode& node);
  void Fused(TraceOp op, FusedForm form, const Xbyak::Xmm& to, const Xbyak::Xmm& a,
             const Xbyak::Operand& b);
  void EmitChoice(const TraceNode& node);
  void EmitByMask(const TraceNode& node, bool is_zero);
  void EmitByBlend(const TraceNode& node, bool is_zero);
  int MaskOf(const TraceNode& node);
  void EmitSum(const TraceNode& node);
  void EmitAccumulate(const TraceNode& node);
  void EmitCheck(const TraceNode& node);

  struct Mask {
    Predicate predicate;
    TraceValue a, b;

    bool operator==(const Mask&) const = default;
  };
  std::vector<std::optional<Mask>> masks_;  // conditions that are in mask registers
  std::size_t next_mask_ = 0;
};

}  // namespace actsearch::kernels::cpu
