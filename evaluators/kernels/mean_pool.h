// Loops of mean pooling over float images, and the way back, for the CPU, where LibTorch's
// general pooling costs as much as the convolutions. For images in either memory order:
// planes (N x C planes of H x W) or channels last (N images of H x W pixels of C). The bits of
// a result do not depend on the instruction set. Pure; any thread.
#pragma once

#include <cstddef>

namespace actsearch::kernels {

struct Planes {
  std::size_t count = 0;
  std::size_t height = 0;
  std::size_t width = 0;
};

// Channels last.
struct Pixels {
  std::size_t images = 0;
  std::size_t height = 0;
  std::size_t width = 0;
  std::size_t channels = 0;
};

// Means over 2 x 2 squares; an odd last row or column is dropped. y: height / 2 and width / 2.
void MeanPool(const Planes& planes, const float* x, float* y);
void MeanPool(const Pixels& pixels, const float* x, float* y);

// Writes dLoss/dx from dLoss/dy, all of it.
void MeanPoolBackward(const Planes& planes, const float* y_gradient, float* x_gradient);
void MeanPoolBackward(const Pixels& pixels, const float* y_gradient, float* x_gradient);

// Means over whole planes. y: one number a plane, or images x channels.
void PlaneMean(const Planes& planes, const float* x, float* y);
void PlaneMean(const Pixels& pixels, const float* x, float* y);

void PlaneMeanBackward(const Planes& planes, const float* y_gradient, float* x_gradient);
void PlaneMeanBackward(const Pixels& pixels, const float* y_gradient, float* x_gradient);

}  // namespace actsearch::kernels
