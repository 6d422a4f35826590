// Fused passes on a GPU as an Activation. Type-checked everywhere; LibTorch's CUDA part is
// needed only for the stream that MakeActivation passes in.
#pragma once

#include <memory>

#include "evaluators/kernels/activation.h"
#include "evaluators/kernels/cuda/backend.h"
#include "evaluators/kernels/cuda/choose.h"
#include "search_spaces/base/error.h"

namespace actsearch::kernels::cuda {

// Fails where the formula is beyond the limits of launch.h, or its kernel does not compile.
// Calls throw std::runtime_error where a launch fails. Nothing waits for the device.
Result<std::shared_ptr<const Activation>> MakeCudaActivation(const expr::Expr& f,
                                                             std::shared_ptr<Backend> backend,
                                                             const Policy& policy = {});

}  // namespace actsearch::kernels::cuda
