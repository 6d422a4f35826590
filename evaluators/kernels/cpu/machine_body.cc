#include "evaluators/kernels/cpu/machine_body.h"

#include <algorithm>
#include <utility>

namespace actsearch::kernels::cpu {
namespace {

using Xbyak::Operand;
using Xbyak::Opmask;
using Xbyak::Xmm;

constexpr int kMasks = 7;  // mask registers k1 to k7

bool Commutes(TraceOp op) {
  return op == TraceOp::kAdd || op == TraceOp::kMul || op == TraceOp::kAnd || op == TraceOp::kOr ||
         op == TraceOp::kXor || op == TraceOp::kAddInt;
}

// The same condition with its sides exchanged.
Predicate Mirrored(Predicate p) {
  switch (p) {
    case Predicate::kLess:
      return Predicate::kGreater;
    case Predicate::kGreater:
      return Predicate::kLess;
    case Predicate::kLessEqual:
      return Predicate::kGreaterEqual;
    case Predicate::kGreaterEqual:
      return Predicate::kLessEqual;
    case Predicate::kNotLess:
      return Predicate::kNotGreater;
    case Predicate::kNotGreater:
      return Predicate::kNotLess;
    case Predicate::kNotLessEqual:
      return Predicate::kNotGreaterEqual;
    case Predicate::kNotGreaterEqual:
      return Predicate::kNotLessEqual;
    default:
      return p;
  }
}

}  // namespace

MachineBody::MachineBody(Xbyak::CodeGenerator& code, const Trace& trace, const TraceUses& uses,
                         const MachineFrame& frame, int copies)
    : MachinePlaces(code, trace, uses, frame, copies),
      masks_(static_cast<std::size_t>(kMasks / copies)) {}

void MachineBody::Emit() {
  if (frame_.is_by_row && copies_ > 1) EmitPrefetches();
  for (; now_ < static_cast<TraceValue>(trace_.nodes().size()); ++now_) {
    const TraceNode& node = Node(now_);
    if (!IsLeaf(node.op)) EmitNode(node);
  }
}

// The processor foresees arrays that are read in one go, but not row beside row: without this
// they take half as long again from memory.
void MachineBody::EmitPrefetches() {
  constexpr int kAhead = 4096;  // bytes: 64 lines of a cache, which is measured
  std::vector<std::uint32_t> done;
  for (const TraceNode& node : trace_.nodes()) {
    if (node.op != TraceOp::kArray && node.op != TraceOp::kStore) continue;
    if (std::ranges::find(done, node.bits) != done.end()) continue;
    done.push_back(node.bits);
    for (int c = 0; c < copies_; ++c) {
      const int ahead = c * frame_.copy_bytes + kAhead;
      const Address line = code_.ptr[BaseOf(node.bits) + role::index + ahead];
      node.op == TraceOp::kStore ? code_.prefetchw(line) : code_.prefetcht0(line);
    }
  }
}

void MachineBody::EmitNode(const TraceNode& node) {
  switch (node.op) {
    case TraceOp::kSqrt:
    case TraceOp::kReciprocal:
    case TraceOp::kRound:
    case TraceOp::kSignificand:
    case TraceOp::kExponent:
    case TraceOp::kShiftLeft:
    case TraceOp::kShiftRight:
    case TraceOp::kToFloat:
    case TraceOp::kToInt:
      return EmitUnary(node);
    case TraceOp::kFma:
    case TraceOp::kFms:
    case TraceOp::kFnma:
      return EmitFused(node);
    case TraceOp::kChoose:
      return EmitChoice(node);
    case TraceOp::kStore: {
      const Place place = Load(node.args[0]);
      for (int c = 0; c < copies_; ++c) code_.vmovups(ArrayAt(node.bits, c), At(place, c));
      return FreeDying(node);
    }
    case TraceOp::kSum:
      return EmitSum(node);
    case TraceOp::kAccumulate:
      return EmitAccumulate(node);
    case TraceOp::kCheck:
      return EmitCheck(node);
    default:
      return EmitBinary(node);
  }
}

void MachineBody::EmitUnary(const TraceNode& node) {
  const bool wide = IsWide();
  const Place a = Load(node.args[0]);
  FreeDying(node);
  const Place out = Define();
  for (int c = copies_; c-- > 0;) {
    const Xmm to = At(out, c), from = At(a, c);
    const int by = static_cast<int>(node.bits);
    switch (node.op) {
      case TraceOp::kSqrt:
        code_.vsqrtps(to, from);
        break;
      case TraceOp::kReciprocal:
        wide ? code_.vrcp14ps(to, from) : code_.vrcpps(to, from);
        break;
      case TraceOp::kRound:
        wide ? code_.vrndscaleps(to, from, 0) : code_.vroundps(to, from, 0);
        break;
      case TraceOp::kSignificand:
        code_.vgetmantps(to, from, 0b1011);  // NaN for negative numbers; from 3/4 on
        break;
      case TraceOp::kExponent:
        code_.vgetexpps(to, from);
        break;
      case TraceOp::kShiftLeft:
        code_.vpslld(to, from, by);
        break;
      case TraceOp::kShiftRight:
        code_.vpsrad(to, from, by);
        break;
      case TraceOp::kToFloat:
        code_.vcvtdq2ps(to, from);
        break;
      default:
        code_.vcvtps2dq(to, from);
    }
  }
}

void MachineBody::EmitBinary(const TraceNode& node) {
  TraceValue first = node.args[0], second = node.args[1];
  if (Commutes(node.op) && !IsInRegister(first) && IsInRegister(second)) std::swap(first, second);
  const Place a = Load(first);
  const Source b = Resolve(second);
  FreeDying(node);
  const Place out = Define();
  for (int c = copies_; c-- > 0;) {
    With(b, c, [&](const Operand& y) { Binary(node.op, At(out, c), At(a, c), y); });
  }
}

void MachineBody::Binary(TraceOp op, const Xmm& to, const Xmm& a, const Operand& b) {
  switch (op) {
    case TraceOp::kAdd:
      return code_.vaddps(to, a, b);
    case TraceOp::kSub:
      return code_.vsubps(to, a, b);
    case TraceOp::kMul:
      return code_.vmulps(to, a, b);
    case TraceOp::kDiv:
      return code_.vdivps(to, a, b);
    case TraceOp::kMin:
      return code_.vminps(to, a, b);
    case TraceOp::kMax:
      return code_.vmaxps(to, a, b);
    case TraceOp::kScale:
      return code_.vscalefps(to, a, b);
    case TraceOp::kAnd:
      return code_.vandps(to, a, b);
    case TraceOp::kOr:
      return code_.vorps(to, a, b);
    case TraceOp::kXor:
      return code_.vxorps(to, a, b);
    case TraceOp::kAddInt:
      return code_.vpaddd(to, a, b);
    default:
      return code_.vpsubd(to, a, b);
  }
}

// The instruction overwrites one of its operands: a value that dies here if there is one.
// Its three forms differ in what is overwritten and in which operand may be in memory.
void MachineBody::EmitFused(const TraceNode& node) {
  TraceValue a = node.args[0], b = node.args[1];
  const TraceValue c = node.args[2];
  if (!IsInRegister(a) && IsInRegister(b)) std::swap(a, b);
  const Source first{Load(a), a};
  const Source second = Resolve(b), third = Resolve(c);
  const bool has_b = second.place.first >= 0, has_c = third.place.first >= 0;
  const auto is_free = [&](const Source& s) { return s.place.step == 1 && Dies(s.value); };
  FusedForm form = FusedForm::k231;
  Source kept = first, other = second;  // what is not overwritten, in this form's order
  Place out;
  if (is_free(third)) {
    out = third.place;
  } else if (is_free(first) && (has_b || has_c)) {
    out = first.place;
    form = has_b ? FusedForm::k213 : FusedForm::k132;
    kept = has_b ? second : third;
    other = has_b ? third : second;
  } else if (is_free(second)) {
    out = second.place;
    form = FusedForm::k213;
    kept = first;
    other = third;
  }
  if (out.first >= 0) {
    FreeDying(node);
    DefineIn(out);
  } else {
    out = Define();
    for (int k = 0; k < copies_; ++k) Copy(third, k, At(out, k));
    FreeDying(node);
  }
  for (int k = 0; k < copies_; ++k) {
    With(other, k,
         [&](const Operand& y) { Fused(node.op, form, At(out, k), At(kept.place, k), y); });
  }
}

void MachineBody::Fused(TraceOp op, FusedForm form, const Xmm& to, const Xmm& a, const Operand& b) {
  switch (form) {
    case FusedForm::k132:
      return op == TraceOp::kFma   ? code_.vfmadd132ps(to, a, b)
             : op == TraceOp::kFms ? code_.vfmsub132ps(to, a, b)
                                   : code_.vfnmadd132ps(to, a, b);
    case FusedForm::k213:
      return op == TraceOp::kFma   ? code_.vfmadd213ps(to, a, b)
             : op == TraceOp::kFms ? code_.vfmsub213ps(to, a, b)
                                   : code_.vfnmadd213ps(to, a, b);
    default:
      return op == TraceOp::kFma   ? code_.vfmadd231ps(to, a, b)
             : op == TraceOp::kFms ? code_.vfmsub231ps(to, a, b)
                                   : code_.vfnmadd231ps(to, a, b);
  }
}

// Sums without a register of their own are in the stack frame, one for each copy, so that
// none waits for another.
void MachineBody::EmitSum(const TraceNode& node) {
  const int index = frame_.sums[node.bits];
  if (index >= 0) {
    const Xmm sum = Vector(index);
    const Source a = Resolve(node.args[0]);
    for (int c = 0; c < copies_; ++c) {
      With(a, c, [&](const Operand& term) { code_.vaddps(sum, sum, term); });
    }
  } else {
    const Place a = Load(node.args[0]);
    const Xmm scratch = Vector(frame_.scratch[1]);
    for (int c = 0; c < copies_; ++c) {
      const Address sum = frame_.InFrame(frame_.sums_in_frame[node.bits] + c);
      code_.vaddps(scratch, At(a, c), sum);
      code_.vmovups(sum, scratch);
    }
  }
  FreeDying(node);
}

void MachineBody::EmitAccumulate(const TraceNode& node) {
  const Place place = Load(node.args[0]);
  const Xmm scratch = Vector(frame_.scratch[1]);
  if (frame_.is_by_row) {
    const Address sums = PositionAt(node.bits, 0);
    code_.vaddps(scratch, At(place, 0), sums);
    for (int c = 1; c < copies_; ++c) code_.vaddps(scratch, scratch, At(place, c));
    code_.vmovups(sums, scratch);
  } else {
    for (int c = 0; c < copies_; ++c) {
      const Address sums = PositionAt(node.bits, c);
      code_.vaddps(scratch, At(place, c), sums);
      code_.vmovups(sums, scratch);
    }
  }
  FreeDying(node);
}

void MachineBody::EmitCheck(const TraceNode& node) {
  const Place a = Load(node.args[0]);
  const Xmm scratch = Vector(frame_.scratch[0]), bad = Vector(frame_.not_finite);
  for (int c = 0; c < copies_; ++c) {
    code_.vsubps(scratch, At(a, c), At(a, c));
    code_.vorps(bad, bad, scratch);
  }
  FreeDying(node);
}

// ---- choices

void MachineBody::EmitChoice(const TraceNode& given) {
  TraceNode node = given;
  auto& [a, b, yes, no] = node.args;
  const auto is_number = [&](TraceValue v) {
    return Node(v).op != TraceOp::kArray && IsLeaf(Node(v).op);
  };
  const auto is_zero = [&](TraceValue v) {
    return Node(v).op == TraceOp::kConstant && Node(v).bits == 0;
  };
  if (is_number(a) && !is_number(b)) {
    std::swap(a, b);
    node.predicate = Mirrored(node.predicate);
  }
  // The operand that may be in memory is the one of the opposite condition, too.
  if (is_zero(yes) || (is_number(no) && !is_number(yes) && !is_zero(no))) {
    std::swap(yes, no);
    node.predicate = Opposite(node.predicate);
  }
  IsWide() ? EmitByMask(node, is_zero(no)) : EmitByBlend(node, is_zero(no));
}

void MachineBody::EmitByMask(const TraceNode& node, bool is_zero) {
  const auto [a, b, yes, no] = node.args;
  const int mask = MaskOf(node);
  const Source other = Resolve(yes);
  const Place base = is_zero ? Place{} : Load(no);
  FreeDying(Node(now_));
  const Place out = Define();
  for (int c = copies_; c-- > 0;) {
    const Opmask k(mask + c);
    if (is_zero) {
      Copy(other, c, At(out, c) | k | code_.T_z);
    } else {
      With(other, c, [&](const Operand& y) { code_.vblendmps(At(out, c) | k, At(base, c), y); });
    }
  }
}

// The first of the mask registers, one for each copy, that hold the condition.
int MachineBody::MaskOf(const TraceNode& node) {
  const Mask wanted{node.predicate, node.args[0], node.args[1]};
  for (std::size_t k = 0; k < masks_.size(); ++k) {
    if (masks_[k] == wanted) return 1 + static_cast<int>(k) * copies_;
  }
  const std::size_t k = next_mask_;
  next_mask_ = (next_mask_ + 1) % masks_.size();
  masks_[k] = wanted;
  const int first = 1 + static_cast<int>(k) * copies_;
  const Place a = Load(node.args[0]);
  const Source b = Resolve(node.args[1]);
  for (int c = 0; c < copies_; ++c) {
    With(b, c, [&](const Operand& y) {
      code_.vcmpps(Opmask(first + c), At(a, c), y, static_cast<std::uint8_t>(node.predicate));
    });
  }
  return first;
}

void MachineBody::EmitByBlend(const TraceNode& node, bool is_zero) {
  const auto [a, b, yes, no] = node.args;
  const Place left = Load(a);
  const Source right = Resolve(b), other = Resolve(yes);
  const Xmm mask = Vector(frame_.scratch[1]);
  const auto compare = [&](int c) {
    With(right, c, [&](const Operand& y) {
      code_.vcmpps(mask, At(left, c), y, static_cast<std::uint8_t>(node.predicate));
    });
  };
  // A condition of numbers alone is the same for all copies, and leaves its scratch register.
  const bool is_same = left.step == 0 && right.place.step == 0;
  if (is_same) compare(0);
  const Place base = is_zero ? Place{} : Load(no);
  FreeDying(Node(now_));
  const Place out = Define();
  for (int c = copies_; c-- > 0;) {
    if (!is_same) compare(c);
    With(other, c, [&](const Operand& y) {
      is_zero ? code_.vandps(At(out, c), mask, y)
              : code_.vblendvps(At(out, c), At(base, c), y, mask);
    });
  }
}

}  // namespace actsearch::kernels::cpu
