// The steps by which a search walks through the activations space: small random
// changes of one function, and the exchange of parts between two. Stateless; any
// thread.
#pragma once

#include <optional>

#include "search_spaces/activations/domain.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::activations {

// One random change of `parent`: operator, insertion, deletion, regrown or moved
// part, exchanged arguments, parameter or number. Canonical and inside the
// domain. Nothing when the change drawn does not apply or leads outside: draw again.
std::optional<expr::Expr> TryMutate(const Domain& domain, const expr::Expr& parent, Rng& rng);

// `a` with one of its parts replaced by a part of `b`; nothing as above.
std::optional<expr::Expr> TryCross(const Domain& domain, const expr::Expr& a, const expr::Expr& b,
                                   Rng& rng);

}  // namespace actsearch::activations
