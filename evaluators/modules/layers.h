// The fixed layers of proxy networks. Shapes: N examples first; spatial tensors N x C x H x W
// in channels-last memory. One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "evaluators/catalogue/sketch.h"
#include "evaluators/modules/module.h"

namespace actsearch::modules {

// y = x W^T + b; x: N x inputs. W starts uniform with variance 1 / inputs, b at 0.
std::shared_ptr<Module> MakeLinear(std::int64_t inputs, std::int64_t outputs);

// Square kernels; weights start uniform with variance 1 / (inputs * kernel^2), biases at 0.
std::shared_ptr<Module> MakeConvolution(std::int64_t inputs, std::int64_t outputs,
                                        const catalogue::Window& window = {});

// N x C x H x W -> N x (C * H * W), in the order of memory: channels last.
at::Tensor Flatten(const at::Tensor& x);

}  // namespace actsearch::modules
