// A number for each parameter that says what part it plays in the function,
// whatever its name and wherever it stands. Canonical orders parts by it.
#pragma once

#include <cstdint>
#include <vector>

#include "search_spaces/expr/expr.h"

namespace actsearch::expr {

// From shape and initial value only.
std::vector<std::uint64_t> PlainColours(const Expr& e);

bool AllDistinct(std::vector<std::uint64_t> colours);

// PlainColours where they are distinct; else told apart by the part the parameter
// plays in the simplified graph `e`. Parameters that play equal parts (p and q in
// p + q) get distinct colours too, in the order of e.parameters.
std::vector<std::uint64_t> ParameterColours(const Expr& e);

}  // namespace actsearch::expr
