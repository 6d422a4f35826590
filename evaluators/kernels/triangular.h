// Products with lower triangular matrices, of which causal attention consists, on small arrays
// in the cache. All numbers of rows are multiples of kTriangleStep (padded with zeros); what
// lies above the diagonal of a triangular matrix counts as 0 beyond its block on the diagonal,
// and must be 0 in it where it is read. Sums go in the order of their index, so that results do not
// depend on threads. Pure; any thread.
#pragma once

#include <cstddef>

namespace actsearch::kernels {

inline constexpr std::size_t kTriangleStep = 16;

// out[i][j] = sum over k < depth of a[i][k] * b[k][j], for j up to the end of i's block. a: n x
// depth with rows `a_step` apart, b: depth x n, out: n x n.
void TriangleOfProduct(const float* a, std::size_t a_step, const float* b, std::size_t n,
                       std::size_t depth, float* out);

// out[i][c] = sum over j <= i of p[i][j] * b[j][c]. p: n x n; b, out: n x width, width a multiple
// of kTriangleStep.
void TriangleTimes(const float* p, const float* b, std::size_t n, std::size_t width, float* out);

// out[j][c] = sum over i >= j of p[i][j] * b[i][c]: the transposed triangle.
void TransposedTriangleTimes(const float* p, const float* b, std::size_t n, std::size_t width,
                             float* out);

}  // namespace actsearch::kernels
