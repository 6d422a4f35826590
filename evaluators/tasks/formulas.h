// The functions of a trial: one for all activation layers of the network, or one for each.
// Pure; any thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "search_spaces/base/error.h"
#include "search_spaces/expr/expr.h"
#include "search_spaces/trial.h"

namespace actsearch::tasks {

// kInvalid when one does not parse; the message says which.
Result<std::vector<expr::Expr>> FormulasOf(const Trial& trial);

// The first rejection by a gate; its detail says which function when there are several.
std::optional<Rejection> CheckGates(std::span<const expr::Expr> functions);

}  // namespace actsearch::tasks
