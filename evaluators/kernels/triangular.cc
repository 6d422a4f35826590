#include "evaluators/kernels/triangular.h"

#include <cstring>

#include "search_spaces/base/cpu_copies.h"

namespace actsearch::kernels {
namespace {

constexpr std::size_t kRows = 8;  // that share what is loaded

// As wide as the widest instruction set; narrower ones use two or four registers for it.
typedef float Sixteen __attribute__((vector_size(kTriangleStep * sizeof(float))));

[[gnu::always_inline]] inline void Load(const float* p, Sixteen& v) {
  std::memcpy(&v, p, sizeof v);
}
[[gnu::always_inline]] inline void Store(const Sixteen& v, float* p) {
  std::memcpy(p, &v, sizeof v);
}

// out[r][0..16) = sum over k of a[r * a_row + k * a_column] * b[k * b_step ..], for kRows rows.
[[gnu::always_inline]] inline void RowsTimes(const float* a, std::size_t a_row,
                                             std::size_t a_column, const float* b,
                                             std::size_t b_step, std::size_t count, float* out,
                                             std::size_t out_step) {
  Sixteen sums[kRows] = {};
  for (std::size_t k = 0; k < count; ++k) {
    Sixteen shared;
    Load(b + k * b_step, shared);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kRows; ++r) sums[r] += a[r * a_row + k * a_column] * shared;
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kRows; ++r) Store(sums[r], out + r * out_step);
}

}  // namespace

ACTSEARCH_FOR_EACH_CPU
void TriangleOfProduct(const float* a, std::size_t a_step, const float* b, std::size_t n,
                       std::size_t depth, float* out) {
  for (std::size_t i = 0; i < n; i += kRows) {
    for (std::size_t j = 0; j <= i; j += kTriangleStep) {
      RowsTimes(a + i * a_step, a_step, 1, b + j, n, depth, out + i * n + j, n);
    }
  }
}

ACTSEARCH_FOR_EACH_CPU
void TriangleTimes(const float* p, const float* b, std::size_t n, std::size_t width, float* out) {
  for (std::size_t i = 0; i < n; i += kRows) {
    for (std::size_t c = 0; c < width; c += kTriangleStep) {
      RowsTimes(p + i * n, n, 1, b + c, width, i + kRows, out + i * width + c, width);
    }
  }
}

ACTSEARCH_FOR_EACH_CPU
void TransposedTriangleTimes(const float* p, const float* b, std::size_t n, std::size_t width,
                             float* out) {
  for (std::size_t j = 0; j < n; j += kRows) {
    for (std::size_t c = 0; c < width; c += kTriangleStep) {
      RowsTimes(p + j * n + j, 1, n, b + j * width + c, width, n - j, out + j * width + c, width);
    }
  }
}

}  // namespace actsearch::kernels
