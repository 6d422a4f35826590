// A formula and its slopes as one graph of operations that kernels have (ops.h), every
// common part once. Composite primitives are taken apart by their definitions, so that
// the value and the slopes of sigmoid, softplus, mish, gelu, ... share one exponential.
// Local to one call; not thread-safe.
#pragma once

#include <span>
#include <type_traits>
#include <vector>

#include "evaluators/kernels/ops.h"
#include "search_spaces/expr/expr.h"
#include "search_spaces/expr/graph.h"

namespace actsearch::kernels {

using expr::NodeIndex;

// Ids of input leaves: x, and the gradient of the loss by the output.
inline constexpr std::uint16_t kInputX = 0;
inline constexpr std::uint16_t kInputGradient = 1;

class Lowering {
 public:
  // e's nodes, or its output, as nodes of the graph. Parameters keep their indices.
  std::vector<NodeIndex> AddAll(const expr::Expr& e);
  NodeIndex Add(const expr::Expr& e) { return AddAll(e).back(); }

  // A formula in which parameters 0, 1, 2 stand for nodes of the graph.
  NodeIndex Instantiate(const expr::Expr& formula, std::span<const NodeIndex> args);

  // The application of an operation to nodes of the graph, folded where it is trivial.
  NodeIndex Apply(OpId op, std::span<const NodeIndex> args);
  template <class Row, class... Nodes>
  NodeIndex Make(Nodes... args) {
    const NodeIndex list[] = {args...};
    return Apply(IdOfRow<Row>(), list);
  }

  expr::Graph& graph() { return graph_; }

 private:
  template <class Row>
  static constexpr OpId IdOfRow() {
    if constexpr (requires { Row::arity; }) {
      return FusedId<Row>();
    } else {
      return expr::IdOf<Row>();
    }
  }
  template <class Row>
  bool Is(NodeIndex node) const {
    return graph_[node].kind == expr::Kind::kPrimitive && graph_[node].id == IdOfRow<Row>();
  }
  bool IsConstant(NodeIndex node, double value) const {
    return graph_[node].kind == expr::Kind::kConstant && graph_[node].value == value;
  }

  bool Fold(OpId op, std::span<const NodeIndex> args, NodeIndex& result);
  NodeIndex Negate(NodeIndex a);
  NodeIndex ApplyProduct(NodeIndex a, NodeIndex b);
  bool JoinSlope(NodeIndex a, NodeIndex b, NodeIndex& joined);
  NodeIndex ApplySigmoid(NodeIndex arg);
  NodeIndex ApplyHyperbolic(OpId op, NodeIndex arg);
  NodeIndex ApplyExp(NodeIndex arg);
  NodeIndex ApplyErrorFunction(OpId op, NodeIndex arg);
  NodeIndex ApplyGaussian(NodeIndex arg);

  expr::Graph graph_;
};

// The nodes that `outputs` reach, arguments before users; not beyond `stops`.
std::vector<NodeIndex> Reachable(const expr::Graph& graph, std::span<const NodeIndex> outputs,
                                 std::span<const NodeIndex> stops = {});

// An equal graph in which products, sums and differences that one operation alone uses are
// part of it (fma and the like); `outputs` are replaced by their nodes there. In join.cc.
expr::Graph FuseMultiplyAdd(const expr::Graph& graph, std::vector<NodeIndex>& outputs);

}  // namespace actsearch::kernels
