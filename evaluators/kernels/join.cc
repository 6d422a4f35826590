#include <utility>
#include <vector>

#include "evaluators/kernels/lower.h"

namespace actsearch::kernels {
namespace {

using expr::Graph;
using expr::Kind;
namespace rows = expr::rows;

// Copies a graph and joins products with the sums that alone use them.
class Fuser {
 public:
  Fuser(const Graph& graph, std::span<const NodeIndex> outputs)
      : graph_(graph), uses_(graph.size(), 0), at_(graph.size(), 0) {
    const std::vector<NodeIndex> order = Reachable(graph, outputs);
    for (const NodeIndex output : outputs) uses_[output] += 2;  // stays a node of its own
    for (const NodeIndex i : order) {
      if (graph[i].kind != Kind::kPrimitive) continue;
      for (int k = 0; k < Ops()[graph[i].id].arity; ++k) ++uses_[graph[i].args[k]];
    }
    for (const NodeIndex i : order) at_[i] = Copy(graph[i]);
  }

  NodeIndex At(NodeIndex node) const { return at_[node]; }
  Graph Result() && { return std::move(fused_); }

 private:
  NodeIndex Copy(const Graph::Item& item) {
    if (item.kind != Kind::kPrimitive) return fused_.Add(item);
    if (item.id == expr::IdOf<rows::AddRow>()) {
      if (IsProduct(item.args[0])) return Join<fused::FmaRow>(item.args[0], item.args[1]);
      if (IsProduct(item.args[1])) return Join<fused::FmaRow>(item.args[1], item.args[0]);
    } else if (item.id == expr::IdOf<rows::SubRow>()) {
      if (IsProduct(item.args[0])) return Join<fused::FmsRow>(item.args[0], item.args[1]);
      if (IsProduct(item.args[1])) return Join<fused::FnmaRow>(item.args[1], item.args[0]);
    } else if (item.id == expr::IdOf<rows::MulRow>()) {
      for (int k = 0; k < 2; ++k) {
        const NodeIndex part = item.args[k];
        const NodeIndex other = item.args[1 - k];
        if (IsSingle<rows::SubRow>(part)) return Join<fused::SubMulRow>(part, other);
        if (IsSingle<rows::AddRow>(part)) return Join<fused::AddMulRow>(part, other);
        if (IsProduct(part)) return Join<fused::MulMulRow>(part, other);
      }
    }
    Graph::Item copy = item;
    for (int k = 0; k < Ops()[item.id].arity; ++k) copy.args[k] = at_[item.args[k]];
    return fused_.Add(copy);
  }

  template <class Row>
  bool IsSingle(NodeIndex node) const {
    const Graph::Item& item = graph_[node];
    return item.kind == Kind::kPrimitive && uses_[node] == 1 && item.id == expr::IdOf<Row>();
  }
  bool IsProduct(NodeIndex node) const {
    return IsSingle<rows::MulRow>(node) || IsSingle<rows::SquareRow>(node);
  }

  template <class Row>
  NodeIndex Join(NodeIndex part, NodeIndex other) {
    const Graph::Item& item = graph_[part];
    const bool is_square = item.id == expr::IdOf<rows::SquareRow>();
    const NodeIndex args[] = {at_[item.args[0]], at_[item.args[is_square ? 0 : 1]], at_[other]};
    return fused_.Primitive(FusedId<Row>(), args);
  }

  const Graph& graph_;
  std::vector<int> uses_;
  std::vector<NodeIndex> at_;
  Graph fused_;
};

}  // namespace

Graph FuseMultiplyAdd(const Graph& graph, std::vector<NodeIndex>& outputs) {
  Fuser fuser(graph, outputs);
  for (NodeIndex& output : outputs) output = fuser.At(output);
  return std::move(fuser).Result();
}

}  // namespace actsearch::kernels
