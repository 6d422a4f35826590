#include "evaluators/kernels/cpu/trace.h"

#include <bit>
#include <utility>

namespace actsearch::kernels::cpu {
namespace {

constexpr std::uint32_t kSignBit = 0x80000000u;
constexpr TraceValue kSign = 0;  // the constant kSignBit, the first node until the end

bool IsSumOp(TraceOp op) { return op == TraceOp::kAdd || op == TraceOp::kSub; }

}  // namespace

Trace::Trace(InstructionSet set) : set_(set) {
  Insert({.op = TraceOp::kConstant, .bits = kSignBit});
}

std::size_t Trace::Hash::operator()(const TraceNode& node) const {
  std::uint64_t h = static_cast<std::uint64_t>(node.op) << 8 ^
                    static_cast<std::uint64_t>(node.predicate) ^
                    static_cast<std::uint64_t>(node.bits) << 16;
  for (const TraceValue v : node.args) {
    h = (h ^ static_cast<std::uint32_t>(v)) * 0x9e3779b97f4a7c15u;
    h ^= h >> 29;
  }
  return h;
}

TraceValue Trace::Constant(float value) {
  return ConstantBits(std::bit_cast<std::uint32_t>(value));
}

TraceValue Trace::ConstantBits(std::uint32_t bits) {
  return Insert({.op = TraceOp::kConstant, .bits = bits});
}

TraceValue Trace::Insert(const TraceNode& node) {
  if (!IsEffect(node.op)) {
    const auto [at, is_new] = known_.try_emplace(node, static_cast<TraceValue>(nodes_.size()));
    if (!is_new) return at->second;
  }
  nodes_.push_back(node);
  return static_cast<TraceValue>(nodes_.size() - 1);
}

TraceValue Trace::Add(TraceNode node) {
  switch (node.op) {
    case TraceOp::kAdd:
    case TraceOp::kSub:
      return AddSum(node);
    case TraceOp::kMul:
      return AddProduct(node);
    case TraceOp::kNegate:
      return Negated(node.args[0]);
    case TraceOp::kChoose:
      return AddChoice(node);
    default:
      return Insert(node);
  }
}

TraceValue Trace::Negated(TraceValue v) {
  if (Is(v, TraceOp::kNegate)) return Arg(v, 0);
  if (Is(v, TraceOp::kConstant)) {
    return ConstantBits(nodes_[static_cast<std::size_t>(v)].bits ^ kSignBit);
  }
  return Insert({.op = TraceOp::kNegate, .args = {v, kNoValue, kNoValue, kNoValue}});
}

// a + -b is a - b, and -a - b is -(a + b).
TraceValue Trace::AddSum(TraceNode node) {
  if (node.op == TraceOp::kAdd && Is(node.args[0], TraceOp::kNegate)) {
    std::swap(node.args[0], node.args[1]);
  }
  if (Is(node.args[1], TraceOp::kNegate)) {
    node.op = node.op == TraceOp::kAdd ? TraceOp::kSub : TraceOp::kAdd;
    node.args[1] = Arg(node.args[1], 0);
  }
  if (node.op == TraceOp::kSub && Is(node.args[0], TraceOp::kNegate)) {
    return Negated(AddSum(
        {.op = TraceOp::kAdd, .args = {Arg(node.args[0], 0), node.args[1], kNoValue, kNoValue}}));
  }
  if (node.op == TraceOp::kAdd && node.args[0] > node.args[1]) {
    std::swap(node.args[0], node.args[1]);
  }
  return Insert(node);
}

// Signs go to constants, or outward, where a sum may take them.
TraceValue Trace::AddProduct(TraceNode node) {
  if (Is(node.args[0], TraceOp::kConstant)) std::swap(node.args[0], node.args[1]);
  auto& [a, b, c, d] = node.args;
  const bool negates_a = Is(a, TraceOp::kNegate);
  const bool negates_b = Is(b, TraceOp::kNegate);
  if (negates_a) a = Arg(a, 0);
  if (negates_b) b = Arg(b, 0);
  bool negates = negates_a != negates_b;
  if (negates && Is(b, TraceOp::kConstant)) {
    b = Negated(b);
    negates = false;
  }
  if (a > b) std::swap(a, b);
  const TraceValue product = Insert(node);
  return negates ? Negated(product) : product;
}

// a where a is NaN, else the larger or smaller of a and a number: with the number first the
// operation does that by itself.
TraceValue Trace::AddChoice(const TraceNode& node) {
  const auto [a, b, yes, no] = node.args;
  if (yes == no) return yes;
  const bool keeps_nan = node.predicate == Predicate::kEqual && a == b && no == a;
  const TraceOp op = nodes_[static_cast<std::size_t>(yes)].op;
  if (keeps_nan && (op == TraceOp::kMin || op == TraceOp::kMax) && Arg(yes, 0) == a &&
      Is(Arg(yes, 1), TraceOp::kConstant)) {
    return Insert({.op = op, .args = {Arg(yes, 1), a, kNoValue, kNoValue}});
  }
  return Insert(node);
}

void Trace::Finish() {
  DropDead(/*keeps_sign=*/true);
  Contract();
  for (TraceNode& node : nodes_) {
    if (node.op != TraceOp::kNegate) continue;
    node.op = TraceOp::kXor;
    node.args[1] = kSign;
  }
  DropDead(/*keeps_sign=*/false);
}

// A product whose every use is a sum is computed in each of them.
void Trace::Contract() {
  std::vector<int> uses(nodes_.size(), 0), sums(nodes_.size(), 0);
  for (const TraceNode& node : nodes_) {
    for (const TraceValue v : node.args) {
      if (v == kNoValue) continue;
      ++uses[static_cast<std::size_t>(v)];
      if (IsSumOp(node.op) && node.args[0] != node.args[1]) ++sums[static_cast<std::size_t>(v)];
    }
  }
  const auto fuses = [&](TraceValue v) {
    const auto i = static_cast<std::size_t>(v);
    return nodes_[i].op == TraceOp::kMul && uses[i] == sums[i];
  };
  for (TraceNode& node : nodes_) {
    if (!IsSumOp(node.op) || node.args[0] == node.args[1]) continue;
    auto& [a, b, c, d] = node.args;
    const bool adds = node.op == TraceOp::kAdd;
    if (fuses(a)) {
      c = b;
      b = Arg(a, 1);
      a = Arg(a, 0);
      node.op = adds ? TraceOp::kFma : TraceOp::kFms;
    } else if (fuses(b)) {
      c = a;
      a = Arg(b, 0);
      b = Arg(b, 1);
      node.op = adds ? TraceOp::kFma : TraceOp::kFnma;
    }
  }
}

void Trace::DropDead(bool keeps_sign) {
  std::vector<bool> is_needed(nodes_.size(), false);
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    is_needed[i] = is_needed[i] || IsEffect(nodes_[i].op) || (i == kSign && keeps_sign);
    if (!is_needed[i]) continue;
    for (const TraceValue v : nodes_[i].args) {
      if (v != kNoValue) is_needed[static_cast<std::size_t>(v)] = true;
    }
  }
  std::vector<TraceValue> at(nodes_.size(), kNoValue);
  std::size_t count = 0;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!is_needed[i]) continue;
    TraceNode node = nodes_[i];
    for (TraceValue& v : node.args) v = v == kNoValue ? v : at[static_cast<std::size_t>(v)];
    at[i] = static_cast<TraceValue>(count);
    nodes_[count++] = node;
  }
  nodes_.resize(count);
  known_.clear();
}

}  // namespace actsearch::kernels::cpu
