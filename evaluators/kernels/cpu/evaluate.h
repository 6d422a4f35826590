// Values of a formula as training on the CPU computes them, in float. For probes of
// precision; trainings use Activation. Pure; any thread.
#pragma once

#include <span>

#include "search_spaces/expr/expr.h"

namespace actsearch::kernels::cpu {

// y[i] = f(x[i]); parameters: one number for each of f's. x and y have equal sizes.
void EvaluateInFloat(const expr::Expr& f, std::span<const float> x,
                     std::span<const float> parameters, std::span<float> y);

}  // namespace actsearch::kernels::cpu
