// Edits a graph by adding nodes and moving one edge: the step that samples,
// mutations and crossings share. Old nodes are never changed, so an edit cannot
// spoil what it does not replace. Used by the activations space only; a value,
// not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "search_spaces/expr/expr.h"

namespace actsearch::activations {

using NodeIndex = std::uint16_t;

class GraphEdit {
 public:
  // An empty graph: add an input first.
  GraphEdit() = default;
  explicit GraphEdit(expr::Expr base);

  const expr::Expr& Graph() const { return graph_; }

  NodeIndex AddInput();
  NodeIndex AddConstant(double value);
  NodeIndex AddParameter(expr::Shape shape, double initial);
  NodeIndex AddPrimitive(std::uint16_t id, std::span<const NodeIndex> args);

  static constexpr int kNoSlot = -1;

  // Copies the part of `from` below `root`. Its parameters become new ones, except
  // that parameter i stands for the node slots[i] when that is not kNoSlot.
  NodeIndex Graft(const expr::Expr& from, NodeIndex root, std::span<const int> slots = {});

  // The graph in which the users of `old_node` use `new_node` instead, without
  // the nodes and parameters that nobody uses any more. Only nodes of the base
  // are redirected, so new_node may itself use old_node; it must not use an old
  // node above old_node.
  expr::Expr Replace(NodeIndex old_node, NodeIndex new_node) const;

  // The graph whose output is `root`.
  expr::Expr Output(NodeIndex root) const;

 private:
  NodeIndex Add(const expr::Node& node);

  expr::Expr graph_;  // the base, then the added nodes
  std::size_t base_size_ = 0;
};

// Which nodes of `e` depend on the input.
std::vector<bool> UsesInput(const expr::Expr& e);

int ArityOf(const expr::Node& node);

}  // namespace actsearch::activations
