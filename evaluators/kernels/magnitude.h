// Bounds on the magnitudes inside a lowered graph: may any value leave float's range, or
// lose all its digits, although the result in double is finite? Pure; any thread.
#pragma once

#include <span>
#include <vector>

#include "evaluators/kernels/lower.h"

namespace actsearch::kernels {

// For |x| up to 1e8, parameters up to 1e3 and gradients up to 1e4: far beyond what a training
// that goes on produces. True is always safe.
bool MayOverflow(const expr::Graph& graph, std::span<const NodeIndex> outputs);

// The same by node, 0 where no output needs it: a value that is infinite in float alone can
// hide as well, as the denominator of a finite 0.
std::vector<bool> MayOverflowByNode(const expr::Graph& graph, std::span<const NodeIndex> outputs);

}  // namespace actsearch::kernels
