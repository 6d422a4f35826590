// CudaActivation on LibTorch's devices and current streams. Built only where LibTorch has
// CUDA. Any thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "evaluators/kernels/activation.h"
#include "search_spaces/base/error.h"

namespace actsearch::kernels::cuda {

// The fused passes of f on a CUDA device; errors as MakeCudaBackend and MakeCudaActivation.
Result<std::shared_ptr<const Activation>> MakeActivationOnStream(const expr::Expr& f,
                                                                 const at::Device& device);

}  // namespace actsearch::kernels::cuda
