// The operators that one space allows, ready to be grafted into graphs. Made once
// for a space; immutable, any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "search_spaces/activations/graph_edit.h"
#include "search_spaces/activations/operators.h"
#include "search_spaces/base/error.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::activations {

class Palette {
 public:
  // kInvalid names an unknown operator, suggests the nearest and lists all.
  // No names: every row.
  static Result<Palette> Make(std::span<const std::string> names);

  bool HasBinary() const { return !binary_.templates.empty(); }

  // Adds a random operator over the given nodes. ApplyUnary gives `a` itself when
  // no unary operator is allowed; ApplyBinary and ApplyParametric need one allowed.
  NodeIndex ApplyUnary(GraphEdit& edit, NodeIndex a, Rng& rng) const;
  NodeIndex ApplyBinary(GraphEdit& edit, NodeIndex a, NodeIndex b, Rng& rng) const;

  // An operator with a slot and a learnable parameter.
  bool HasParametric() const { return !parametric_.templates.empty(); }
  NodeIndex ApplyParametric(GraphEdit& edit, NodeIndex a, Rng& rng) const;

  // May a graph of the space contain this primitive? Those of the allowed
  // operators, and those by which simplification may express them.
  bool Allows(std::uint16_t primitive) const { return allowed_[primitive]; }

 private:
  struct Template {
    expr::Expr graph;
    std::vector<int> slot_of;  // by parameter: 0 for a, 1 for b, -1 for its own
  };
  struct Group {
    std::vector<Template> templates;
    std::vector<double> weights;
  };

  static Template ParseTemplate(const OperatorRow& row);
  static NodeIndex Apply(const Group& group, GraphEdit& edit, NodeIndex a, NodeIndex b, Rng& rng);
  void Add(const OperatorRow& row);
  void Allow(const expr::Expr& e);

  Group unary_;
  Group binary_;
  Group parametric_;
  std::vector<bool> allowed_;  // by primitive id
};

}  // namespace actsearch::activations
