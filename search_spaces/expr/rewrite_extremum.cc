// max and min in normal form: each argument once, constants gathered, relu(x) for
// max(x, 0) and min0(x) for min(x, 0), written as a balanced tree.
#include <algorithm>

#include "search_spaces/expr/rewrite.h"

namespace actsearch::expr {
namespace {

constexpr std::size_t kMaxArguments = 64;  // more stay as written

}  // namespace

NodeIndex Rewriter::ApplyExtremum(std::uint16_t id, std::span<const NodeIndex> args) {
  Extremum list;
  list.is_max = id == IdOf<rows::MaxRow>() || id == IdOf<rows::ReluRow>();
  if (args.size() == 1) GatherConstant(0, list);
  bool ok = true;
  for (const NodeIndex arg : args) ok = ok && ReadExtremum(arg, list);
  if (!ok) return Raw(id, args);
  std::ranges::sort(list.args, [this](NodeIndex a, NodeIndex b) { return Before(a, b); });
  list.args.erase(std::unique(list.args.begin(), list.args.end()), list.args.end());
  DropDominated(list);
  return WriteExtremum(list);
}

bool Rewriter::ReadExtremum(NodeIndex node, Extremum& list) const {
  const Graph::Item& item = graph_[node];
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
  list.args.push_back(node);
  return list.args.size() <= kMaxArguments;
}

void Rewriter::GatherConstant(double value, Extremum& list) const {
  const double before = list.constant.value_or(value);
  list.constant = list.is_max ? std::max(before, value) : std::min(before, value);
}

// max(exp(x), -1) -> exp(x), min(exp(x), -1) -> -1.
void Rewriter::DropDominated(Extremum& list) const {
  if (list.constant.value_or(1) > 0) return;
  const auto nonnegative = [this](NodeIndex node) { return IsNonnegative(node); };
  if (!list.is_max) {
    std::erase_if(list.args, nonnegative);
  } else if (std::ranges::any_of(list.args, nonnegative)) {
    list.constant.reset();
  }
}

NodeIndex Rewriter::WriteExtremum(const Extremum& list) {
  if (list.args.empty()) return Constant(*list.constant);
  const NodeIndex tree = WriteTree(list.is_max, list.args);
  if (!list.constant) return tree;
  if (*list.constant == 0) {
    return list.is_max ? Make<rows::ReluRow>(tree) : Make<rows::Min0Row>(tree);
  }
  const NodeIndex constant = Constant(*list.constant);
  return list.is_max ? Make<rows::MaxRow>(tree, constant) : Make<rows::MinRow>(tree, constant);
}

NodeIndex Rewriter::WriteTree(bool is_max, std::span<const NodeIndex> args) {
  if (args.size() == 1) return args[0];
  const NodeIndex left = WriteTree(is_max, args.first(args.size() / 2));
  const NodeIndex right = WriteTree(is_max, args.subspan(args.size() / 2));
  return is_max ? Make<rows::MaxRow>(left, right) : Make<rows::MinRow>(left, right);
}

}  // namespace actsearch::expr
