#include "search_spaces/activations/graph_edit.h"

#include <algorithm>
#include <string>
#include <utility>

#include "search_spaces/base/check.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::activations {

using expr::Expr;
using expr::Kind;
using expr::Node;
using expr::Parameter;

namespace {

std::string ParameterName(std::size_t i) { return std::string("p").append(std::to_string(i)); }

NodeIndex LastNode(const Expr& e) { return static_cast<NodeIndex>(e.nodes.size() - 1); }

// Copies graphs node by node in depth-first order, each reachable node once.
class Copier {
 public:
  Copier(const Expr& from, Expr& to)
      : from_(from),
        to_(to),
        nodes_(from.nodes.size(), kAbsent),
        parameters_(from.parameters.size(), kAbsent) {}

  void Redirect(const Place& place, NodeIndex new_node) {
    place_ = place;
    new_node_ = new_node;
  }

  void Substitute(std::span<const int> slots) { slots_ = slots; }

  NodeIndex Copy(NodeIndex index) {
    if (nodes_[index] != kAbsent) return static_cast<NodeIndex>(nodes_[index]);
    Node node = from_.nodes[index];
    if (node.kind == Kind::kParameter) {
      if (node.id < slots_.size() && slots_[node.id] != GraphEdit::kNoSlot) {
        return static_cast<NodeIndex>(slots_[node.id]);
      }
      node.id = CopyParameter(node.id);
    }
    for (int i = 0; i < ArityOf(node); ++i) {
      const bool moved = index == place_.user && i == place_.arg;
      node.args[i] = Copy(moved ? new_node_ : node.args[i]);
    }
    to_.nodes.push_back(node);
    nodes_[index] = static_cast<int>(to_.nodes.size()) - 1;
    return static_cast<NodeIndex>(nodes_[index]);
  }

 private:
  static constexpr int kAbsent = -1;

  std::uint16_t CopyParameter(std::uint16_t id) {
    if (parameters_[id] == kAbsent) {
      parameters_[id] = static_cast<int>(to_.parameters.size());
      Parameter parameter = from_.parameters[id];
      parameter.name = ParameterName(to_.parameters.size());
      to_.parameters.push_back(std::move(parameter));
    }
    return static_cast<std::uint16_t>(parameters_[id]);
  }

  const Expr& from_;
  Expr& to_;
  std::vector<int> nodes_;
  std::vector<int> parameters_;
  std::span<const int> slots_;
  Place place_;  // nowhere, unless redirected
  NodeIndex new_node_ = 0;
};

}  // namespace

std::vector<bool> UsesInput(const Expr& e) {
  std::vector<bool> uses(e.nodes.size());
  for (std::size_t i = 0; i < e.nodes.size(); ++i) {
    uses[i] = e.nodes[i].kind == Kind::kInput;
    for (int k = 0; k < ArityOf(e.nodes[i]); ++k) {
      if (uses[e.nodes[i].args[k]]) uses[i] = true;
    }
  }
  return uses;
}

std::vector<Place> Places(const Expr& e) {
  std::vector<Place> places = {{.node = LastNode(e)}};
  for (std::size_t i = 0; i < e.nodes.size(); ++i) {
    for (int k = 0; k < ArityOf(e.nodes[i]); ++k) {
      places.push_back({e.nodes[i].args[k], static_cast<int>(i), k});
    }
  }
  return places;
}

GraphEdit::GraphEdit(Expr base) : graph_(std::move(base)), output_(LastNode(graph_)) {}

NodeIndex GraphEdit::Add(const Node& node) {
  ACTSEARCH_CHECK(graph_.nodes.size() < 0xffff, "a graph outgrew its node index");
  graph_.nodes.push_back(node);
  return static_cast<NodeIndex>(graph_.nodes.size() - 1);
}

NodeIndex GraphEdit::AddInput() { return Add({.kind = Kind::kInput}); }

NodeIndex GraphEdit::AddConstant(double value) {
  return Add({.kind = Kind::kConstant, .value = value});
}

NodeIndex GraphEdit::AddParameter(expr::Shape shape, double initial) {
  const auto id = static_cast<std::uint16_t>(graph_.parameters.size());
  graph_.parameters.push_back({ParameterName(id), shape, initial});
  return Add({.kind = Kind::kParameter, .id = id});
}

NodeIndex GraphEdit::AddPrimitive(std::uint16_t id, std::span<const NodeIndex> args) {
  Node node{.kind = Kind::kPrimitive, .id = id};
  std::ranges::copy(args, node.args);
  return Add(node);
}

NodeIndex GraphEdit::Graft(const Expr& from, NodeIndex root, std::span<const int> slots) {
  Copier copier(from, graph_);
  copier.Substitute(slots);
  return copier.Copy(root);
}

Expr GraphEdit::Replace(const Place& place, NodeIndex new_node) const {
  if (place.user == Place::kOutput) return Output(new_node);
  Expr result;
  Copier copier(graph_, result);
  copier.Redirect(place, new_node);
  copier.Copy(output_);
  return result;
}

Expr GraphEdit::Output(NodeIndex root) const {
  Expr result;
  Copier(graph_, result).Copy(root);
  return result;
}

}  // namespace actsearch::activations
