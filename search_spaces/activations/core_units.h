// Random functions as chains of core units b(u1(x1), u2(x2)) (Ramachandran, Zoph,
// Le 2017, section 3), under priors from their findings: one or two units, and raw
// x in the last binary more often than not. Stateless; any thread.
#pragma once

#include "search_spaces/activations/palette.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/expr/expr.h"

namespace actsearch::activations {

// Not simplified, and not checked against any limit.
expr::Expr SampleCoreUnits(const Palette& palette, Rng& rng);

}  // namespace actsearch::activations
