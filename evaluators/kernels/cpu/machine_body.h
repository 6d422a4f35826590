// One pass of a machine-code loop: the nodes of a trace for several vectors of elements at
// a time, interleaved, so that the processor has independent work while one waits.
// Registers go to groups, one for each vector; a value without a group is in memory.
#pragma once

#include <optional>
#include <vector>

#define XBYAK_NO_OP_NAMES
#define XBYAK_DONT_USE_MMAP_ALLOCATOR
#include <xbyak/xbyak.h>

#include "evaluators/kernels/cpu/machine_code.h"
#include "evaluators/kernels/cpu/trace.h"
#include "evaluators/kernels/cpu/trace_uses.h"

namespace actsearch::kernels::cpu {

// Where things are that are the same for every pass.
struct MachineFrame {
  InstructionSet set = InstructionSet::kAvx2;
  int vector_bytes = 32;
  int scratch[2] = {0, 1};         // registers, free for a single operation
  int not_finite = 0;              // register that collects a - a of the results
  std::vector<int> sums;           // by sum: a register, or -1
  std::vector<int> sums_in_frame;  // by sum: the first of its places in the stack frame, or -1
  int groups_from = 0;             // registers below are the frame's own
  int registers = 16;              // of the processor
  std::vector<int> fixed;          // by node: the register of a constant or uniform number, or -1
  std::vector<int> in_frame;       // by node: a uniform number's place in the stack frame, or -1
  std::vector<int> in_pool;        // by node: a constant's place in the pool, or -1
  int spill_from = 0;              // first place in the stack frame for values without register
  std::vector<int> pointer_of;     // by slot: general register that points to its array, or -1
};

// General registers with a role of their own.
namespace role {
inline const Xbyak::Reg64 slots(Xbyak::Operand::RDI);
inline const Xbyak::Reg64 sums(Xbyak::Operand::RDX);
inline const Xbyak::Reg64 index(Xbyak::Operand::RAX);  // in bytes
inline const Xbyak::Reg64 pool(Xbyak::Operand::RBX);
inline const Xbyak::Reg64 pointer(Xbyak::Operand::R11);  // free for a single operation
}  // namespace role

class MachineBody {
 public:
  MachineBody(Xbyak::CodeGenerator& code, const Trace& trace, const TraceUses& uses,
              const MachineFrame& frame, int copies);

  void Emit();
  // Places that spilled values take in the stack frame.
  int spilled() const { return spilled_ * copies_; }

 private:
  // Register of copy c: first + c * step.
  struct Place {
    int first = -1;
    int step = 0;
  };
  using Address = Xbyak::Address;

  const TraceNode& Node(TraceValue v) const { return trace_.nodes()[static_cast<std::size_t>(v)]; }
  Xbyak::Xmm Vector(int index) const;
  Xbyak::Xmm At(Place place, int copy) const { return Vector(place.first + copy * place.step); }

  bool IsInRegister(TraceValue v) const;
  Place PlaceOf(TraceValue v) const;
  Address InMemory(TraceValue v, int copy);
  Address ArrayAt(std::uint32_t slot, int copy);
  Address FrameAt(int place) const;
  Address PoolAt(TraceValue v) const;

  // The value in registers, loaded if need be; numbers come into a scratch register.
  Place Load(TraceValue v);
  void LoadInto(Place place, TraceValue v);
  // A value wherever it is: in registers, or else in memory.
  struct Source {
    Place place;
    TraceValue value;
  };
  Source Resolve(TraceValue v);
  template <class F>
  void With(const Source& source, int copy, F f);  // calls f(operand)
  int TakeGroup();
  void Spill(int group);
  void Copy(const Source& source, int copy, const Xbyak::Xmm& to);
  void FreeDying(const TraceNode& node);
  Place Define();
  void Bind(int group, TraceValue v);
  bool Dies(TraceValue v) const;

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
  void EmitCheck(const TraceNode& node);

  Xbyak::CodeGenerator& code_;
  const Trace& trace_;
  const TraceUses& uses_;
  const MachineFrame& frame_;
  const int copies_;
  TraceValue now_ = 0;

  std::vector<int> group_of_;       // by node, or -1
  std::vector<TraceValue> owners_;  // by group, or kNoValue
  std::vector<int> spill_of_;       // by node, or -1
  int spilled_ = 0;
  struct Mask {
    Predicate predicate;
    TraceValue a, b;

    bool operator==(const Mask&) const = default;
  };
  std::vector<std::optional<Mask>> masks_;  // conditions that are in mask registers
  std::size_t next_mask_ = 0;
};

}  // namespace actsearch::kernels::cpu
