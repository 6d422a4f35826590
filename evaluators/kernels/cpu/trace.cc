#include "evaluators/kernels/cpu/trace.h"

#include <bit>
#include <unordered_set>
#include <utility>

namespace actsearch::kernels::cpu {
namespace {

constexpr std::uint32_t kSignBit = 0x80000000u;
constexpr TraceValue kSign = 0;  // the constant kSignBit, the first node until the end

std::uint64_t MadeKey(TraceValue v, int instruction) {
  return static_cast<std::uint64_t>(instruction) << 32 | static_cast<std::uint32_t>(v);
}

bool IsSumOp(TraceOp op) { return op == TraceOp::kAdd || op == TraceOp::kSub; }

}  // namespace

Trace::Trace(Target target) : target_(target) {
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
    if (!is_new) {
      made_.push_back({at->second, instruction_});
      return at->second;
    }
  }
  nodes_.push_back(node);
  const auto v = static_cast<TraceValue>(nodes_.size() - 1);
  made_.push_back({v, instruction_});
  first_made_.push_back(instruction_);
  return v;
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
  Contract();
  for (TraceNode& node : nodes_) {
    if (node.op != TraceOp::kNegate) continue;
    node.op = TraceOp::kXor;
    node.args[1] = kSign;
  }
  DropDead();
}

// A product whose every use in an instruction is a sum is computed in each of them.
void Trace::Contract() {
  const std::vector<bool> is_needed = Needed();
  // By instruction: its products, and what it uses otherwise than in sums.
  std::unordered_set<std::uint64_t> products, kept;
  for (const auto& [v, instruction] : made_) {
    const TraceNode& node = nodes_[static_cast<std::size_t>(v)];
    if (!is_needed[static_cast<std::size_t>(v)]) continue;
    if (node.op == TraceOp::kMul) products.insert(MadeKey(v, instruction));
    if (IsSumOp(node.op) && node.args[0] != node.args[1]) continue;
    for (const TraceValue arg : node.args) kept.insert(MadeKey(arg, instruction));
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    TraceNode& node = nodes_[i];
    auto& [a, b, c, d] = node.args;
    if (!IsSumOp(node.op) || a == b) continue;
    const auto fuses = [&](TraceValue v) {
      const std::uint64_t key = MadeKey(v, first_made_[i]);
      return products.contains(key) && !kept.contains(key);
    };
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

std::vector<bool> Trace::Needed() const {
  std::vector<bool> is_needed(nodes_.size(), false);
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    is_needed[i] = is_needed[i] || IsEffect(nodes_[i].op);
    if (!is_needed[i]) continue;
    for (const TraceValue v : nodes_[i].args) {
      if (v != kNoValue) is_needed[static_cast<std::size_t>(v)] = true;
    }
  }
  return is_needed;
}

void Trace::DropDead() {
  const std::vector<bool> is_needed = Needed();
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
  made_.clear();
}

}  // namespace actsearch::kernels::cpu
