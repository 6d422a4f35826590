// A formula of a normalized input as a formula of the input itself. Pure; any thread.
#pragma once

#include "search_spaces/expr/expr.h"

namespace actsearch::kernels {

// g(x) = f(scale * (x - centre) + shift). `centre`, `scale` and `shift` are parameters of one
// number a channel, with these indices; f's own keep theirs. The centre stays a parameter
// of its own: scale * x + (shift - scale * centre) would lose the digits of x where the
// centre is far from 0.
struct AffineInput {
  expr::Expr g;
  std::uint16_t centre = 0, scale = 0, shift = 0;
};

// f: a formula of x alone.
AffineInput WithAffineInput(const expr::Expr& f);

}  // namespace actsearch::kernels
