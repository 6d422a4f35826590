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

// One use of a node: an argument of another node, or the output of the graph.
// Graphs share equal parts, so x in x * sigmoid(x) is one node in two places.
struct Place {
  static constexpr int kOutput = -1;

  NodeIndex node = 0;
  int user = kOutput;
  int arg = 0;
};

// All places of a graph, each once.
std::vector<Place> Places(const expr::Expr& e);

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

  // The graph in which `place` leads to `new_node`, without the nodes and
  // parameters that nobody uses any more. new_node may itself use what stood
  // there, but not place.user or anything above it.
  expr::Expr Replace(const Place& place, NodeIndex new_node) const;

  // The graph whose output is `root`.
  expr::Expr Output(NodeIndex root) const;

 private:
  NodeIndex Add(const expr::Node& node);

  expr::Expr graph_;      // the base, then the added nodes
  NodeIndex output_ = 0;  // of the base
};

// Which nodes of `e` depend on the input.
std::vector<bool> UsesInput(const expr::Expr& e);

}  // namespace actsearch::activations
