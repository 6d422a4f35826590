// Where the values of a machine-code loop are while it is emitted: in groups of registers,
// one register for each of several vectors of elements, or in memory. One thread at a time.
#pragma once

#include <vector>

#define XBYAK_NO_OP_NAMES
#define XBYAK_DONT_USE_MMAP_ALLOCATOR
#include <xbyak/xbyak.h>

#include "evaluators/kernels/cpu/trace.h"
#include "evaluators/kernels/cpu/trace_uses.h"

namespace actsearch::kernels::cpu {

// General registers with a role of their own.
namespace role {
inline const Xbyak::Reg64 slots(Xbyak::Operand::RDI);
inline const Xbyak::Reg64 sums(Xbyak::Operand::RDX);
inline const Xbyak::Reg64 index(Xbyak::Operand::RAX);     // in bytes
inline const Xbyak::Reg64 position(Xbyak::Operand::RSI);  // of code by rows, in bytes
inline const Xbyak::Reg64 pool(Xbyak::Operand::RBX);
inline const Xbyak::Reg64 pointer(Xbyak::Operand::R11);  // free for a single operation
}  // namespace role

// Where things are that are the same for every pass.
struct MachineFrame {
  InstructionSet set = InstructionSet::kAvx2;
  int vector_bytes = 32;
  // The vectors that are worked on at a time are a row apart, at the same position.
  bool is_by_row = false;
  int copy_bytes = 32;  // from one of them to the next
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

  bool IsWide() const { return set == InstructionSet::kAvx512; }
  Xbyak::Xmm Vector(int index) const;
  // A constant takes one float of the pool with AVX-512, which repeats it, else a vector.
  int PoolStep() const { return IsWide() ? 4 : vector_bytes; }
  Xbyak::Address InPool(TraceValue v, const Xbyak::AddressFrame& as) const {
    return as[role::pool + in_pool[static_cast<std::size_t>(v)] * PoolStep()];
  }
  Xbyak::Address InFrame(int place) const {
    return Xbyak::util::ptr[Xbyak::util::rsp + place * vector_bytes];
  }
};

class MachinePlaces {
 public:
  // Places that spilled values take in the stack frame.
  int spilled() const { return spilled_ * copies_; }

 protected:
  using Address = Xbyak::Address;
  // Register of copy c: first + c * step. A number that all copies share is in the register of
  // copy 0 of its group; a result may take the group of an argument that dies, so that
  // operations write copy 0 last.
  struct Place {
    int first = -1;
    int step = 0;
  };
  // A value wherever it is: in registers, or else in memory.
  struct Source {
    Place place;
    TraceValue value;
  };

  MachinePlaces(Xbyak::CodeGenerator& code, const Trace& trace, const TraceUses& uses,
                const MachineFrame& frame, int copies);

  const TraceNode& Node(TraceValue v) const { return trace_.nodes()[static_cast<std::size_t>(v)]; }
  bool IsWide() const { return frame_.IsWide(); }
  Xbyak::Xmm Vector(int index) const { return frame_.Vector(index); }
  Xbyak::Xmm At(Place place, int copy) const { return Vector(place.first + copy * place.step); }
  // Of arrays with one number an element, and with one a position.
  Xbyak::Reg64 BaseOf(std::uint32_t slot);
  Address ArrayAt(std::uint32_t slot, int copy);
  Address PositionAt(std::uint32_t slot, int copy);

  bool IsInRegister(TraceValue v) const { return PlaceOf(v).first >= 0; }
  Place PlaceOf(TraceValue v) const;
  // The value in registers, loaded if need be; numbers come into a scratch register.
  Place Load(TraceValue v);
  Source Resolve(TraceValue v);
  // Calls f(operand).
  template <class F>
  void With(const Source& source, int copy, F f) {
    if (source.place.first >= 0) {
      f(At(source.place, copy));
    } else {
      f(InMemory(source.value, copy));
    }
  }
  void Copy(const Source& source, int copy, const Xbyak::Xmm& to);

  // No operation after the one of now reads it.
  bool Dies(TraceValue v) const { return !uses_.IsUsedAfter(v, now_); }
  void FreeDying(const TraceNode& node);
  // Registers for what the operation of now gives: new ones, or those of a value that dies.
  Place Define();
  void DefineIn(Place place);

  Xbyak::CodeGenerator& code_;
  const Trace& trace_;
  const TraceUses& uses_;
  const MachineFrame& frame_;
  const int copies_;
  TraceValue now_ = 0;  // the operation that is emitted

 private:
  Address InMemory(TraceValue v, int copy);
  void LoadInto(Place place, TraceValue v);
  int TakeGroup();
  void Spill(int group);
  void Bind(int group, TraceValue v);

  std::vector<int> group_of_;       // by node, or -1
  std::vector<TraceValue> owners_;  // by group, or kNoValue
  std::vector<int> spill_of_;       // by node, or -1
  int spilled_ = 0;
};

}  // namespace actsearch::kernels::cpu
