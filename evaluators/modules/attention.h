// Causal self-attention (Vaswani et al. 2017) over the elements of sequences. One thread at a
// time.
#pragma once

#include <cstdint>
#include <memory>

#include "evaluators/modules/module.h"

namespace actsearch::modules {

// x, y: (N * length) x width, sequence by sequence. Each element sees itself and those before it;
// `heads` divides `width`.
std::shared_ptr<Module> MakeAttention(std::int64_t length, std::int64_t width, std::int64_t heads);

}  // namespace actsearch::modules
