// max and min in normal form: each argument once, constants gathered, relu(x) for
// max(x, 0) and min0(x) for min(x, 0), written as a balanced tree.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "search_spaces/expr/rewrite.h"

namespace actsearch::expr {
namespace {

constexpr std::size_t kMaxArguments = 64;  // more stay as written
constexpr std::size_t kMaxCompared = 8;    // pair by pair

}  // namespace

NodeIndex Rewriter::ApplyExtremum(std::uint16_t id, std::span<const NodeIndex> args) {
  if (IsExhausted()) return Raw(id, args);
  Extremum list;
  list.is_max = id == IdOf<rows::MaxRow>() || id == IdOf<rows::ReluRow>();
  if (args.size() == 1) GatherConstant(0, list);
  bool ok = true;
  for (const NodeIndex arg : args) ok = ok && ReadExtremum(arg, list);
  if (!ok) return Raw(id, args);
  SortArguments(list);
  if (list.args.size() <= kMaxCompared) {
    JoinOpposites(list);
    DropDominated(list);
  }
  return WriteExtremum(std::move(list));
}

void Rewriter::SortArguments(Extremum& list) const {
  std::ranges::sort(list.args, [this](NodeIndex a, NodeIndex b) { return Before(a, b); });
  list.args.erase(std::unique(list.args.begin(), list.args.end()), list.args.end());
}

bool Rewriter::ReadExtremum(NodeIndex node, Extremum& list) {
  ++steps_;
  const Graph::Item item = graph_[node];
  if (item.kind == Kind::kConstant) {
    GatherConstant(item.value, list);
    return true;
  }
  if (list.is_max ? Is<rows::MaxRow>(node) : Is<rows::MinRow>(node)) {
    return ReadExtremum(item.args[0], list) && ReadExtremum(item.args[1], list);
  }
  if (list.is_max ? Is<rows::ReluRow>(node) : Is<rows::Min0Row>(node)) {
    GatherConstant(0, list);
    return ReadExtremum(item.args[0], list);
  }
  if (Is<rows::NegRow>(node)) {  // -min(a, b) is max(-a, -b)
    const Graph::Item inner = graph_[item.args[0]];
    const bool is_half =
        list.is_max ? Is<rows::Min0Row>(item.args[0]) : Is<rows::ReluRow>(item.args[0]);
    if (is_half) GatherConstant(0, list);
    if (is_half) return ReadExtremum(Negate(inner.args[0]), list);
    if (list.is_max ? Is<rows::MinRow>(item.args[0]) : Is<rows::MaxRow>(item.args[0])) {
      return ReadExtremum(Negate(inner.args[0]), list) && ReadExtremum(Negate(inner.args[1]), list);
    }
  }
  list.args.push_back(node);
  return list.args.size() <= kMaxArguments;
}

void Rewriter::GatherConstant(double value, Extremum& list) const {
  const double before = list.constant.value_or(value);
  list.constant = list.is_max ? std::max(before, value) : std::min(before, value);
}

// max(a, -a) -> abs(a), min(a, -a) -> -abs(a).
void Rewriter::JoinOpposites(Extremum& list) {
  for (std::size_t i = 0; i < list.args.size(); ++i) {
    const NodeIndex arg = list.args[i];
    const auto opposite = std::ranges::find(list.args, Negate(arg));
    if (opposite == list.args.end()) continue;
    const NodeIndex size = ApplyAbs(arg);
    list.args.erase(opposite);
    std::erase(list.args, arg);
    list.args.push_back(list.is_max ? size : Negate(size));
    SortArguments(list);
    return JoinOpposites(list);
  }
}

// Where f(a) stands in min0(a) <= a, tanh(a), atan(a), asinh(a) <= relu(a) <=
// softplus(a) <= exp(a); -1 elsewhere.
int Rewriter::RankOver(NodeIndex node, NodeIndex a) const {
  if (node == a) return 1;
  if (graph_[node].kind != Kind::kPrimitive || graph_[node].args[0] != a) return -1;
  switch (graph_[node].id) {
    case IdOf<rows::Min0Row>():
      return 0;
    case IdOf<rows::TanhRow>():
    case IdOf<rows::AtanRow>():
    case IdOf<rows::AsinhRow>():
      return 1;
    case IdOf<rows::ReluRow>():
      return 2;
    case IdOf<rows::SoftplusRow>():
      return 3;
    case IdOf<rows::ExpRow>():
      return 4;
    default:
      return -1;
  }
}

// large >= small, whatever the inputs.
bool Rewriter::IsAtLeast(NodeIndex large, NodeIndex small) const {
  if (ranges_[large].low >= ranges_[small].high) return true;
  if (Is<rows::NegRow>(large) && Is<rows::NegRow>(small)) {
    return IsAtLeast(graph_[small].args[0], graph_[large].args[0]);
  }
  for (const NodeIndex a : {graph_[large].args[0], graph_[small].args[0], small, large}) {
    const int rank = RankOver(small, a);
    if (rank >= 0 && rank < RankOver(large, a)) return true;
    if (graph_[large].kind != Kind::kPrimitive || graph_[large].args[0] != a) continue;
    const bool reads_a = graph_[small].kind == Kind::kPrimitive && graph_[small].args[0] == a;
    if (Is<rows::AbsRow>(large)) {
      if (rank >= 0 && rank <= 2) return true;
      if (reads_a && (Is<rows::SinRow>(small) || Is<rows::LogAbsRow>(small))) return true;
    }
    if (Is<rows::CoshRow>(large)) {
      if (rank >= 0 && rank <= 3) return true;
      if (reads_a && (Is<rows::SinhRow>(small) || Is<rows::AbsRow>(small))) return true;
    }
  }
  return false;
}

// Where one of two functions that IsAtLeast orders by their argument is NaN, so is the other;
// the sine alone is NaN at infinity.
bool Rewriter::ReadTheSame(NodeIndex a, NodeIndex b) const {
  const auto strip = [this](NodeIndex node) {
    return Is<rows::NegRow>(node) ? graph_[node].args[0] : node;
  };
  a = strip(a);
  b = strip(b);
  if (Is<rows::SinRow>(a) || Is<rows::SinRow>(b)) return false;
  const auto reads = [this](NodeIndex node, NodeIndex arg) {
    return node == arg || (RankOver(node, arg) >= 0) ||
           (graph_[node].kind == Kind::kPrimitive && graph_[node].args[0] == arg &&
            (Is<rows::AbsRow>(node) || Is<rows::CoshRow>(node) || Is<rows::SinhRow>(node) ||
             Is<rows::LogAbsRow>(node)));
  };
  return reads(a, b) || reads(b, a) ||
         (graph_[a].kind == Kind::kPrimitive && reads(a, graph_[a].args[0]) &&
          reads(b, graph_[a].args[0]));
}

// max(exp(x), -1) -> exp(x), min(x, relu(x)) -> x.
void Rewriter::DropDominated(Extremum& list) const {
  const auto loses = [&](NodeIndex a, NodeIndex b) {
    const bool is_less = list.is_max ? IsAtLeast(b, a) : IsAtLeast(a, b);
    return is_less && (IsFinite(a) || ReadTheSame(a, b));
  };
  for (std::size_t i = 0; i < list.args.size(); ++i) {
    for (std::size_t k = list.args.size(); k-- > 0;) {
      if (k == i || !loses(list.args[k], list.args[i])) continue;
      list.args.erase(list.args.begin() + static_cast<std::ptrdiff_t>(k));
      if (k < i) --i;
    }
  }
  if (!list.constant) return;
  const double c = *list.constant;
  const auto wins = [&](NodeIndex node) {
    return list.is_max ? ranges_[node].low >= c : ranges_[node].high <= c;
  };
  if (std::ranges::any_of(list.args, wins)) {
    list.constant.reset();
    return;
  }
  std::erase_if(list.args, [&](NodeIndex node) {
    return IsFinite(node) && (list.is_max ? ranges_[node].high <= c : ranges_[node].low >= c);
  });
}

// By the count of signs; max where they balance.
bool Rewriter::PrefersNegative(const Extremum& list) {
  const double constant = list.constant.value_or(0);
  int balance = (constant > 0) - (constant < 0);
  for (const NodeIndex arg : list.args) {
    if (IsSum(arg) && !Is<rows::NegRow>(arg) && PartsHaveBothSigns(arg)) continue;
    NodeIndex size = arg;
    balance += TakeSign(size) < 0 ? -1 : 1;
  }
  return balance == 0 ? !list.is_max : balance < 0;
}

NodeIndex Rewriter::WriteExtremum(Extremum list) {
  if (list.args.empty()) return Constant(*list.constant);
  if (!list.constant && list.args.size() == 1) return list.args[0];
  const bool negates = PrefersNegative(list);
  if (negates) {
    for (NodeIndex& arg : list.args) arg = Negate(arg);
    SortArguments(list);
    list.is_max = !list.is_max;
    if (list.constant) list.constant = 0 - *list.constant;
  }
  NodeIndex node = WriteTree(list.is_max, list.args);
  if (list.constant && *list.constant == 0) {
    node = WriteHalf(list.is_max, node);
  } else if (list.constant) {
    const NodeIndex constant = Constant(*list.constant);
    node = list.is_max ? Make<rows::MaxRow>(node, constant) : Make<rows::MinRow>(node, constant);
  }
  return negates ? Negate(node) : node;
}

// relu(arg) or min0(arg); their parts of one sign go through increasing functions.
NodeIndex Rewriter::WriteHalf(bool is_max, NodeIndex arg) {
  if (PassesHalves(arg)) {
    const std::uint16_t id = graph_[arg].id;
    const std::uint16_t half = is_max ? IdOf<rows::ReluRow>() : IdOf<rows::Min0Row>();
    const NodeIndex inner = graph_[arg].args[0];
    const NodeIndex part = ApplyExtremum(half, {&inner, 1});
    return Apply(id, {&part, 1});
  }
  if (std::optional<Product> outer = TakeNonnegative(arg, true)) {
    const std::uint16_t half = is_max ? IdOf<rows::ReluRow>() : IdOf<rows::Min0Row>();
    return TimesFactor(std::move(*outer), ApplyExtremum(half, {&arg, 1}));
  }
  return is_max ? Make<rows::ReluRow>(arg) : Make<rows::Min0Row>(arg);
}

NodeIndex Rewriter::WriteTree(bool is_max, std::span<const NodeIndex> args) {
  if (args.size() == 1) return args[0];
  const NodeIndex left = WriteTree(is_max, args.first(args.size() / 2));
  const NodeIndex right = WriteTree(is_max, args.subspan(args.size() / 2));
  return is_max ? Make<rows::MaxRow>(left, right) : Make<rows::MinRow>(left, right);
}

}  // namespace actsearch::expr
