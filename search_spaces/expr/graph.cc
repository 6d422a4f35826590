#include "search_spaces/expr/graph.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "search_spaces/base/check.h"
#include "search_spaces/base/hash.h"

namespace actsearch::expr {
namespace {

std::uint64_t KeyOf(const Graph::Item& item) {
  const std::uint64_t head = (static_cast<std::uint64_t>(item.groups) << 32) |
                             (static_cast<std::uint64_t>(item.axes) << 24) |
                             (static_cast<std::uint64_t>(item.kind) << 16) | item.id;
  const std::uint64_t args = (static_cast<std::uint64_t>(item.args[0]) << 40) ^
                             (static_cast<std::uint64_t>(item.args[1]) << 20) ^ item.args[2];
  return MixBits(std::rotl(head, 45) ^ args ^ MixBits(std::bit_cast<std::uint64_t>(item.value)));
}

bool Same(const Graph::Item& a, const Graph::Item& b) {
  return a.kind == b.kind && a.id == b.id && std::equal(a.args, a.args + kMaxArity, b.args) &&
         a.axes == b.axes && a.groups == b.groups &&
         std::bit_cast<std::uint64_t>(a.value) == std::bit_cast<std::uint64_t>(b.value);
}

int Arity(const Graph::Item& item) { return ArityOf(Node{.kind = item.kind, .id = item.id}); }

}  // namespace

Graph::Graph() : slots_(64) { items_.reserve(32); }

NodeIndex Graph::Primitive(std::uint16_t id, std::span<const NodeIndex> args) {
  Item item{.kind = Kind::kPrimitive, .id = id};
  std::copy(args.begin(), args.end(), item.args);
  return Add(item);
}

NodeIndex Graph::Reduction(std::uint16_t id, std::uint8_t axes, std::uint16_t groups,
                           NodeIndex arg) {
  return Add({.kind = Kind::kReduction, .id = id, .args = {arg}, .axes = axes, .groups = groups});
}

NodeIndex Graph::Copy(const Node& node, std::span<const NodeIndex> place_of) {
  Item item{.kind = node.kind,
            .id = node.id,
            .value = node.value,
            .axes = node.axes,
            .groups = node.groups};
  for (int k = 0; k < ArityOf(node); ++k) item.args[k] = place_of[node.args[k]];
  return Add(item);
}

NodeIndex Graph::Add(const Item& item) {
  if ((items_.size() + 1) * 2 > slots_.size()) Grow();
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = KeyOf(item) & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    if (Same(items_[slots_[slot] - 1], item)) return slots_[slot] - 1;
  }
  items_.push_back(item);
  slots_[slot] = static_cast<NodeIndex>(items_.size());
  return slots_[slot] - 1;
}

void Graph::Grow() {
  slots_.assign(slots_.size() * 2, 0);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    std::size_t slot = KeyOf(items_[i]) & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<NodeIndex>(i + 1);
  }
}

// With an explicit stack: a graph may be as deep as it has nodes.
std::vector<NodeIndex> Graph::PostOrder(NodeIndex root) const {
  std::vector<NodeIndex> order;
  std::vector<bool> done(root + 1);
  std::vector<std::pair<NodeIndex, int>> stack{{root, 0}};  // node, next argument to visit
  while (!stack.empty()) {
    auto& [node, next] = stack.back();
    if (next < Arity(items_[node])) {
      const NodeIndex arg = items_[node].args[next++];
      if (!done[arg]) stack.emplace_back(arg, 0);
    } else {
      if (!done[node]) order.push_back(node);
      done[node] = true;
      stack.pop_back();
    }
  }
  return order;
}

std::size_t Graph::CountReachable(NodeIndex root) const { return PostOrder(root).size(); }

Expr Graph::Finish(NodeIndex root, std::vector<expr::Parameter> parameters) const {
  const std::vector<NodeIndex> order = PostOrder(root);
  ACTSEARCH_CHECK(order.size() <= kMaxGraphNodes, "an expression has at most 65535 nodes");
  std::vector<std::uint16_t> position(root + 1);
  Expr e;
  e.parameters = std::move(parameters);
  e.nodes.reserve(order.size());
  for (const NodeIndex i : order) {
    const Item& item = items_[i];
    Node node{.kind = item.kind,
              .id = item.id,
              .value = item.value,
              .axes = item.axes,
              .groups = item.groups};
    for (int k = 0; k < Arity(item); ++k) node.args[k] = position[item.args[k]];
    position[i] = static_cast<std::uint16_t>(e.nodes.size());
    e.nodes.push_back(node);
  }
  return e;
}

}  // namespace actsearch::expr
