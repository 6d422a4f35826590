// Which functions belong to one activations space: limits of size, of learnable
// parameters and of operators. Immutable; any thread.
#pragma once

#include <optional>
#include <string>

#include "search_spaces/activations/palette.h"
#include "search_spaces/base/error.h"
#include "search_spaces/expr/expr.h"
#include "search_spaces/space.h"

namespace actsearch::activations {

class Domain {
 public:
  // kInvalid names the field as the job file spells it (space.max_nodes).
  static Result<Domain> Make(const SpaceSpec& spec);

  const Palette& Operators() const { return palette_; }
  expr::Shape ParameterShape() const { return shape_; }

  // Is this canonical graph a point of the space? kInvalid says why not.
  Result<void> Check(const expr::Expr& canonical) const;

  // The canonical form of a graph, with parameters of the space's shape; initial
  // values that come from merging parameters have three digits, but within a shape, whose
  // fillings are found again by their values. Nothing
  // when it is outside the limits, or when at its initial parameters it is
  // constant or not finite around the origin: it would be a wasted proposal.
  std::optional<expr::Expr> Admit(expr::Expr raw) const;

 private:
  Domain(const SpaceSpec& spec, Palette palette);

  int max_nodes_;
  int max_parameters_;
  expr::Shape shape_;
  bool rounds_;                  // values that come from merging
  std::string operator_fields_;  // which name the operators, for messages
  Palette palette_;
};

}  // namespace actsearch::activations
