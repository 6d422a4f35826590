// Where the random primitives of a formula draw from.
#pragma once

#include <ATen/core/Generator.h>

#include <optional>

namespace actsearch::kernels {

// A generator of the run, on the device of x: each call advances it, LibTorch's default
// generators are never read. Without one a random primitive is its mean.
using Draws = std::optional<at::Generator>;

inline constexpr std::nullopt_t kMeans = std::nullopt;

}  // namespace actsearch::kernels
