// Means over 2 x 2 squares of float planes and the way back, for the CPU, where
// LibTorch's general pooling costs as much as the convolutions. An odd last row or
// column is dropped. Pure; any thread.
#pragma once

#include <cstddef>

namespace actsearch::kernels {

struct Planes {
  std::size_t count = 0;
  std::size_t height = 0;
  std::size_t width = 0;
};

// x: the planes; y: count x height / 2 x width / 2.
void MeanPool(const Planes& planes, const float* x, float* y);

// Writes dLoss/dx from dLoss/dy, all of it.
void MeanPoolBackward(const Planes& planes, const float* y_gradient, float* x_gradient);

}  // namespace actsearch::kernels
