// Runs a Program with LibTorch operations, one tensor a slot: the engine for devices
// without tile loops (CUDA), and the reference that the others are tested against.
// Pure; LibTorch's rules for threads apply.
#pragma once

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

#include "evaluators/kernels/program.h"

namespace actsearch::kernels {

// Each output has x's shape, type and device. parameters[k] must broadcast against x.
std::vector<at::Tensor> RunOnTensors(const Program& program, const at::Tensor& x,
                                     std::span<const at::Tensor> parameters);

}  // namespace actsearch::kernels
