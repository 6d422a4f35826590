// The operators that one space allows, ready to be grafted into graphs. Made once
// for a space; immutable, any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "search_spaces/activations/graph_edit.h"
#include "search_spaces/activations/operator_templates.h"
#include "search_spaces/base/choices.h"
#include "search_spaces/base/error.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/expr/expr.h"
#include "search_spaces/space.h"

namespace actsearch::activations {

class Palette {
 public:
  // The operators that the job file allows (ChooseOperators). kInvalid names the
  // field and the operator that is wrong.
  static Result<Palette> Make(const SpaceSpec& spec);

  bool HasBinary() const { return !binary_.templates.empty(); }

  // Adds a random operator over the given nodes. ApplyUnary gives `a` itself when
  // no unary operator is allowed; ApplyBinary and ApplyParametric need one allowed.
  NodeIndex ApplyUnary(GraphEdit& edit, NodeIndex a, Rng& rng) const;
  NodeIndex ApplyBinary(GraphEdit& edit, NodeIndex a, NodeIndex b, Rng& rng) const;

  // The same with the operator of this position.
  NodeIndex AddUnary(GraphEdit& edit, NodeIndex a, int option) const;
  NodeIndex AddBinary(GraphEdit& edit, NodeIndex a, NodeIndex b, int option) const;

  // Which operators there are, as choices with the palette's weights. Where no operator of
  // that arity is allowed, the one option is to add none.
  ChoiceKind UnaryKind() const { return KindOf("unary", unary_); }
  ChoiceKind BinaryKind() const { return KindOf("binary", binary_); }

  // An operator with a slot and a learnable parameter.
  bool HasParametric() const { return !parametric_.templates.empty(); }
  NodeIndex ApplyParametric(GraphEdit& edit, NodeIndex a, Rng& rng) const;

  // May a graph of the space contain this primitive? Those of the allowed
  // operators, and those by which simplification may express them.
  bool Allows(std::uint16_t primitive) const { return allowed_[primitive]; }

 private:
  struct Group {
    std::vector<OperatorTemplate> templates;
    std::vector<double> weights;
  };

  static NodeIndex Draw(const Group& group, GraphEdit& edit, NodeIndex a, NodeIndex b, Rng& rng);
  static NodeIndex Apply(const OperatorTemplate& t, GraphEdit& edit, NodeIndex a, NodeIndex b);
  static ChoiceKind KindOf(std::string_view name, const Group& group);
  void Add(OperatorTemplate t);
  void Allow(const expr::Expr& e);

  Group unary_;
  Group binary_;
  Group parametric_;
  std::vector<bool> allowed_;  // by primitive id
};

}  // namespace actsearch::activations
