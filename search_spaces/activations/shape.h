// The shape of a finite space: a formula of the language in which unary(...) and
// binary(..., ...) are slots for operators, such as binary(unary(x), unary(x)) or
// x * unary(beta * x) where beta: channel = 1. A value; any thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "search_spaces/base/error.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::activations {

inline constexpr std::size_t kMaxSlots = 16;

struct FormulaShape {
  // A formula with holes. The holes are the last parameters of its graph, one for
  // each of `slots`; those before are the declared ones.
  struct Part {
    expr::Expr graph;
    std::vector<std::size_t> slots;
  };
  // The arguments of the operator that is to come here, by index of their part.
  struct Slot {
    std::vector<std::size_t> args;  // one or two
  };

  std::vector<Part> parts;                // the whole comes first
  std::vector<Slot> slots;                // in the order of the text: a slot before those inside it
  std::vector<expr::Parameter> declared;  // by the where clause
};

// kInvalid with the 1-based column, what was met and the remedy. The where clause
// holds no slot, and there is at least one elsewhere.
Result<FormulaShape> ParseShape(std::string_view text);

}  // namespace actsearch::activations
