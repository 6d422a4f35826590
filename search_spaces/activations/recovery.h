// From functions back to fillings of a shape. Canonical text has lost the slots, so
// a function is found by its values at the initial parameters, which merging parameters
// keeps: all fillings are evaluated at two points, part by part, and those that agree
// there are compared in full. Nothing is kept between calls. Takes a few nanoseconds a
// filling, and 16 bytes for each filling of the largest part that does not come last.
// Pure; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "search_spaces/activations/fillings.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::activations {

// Decides whether the filling with this number is the wanted one with that position.
using IsSame = std::function<bool(std::uint64_t index, std::size_t wanted)>;

// `wanted` is in canonical form. For each the smallest number of a filling that has its values and
// satisfies `is_same`; nothing when there is none.
std::vector<std::optional<std::uint64_t>> FindFillings(const Fillings& fillings,
                                                       std::span<const expr::Expr> wanted,
                                                       const IsSame& is_same);

}  // namespace actsearch::activations
