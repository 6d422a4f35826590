// Means over whole planes.
#include <algorithm>
#include <vector>

#include "evaluators/kernels/mean_pool.h"
#include "search_spaces/base/cpu_copies.h"

namespace actsearch::kernels {
namespace {

// Sums in float are kept this short, in elements of one lane; the rest in double.
constexpr std::size_t kLanes = 64;
constexpr std::size_t kRows = 64;

ACTSEARCH_FOR_EACH_CPU
double SumOf(const float* __restrict x, std::size_t n) {
  double total = 0;
  for (std::size_t begin = 0; begin < n; begin += kLanes * kRows) {
    const std::size_t end = std::min(begin + kLanes * kRows, n);
    float sums[kLanes] = {};
    std::size_t i = begin;
    for (; i + kLanes <= end; i += kLanes) {
      for (std::size_t j = 0; j < kLanes; ++j) sums[j] += x[i + j];
    }
    for (std::size_t j = 0; i + j < end; ++j) sums[j] += x[i + j];
    for (const float sum : sums) total += sum;
  }
  return total;
}

// sums[c] += x[row][c] over the rows.
ACTSEARCH_FOR_EACH_CPU
void AddRows(const float* __restrict x, std::size_t rows, std::size_t channels,
             float* __restrict sums) {
  constexpr std::size_t kUnroll = 8;
  std::size_t row = 0;
  for (; row + kUnroll <= rows; row += kUnroll, x += kUnroll * channels) {
    for (std::size_t c = 0; c < channels; ++c) {
      float sum = 0;
#pragma GCC unroll 8
      for (std::size_t k = 0; k < kUnroll; ++k) sum += x[k * channels + c];
      sums[c] += sum;
    }
  }
  for (; row < rows; ++row, x += channels) {
    for (std::size_t c = 0; c < channels; ++c) sums[c] += x[c];
  }
}

ACTSEARCH_FOR_EACH_CPU
void Scale(const float* __restrict x, std::size_t n, float factor, float* __restrict y) {
  for (std::size_t i = 0; i < n; ++i) y[i] = factor * x[i];
}

}  // namespace

void PlaneMean(const Planes& planes, const float* x, float* y) {
  const std::size_t size = planes.height * planes.width;
  for (std::size_t p = 0; p < planes.count; ++p) {
    y[p] = static_cast<float>(SumOf(x + p * size, size) / static_cast<double>(size));
  }
}

void PlaneMean(const Pixels& pixels, const float* x, float* y) {
  const std::size_t size = pixels.height * pixels.width, channels = pixels.channels;
  std::vector<float> sums(channels);
  std::vector<double> totals(channels);
  for (std::size_t image = 0; image < pixels.images; ++image) {
    std::ranges::fill(totals, 0);
    for (std::size_t row = 0; row < size; row += kRows) {
      std::ranges::fill(sums, 0.0f);
      AddRows(x + (image * size + row) * channels, std::min(kRows, size - row), channels,
              sums.data());
      for (std::size_t c = 0; c < channels; ++c) totals[c] += sums[c];
    }
    for (std::size_t c = 0; c < channels; ++c) {
      y[image * channels + c] = static_cast<float>(totals[c] / static_cast<double>(size));
    }
  }
}

void PlaneMeanBackward(const Planes& planes, const float* y_gradient, float* x_gradient) {
  const std::size_t size = planes.height * planes.width;
  for (std::size_t p = 0; p < planes.count; ++p) {
    std::fill_n(x_gradient + p * size, size, y_gradient[p] / static_cast<float>(size));
  }
}

void PlaneMeanBackward(const Pixels& pixels, const float* y_gradient, float* x_gradient) {
  const std::size_t size = pixels.height * pixels.width, channels = pixels.channels;
  std::vector<float> pixel(channels);
  for (std::size_t image = 0; image < pixels.images; ++image) {
    Scale(y_gradient + image * channels, channels, 1 / static_cast<float>(size), pixel.data());
    float* out = x_gradient + image * size * channels;
    for (std::size_t k = 0; k < size; ++k) std::copy_n(pixel.data(), channels, out + k * channels);
  }
}

}  // namespace actsearch::kernels
