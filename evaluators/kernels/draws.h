// Where the random primitives of a formula draw from.
#pragma once

#include <ATen/core/Generator.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <optional>

namespace actsearch::kernels {

// A generator of the run, on the device of x: each call advances it, LibTorch's default
// generators are never read. Without one a random primitive is its mean.
using Draws = std::optional<at::Generator>;

// A generator that no other code of the process draws from.
at::Generator OwnGenerator(const at::Device& device, std::uint64_t seed);

inline constexpr std::nullopt_t kMeans = std::nullopt;

}  // namespace actsearch::kernels
