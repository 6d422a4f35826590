// Puts formulas together: parts are copied into one graph and joined by primitives. Local to
// one call; not thread-safe.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "search_spaces/expr/expr.h"
#include "search_spaces/expr/graph.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::activations::eafo {

class Builder {
 public:
  // All parts use these parameters, by position.
  explicit Builder(std::vector<expr::Parameter> parameters)
      : parameters_(std::move(parameters)) {}

  expr::NodeIndex Import(const expr::Expr& part) {
    std::vector<expr::NodeIndex> places;
    places.reserve(part.nodes.size());
    for (const expr::Node& node : part.nodes) places.push_back(graph_.Copy(node, places));
    return places.back();
  }

  expr::NodeIndex Input() { return graph_.Input(); }
  expr::NodeIndex Constant(double value) { return graph_.Constant(value); }

  // One more parameter, behind those of the parts.
  expr::NodeIndex Add(expr::Parameter parameter) {
    parameters_.push_back(std::move(parameter));
    return graph_.Parameter(static_cast<std::uint16_t>(parameters_.size() - 1));
  }

  template <class Row, class... Nodes>
  expr::NodeIndex Make(Nodes... args) {
    const expr::NodeIndex list[] = {args...};
    return graph_.Primitive(expr::IdOf<Row>(), list);
  }

  // Not simplified.
  expr::Expr Finish(expr::NodeIndex root) const { return graph_.Finish(root, parameters_); }

 private:
  expr::Graph graph_;
  std::vector<expr::Parameter> parameters_;
};

}  // namespace actsearch::activations::eafo
