#include "evaluators/kernels/cpu/machine_places.h"

#include <algorithm>

#include "search_spaces/base/check.h"

namespace actsearch::kernels::cpu {

using Xbyak::Operand;
using Xbyak::Xmm;

MachinePlaces::MachinePlaces(Xbyak::CodeGenerator& code, const Trace& trace, const TraceUses& uses,
                             const MachineFrame& frame, int copies)
    : code_(code),
      trace_(trace),
      uses_(uses),
      frame_(frame),
      copies_(copies),
      group_of_(trace.nodes().size(), -1),
      owners_(static_cast<std::size_t>((frame.registers - frame.groups_from) / copies), kNoValue),
      spill_of_(trace.nodes().size(), -1) {}

Xmm MachineFrame::Vector(int index) const {
  if (IsWide()) return Xbyak::Zmm(index);
  return Xbyak::Ymm(index);
}

MachinePlaces::Place MachinePlaces::PlaceOf(TraceValue v) const {
  const int fixed = frame_.fixed[static_cast<std::size_t>(v)];
  if (fixed >= 0) return {fixed, 0};
  const int group = group_of_[static_cast<std::size_t>(v)];
  if (group < 0) return {};
  const bool is_shared = frame_.is_by_row && Node(v).op == TraceOp::kNumbers;
  return {frame_.groups_from + group * copies_, is_shared ? 0 : 1};
}

Xbyak::Reg64 MachinePlaces::BaseOf(std::uint32_t slot) {
  const int pointer = frame_.pointer_of[slot];
  if (pointer >= 0) return Xbyak::Reg64(pointer);
  code_.mov(role::pointer, code_.ptr[role::slots + static_cast<int>(slot * 8)]);
  return role::pointer;
}

MachinePlaces::Address MachinePlaces::ArrayAt(std::uint32_t slot, int copy) {
  return code_.ptr[BaseOf(slot) + role::index + copy * frame_.copy_bytes];
}

MachinePlaces::Address MachinePlaces::PositionAt(std::uint32_t slot, int copy) {
  if (!frame_.is_by_row) return ArrayAt(slot, copy);
  return code_.ptr[BaseOf(slot) + role::position];
}

MachinePlaces::Address MachinePlaces::InMemory(TraceValue v, int copy) {
  const auto at = static_cast<std::size_t>(v);
  switch (Node(v).op) {
    case TraceOp::kConstant:
      return frame_.InPool(v, IsWide() ? code_.ptr_b : code_.ptr);
    case TraceOp::kUniform:
      return frame_.InFrame(frame_.in_frame[at]);
    case TraceOp::kArray:
      return ArrayAt(Node(v).bits, copy);
    case TraceOp::kNumbers:
      return PositionAt(Node(v).bits, copy);
    default:
      ACTSEARCH_CHECK(spill_of_[at] >= 0, "a value is in a register or spilled");
      return frame_.InFrame(frame_.spill_from + spill_of_[at] * copies_ + copy);
  }
}

void MachinePlaces::LoadInto(Place place, TraceValue v) {
  const int times = place.step == 0 ? 1 : copies_;
  for (int c = 0; c < times; ++c) {
    if (Node(v).op == TraceOp::kConstant && IsWide()) {
      code_.vbroadcastss(At(place, c), frame_.InPool(v, code_.ptr));
    } else {
      code_.vmovups(At(place, c), InMemory(v, c));
    }
  }
}

MachinePlaces::Place MachinePlaces::Load(TraceValue v) {
  if (IsInRegister(v)) return PlaceOf(v);
  const TraceOp op = Node(v).op;
  if (op == TraceOp::kConstant || op == TraceOp::kUniform) {
    const Place scratch = {frame_.scratch[0], 0};
    LoadInto(scratch, v);
    return scratch;
  }
  Bind(TakeGroup(), v);
  LoadInto(PlaceOf(v), v);
  return PlaceOf(v);
}

// An array that is read again, or for several vectors, is worth a register.
MachinePlaces::Source MachinePlaces::Resolve(TraceValue v) {
  const TraceOp op = Node(v).op;
  const bool is_shared = op == TraceOp::kNumbers && frame_.is_by_row && copies_ > 1;
  const bool loads = is_shared || (IsLoad(op) && uses_.Of(v).size() > 1);
  return {loads ? Load(v) : PlaceOf(v), v};
}

void MachinePlaces::Bind(int group, TraceValue v) {
  owners_[static_cast<std::size_t>(group)] = v;
  group_of_[static_cast<std::size_t>(v)] = group;
}

// Where all groups are taken, the value that is needed last goes to memory; not one that
// this operation reads.
int MachinePlaces::TakeGroup() {
  const auto free = std::ranges::find(owners_, kNoValue);
  if (free != owners_.end()) return static_cast<int>(free - owners_.begin());
  const auto& args = Node(now_).args;
  int choice = -1;
  TraceValue farthest = -1;
  for (std::size_t g = 0; g < owners_.size(); ++g) {
    if (std::ranges::find(args, owners_[g]) != args.end()) continue;
    const TraceValue next = uses_.Next(owners_[g], now_);
    if (next <= farthest) continue;
    farthest = next;
    choice = static_cast<int>(g);
  }
  ACTSEARCH_CHECK(choice >= 0, "more registers than one operation reads");
  Spill(choice);
  return choice;
}

void MachinePlaces::Spill(int group) {
  const TraceValue v = owners_[static_cast<std::size_t>(group)];
  int& place = spill_of_[static_cast<std::size_t>(v)];
  if (!IsLoad(Node(v).op) && place < 0) {
    place = spilled_++;
    for (int c = 0; c < copies_; ++c) code_.vmovups(InMemory(v, c), At(PlaceOf(v), c));
  }
  owners_[static_cast<std::size_t>(group)] = kNoValue;
  group_of_[static_cast<std::size_t>(v)] = -1;
}

void MachinePlaces::FreeDying(const TraceNode& node) {
  for (const TraceValue v : node.args) {
    if (v == kNoValue || !Dies(v)) continue;
    int& group = group_of_[static_cast<std::size_t>(v)];
    if (group >= 0) owners_[static_cast<std::size_t>(group)] = kNoValue;
    group = -1;
  }
}

MachinePlaces::Place MachinePlaces::Define() {
  Bind(TakeGroup(), now_);
  return PlaceOf(now_);
}

void MachinePlaces::DefineIn(Place place) {
  Bind((place.first - frame_.groups_from) / copies_, now_);
}

void MachinePlaces::Copy(const Source& source, int copy, const Xmm& to) {
  const bool is_number = source.place.first < 0 && Node(source.value).op == TraceOp::kConstant;
  if (is_number && IsWide()) {
    code_.vbroadcastss(to, frame_.InPool(source.value, code_.ptr));
  } else {
    With(source, copy, [&](const Operand& from) { code_.vmovups(to, from); });
  }
}

}  // namespace actsearch::kernels::cpu
