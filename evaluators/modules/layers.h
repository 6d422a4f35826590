// The fixed layers of proxy networks. Shapes: N examples first; spatial tensors N x C x H x W
// in channels-last memory; sequences (N * length) x C, one row an element, so that what works on
// features works on them. One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "evaluators/catalogue/sketch.h"
#include "evaluators/modules/module.h"

namespace actsearch::modules {

// y = x W^T + b; x: N x inputs. W starts uniform with variance 1 / inputs, and scaled so that
// x W^T has mean square 1; b uniform with this deviation.
std::shared_ptr<Module> MakeLinear(std::int64_t inputs, std::int64_t outputs,
                                   double bias_deviation = 0);

// Square kernels; weights start uniform with variance 1 / (inputs * kernel^2), biases at 0.
std::shared_ptr<Module> MakeConvolution(std::int64_t inputs, std::int64_t outputs,
                                        const catalogue::Window& window = {});

// Tokens, N x length of int64, to (N * length) x width: a vector of each symbol plus one of each
// place. Vectors start uniform with variance 1 for symbols and 0.1 for places.
std::shared_ptr<Module> MakeEmbedding(std::int64_t symbols, std::int64_t length,
                                      std::int64_t width);

// N x C x H x W -> N x (C * H * W), in the order of memory: channels last.
at::Tensor Flatten(const at::Tensor& x);

}  // namespace actsearch::modules
