// A graph under construction in which equal nodes are made once: parser,
// differentiator and simplifier build with it. Nodes are only added, arguments
// before their users. Not thread-safe; local to one call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "search_spaces/expr/expr.h"

namespace actsearch::expr {

using NodeIndex = std::uint32_t;

// The largest graph that Node's 16-bit indices can hold.
inline constexpr std::size_t kMaxGraphNodes = 65535;

class Graph {
 public:
  struct Item {
    Kind kind = Kind::kInput;
    std::uint16_t id = 0;
    NodeIndex args[kMaxArity] = {0, 0, 0};
    double value = 0;
    std::uint8_t axes = 0;
    std::uint16_t groups = 0;
  };

  Graph();

  NodeIndex Input(std::uint16_t id = 0) { return Add({.kind = Kind::kInput, .id = id}); }
  NodeIndex Constant(double value) { return Add({.kind = Kind::kConstant, .value = value}); }
  NodeIndex Parameter(std::uint16_t index) { return Add({.kind = Kind::kParameter, .id = index}); }
  NodeIndex Primitive(std::uint16_t id, std::span<const NodeIndex> args);
  NodeIndex Reduction(std::uint16_t id, std::uint8_t axes, std::uint16_t groups, NodeIndex arg);

  // A copy of an expression's node, whose node k is here at `place_of[k]`.
  NodeIndex Copy(const Node& node, std::span<const NodeIndex> place_of);

  // The node equal to `item`, made when there is none. Constants are equal when their bits are.
  NodeIndex Add(const Item& item);

  const Item& operator[](NodeIndex i) const { return items_[i]; }
  std::size_t size() const { return items_.size(); }

  // How many nodes `root` reaches, itself included.
  std::size_t CountReachable(NodeIndex root) const;

  // What `root` reaches, each node once, arguments before their user and the first
  // argument's first (depth-first post-order): the order in which Parse makes nodes.
  Expr Finish(NodeIndex root, std::vector<expr::Parameter> parameters) const;

 private:
  std::vector<NodeIndex> PostOrder(NodeIndex root) const;
  void Grow();

  std::vector<Item> items_;
  std::vector<NodeIndex> slots_;  // open addressing; index + 1, 0 is free
};

}  // namespace actsearch::expr
