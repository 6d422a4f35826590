// Where training runs: the device, LibTorch's global settings, and which linear algebra
// library is loaded. Called once when an evaluator is made.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "evaluators/evaluator.h"
#include "search_spaces/base/error.h"

namespace actsearch::evaluators {

// "cpu", "cuda", "cuda:N"; kInvalid with the remedy when LibTorch or the machine does
// not have it. Tries the device with one small tensor.
Result<at::Device> OpenDevice(const std::string& name);

// One thread for LibTorch and for the linear algebra library, since sums depend on how they
// are divided; memory that stays with the process; deterministic algorithms and full float32
// products on GPUs; no profiling of scripts, which changes gradients from the second call on.
// Settings of the whole process; before the first tensor, on the thread that trains.
void ConfigureLibraries();

struct BlasLibrary {
  std::string name;        // "OpenBLAS 0.3.21 for Zen", "MKL", ...
  bool reference = false;  // the unoptimised one, tens of times slower
};

BlasLibrary LoadedBlas();

// kUnavailable with the remedy when LibTorch multiplies matrices with the reference BLAS.
Result<void> CheckBlas(const BlasLibrary& blas);

// "cpu AVX-512 OpenBLAS 0.3.21 for Zen, LibTorch 1.13.0"
std::string DescribeDevice(const at::Device& device);

}  // namespace actsearch::evaluators
