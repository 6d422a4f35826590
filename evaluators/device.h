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

// Threads of LibTorch and of the linear algebra library, deterministic algorithms.
// Settings of the whole process.
void ConfigureLibraries(int threads);

struct BlasLibrary {
  std::string name;        // "OpenBLAS 0.3.21", "MKL", ...
  bool reference = false;  // the unoptimised one, tens of times slower
};

BlasLibrary LoadedBlas();

// kUnavailable with the remedy when LibTorch multiplies matrices with the reference BLAS.
Result<void> CheckBlas(const BlasLibrary& blas);

// "cpu AVX-512 OpenBLAS 0.3.21, LibTorch 1.13.1"
std::string DescribeDevice(const at::Device& device);

}  // namespace actsearch::evaluators
