#include "evaluators/kernels/mean_pool.h"

#include <algorithm>

#include "evaluators/kernels/cpu_copies.h"

namespace actsearch::kernels {

ACTSEARCH_FOR_EACH_CPU
void MeanPool(const Planes& planes, const float* __restrict x, float* __restrict y) {
  const std::size_t height = planes.height / 2, width = planes.width / 2;
  for (std::size_t p = 0; p < planes.count; ++p) {
    for (std::size_t i = 0; i < height; ++i) {
      const float* __restrict upper = x + (p * planes.height + 2 * i) * planes.width;
      const float* __restrict lower = upper + planes.width;
      float* __restrict out = y + (p * height + i) * width;
      for (std::size_t j = 0; j < width; ++j) {
        out[j] = 0.25f * ((upper[2 * j] + upper[2 * j + 1]) + (lower[2 * j] + lower[2 * j + 1]));
      }
    }
  }
}

ACTSEARCH_FOR_EACH_CPU
void MeanPoolBackward(const Planes& planes, const float* __restrict y_gradient,
                      float* __restrict x_gradient) {
  const std::size_t height = planes.height / 2, width = planes.width / 2;
  for (std::size_t p = 0; p < planes.count; ++p) {
    for (std::size_t i = 0; i < height; ++i) {
      const float* __restrict in = y_gradient + (p * height + i) * width;
      float* __restrict upper = x_gradient + (p * planes.height + 2 * i) * planes.width;
      float* __restrict lower = upper + planes.width;
      for (std::size_t j = 0; j < width; ++j) {
        const float share = 0.25f * in[j];
        upper[2 * j] = share;
        upper[2 * j + 1] = share;
        lower[2 * j] = share;
        lower[2 * j + 1] = share;
      }
      if (planes.width % 2 == 1) upper[planes.width - 1] = lower[planes.width - 1] = 0;
    }
    if (planes.height % 2 == 1) {
      std::fill_n(x_gradient + ((p + 1) * planes.height - 1) * planes.width, planes.width, 0.0f);
    }
  }
}

}  // namespace actsearch::kernels
