#include "evaluators/kernels/mean_pool.h"

#include <algorithm>

#include "search_spaces/base/cpu_copies.h"

namespace actsearch::kernels {
namespace {

constexpr std::size_t kVector = 16;  // channels in a vector

// The four pixels of a square, `channels` numbers each; `step` to the next row of pixels.
ACTSEARCH_FOR_EACH_CPU
void AverageSquares(const float* __restrict upper, std::size_t step, std::size_t squares,
                    std::size_t channels, float* __restrict out) {
  const float* __restrict lower = upper + step;
  for (std::size_t j = 0; j < squares; ++j) {
    const std::size_t at = 2 * j * channels;
    std::size_t c = 0;
    for (; c + kVector <= channels; c += kVector) {
      for (std::size_t k = c; k < c + kVector; ++k) {
        out[j * channels + k] = 0.25f * ((upper[at + k] + upper[at + channels + k]) +
                                         (lower[at + k] + lower[at + channels + k]));
      }
    }
    for (; c < channels; ++c) {
      out[j * channels + c] = 0.25f * ((upper[at + c] + upper[at + channels + c]) +
                                       (lower[at + c] + lower[at + channels + c]));
    }
  }
}

// The same share of each square's gradient to its four pixels.
ACTSEARCH_FOR_EACH_CPU
void SpreadSquares(const float* __restrict in, std::size_t step, std::size_t squares,
                   std::size_t channels, float* __restrict upper) {
  float* const lower = upper + step;
  for (std::size_t j = 0; j < squares; ++j) {
    const std::size_t at = 2 * j * channels;
    const auto spread = [&](std::size_t c) {
      const float share = 0.25f * in[j * channels + c];
      upper[at + c] = share;
      upper[at + channels + c] = share;
      lower[at + c] = share;
      lower[at + channels + c] = share;
    };
    std::size_t c = 0;
    for (; c + kVector <= channels; c += kVector) {
#pragma GCC ivdep
      for (std::size_t k = c; k < c + kVector; ++k) spread(k);
    }
    for (; c < channels; ++c) spread(c);
  }
}

}  // namespace

void MeanPool(const Pixels& pixels, const float* x, float* y) {
  const std::size_t row = pixels.width * pixels.channels;
  const std::size_t height = pixels.height / 2, width = pixels.width / 2;
  for (std::size_t image = 0; image < pixels.images; ++image) {
    for (std::size_t i = 0; i < height; ++i) {
      AverageSquares(x + (image * pixels.height + 2 * i) * row, row, width, pixels.channels,
                     y + (image * height + i) * width * pixels.channels);
    }
  }
}

void MeanPoolBackward(const Pixels& pixels, const float* y_gradient, float* x_gradient) {
  const std::size_t row = pixels.width * pixels.channels;
  const std::size_t height = pixels.height / 2, width = pixels.width / 2;
  for (std::size_t image = 0; image < pixels.images; ++image) {
    float* const out = x_gradient + image * pixels.height * row;
    for (std::size_t i = 0; i < height; ++i) {
      float* const upper = out + 2 * i * row;
      SpreadSquares(y_gradient + (image * height + i) * width * pixels.channels, row, width,
                    pixels.channels, upper);
      if (pixels.width % 2 == 0) continue;
      std::fill_n(upper + row - pixels.channels, pixels.channels, 0.0f);
      std::fill_n(upper + 2 * row - pixels.channels, pixels.channels, 0.0f);
    }
    if (pixels.height % 2 == 1) std::fill_n(out + 2 * height * row, row, 0.0f);
  }
}

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
