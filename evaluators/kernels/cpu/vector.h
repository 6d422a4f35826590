// A vector of floats as wide as the instruction set this file is compiled for (g++'s
// and clang's vector extension), and the few operations that plain C++ does not reach.
// Included once for each instruction set, so everything has internal linkage.
//
// FusedMultiplySubtract: a b - c with one rounding; where there is no such instruction,
// the difference of the rounded product.
// Min, Max: the second argument when either is NaN, as x86 does it.
// Choose: a where the comparison holds, else b.
// MinusWord: a - b, wrapping around.
// Significand, Exponent, Scale: only where HasExponentOperations().
// ApproximateReciprocal: relative error under 2^-11 for normal numbers whose
// reciprocal is normal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

namespace actsearch::kernels::cpu {
namespace {

#if defined(__AVX512F__)
inline constexpr int kLanes = 16;
#elif defined(__AVX2__)
inline constexpr int kLanes = 8;
#else
inline constexpr int kLanes = 4;
#endif

typedef float Floats __attribute__((vector_size(kLanes * 4)));
typedef std::int32_t Ints __attribute__((vector_size(kLanes * 4)));
typedef std::uint32_t Words __attribute__((vector_size(kLanes * 4)));  // wrap around

#define ACTSEARCH_INLINE [[gnu::always_inline]] inline

#if defined(__FMA__)
inline constexpr bool kHasFma = true;  // a b + c with one rounding
#else
inline constexpr bool kHasFma = false;
#endif

// Loops are made before the processor is known.
ACTSEARCH_INLINE constexpr bool DividesFast() { return false; }

ACTSEARCH_INLINE Floats Load(const float* p) {
  Floats v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
ACTSEARCH_INLINE void Store(Floats v, float* p) { std::memcpy(p, &v, sizeof v); }
ACTSEARCH_INLINE Floats Broadcast(float value) { return Floats{} + value; }
ACTSEARCH_INLINE Ints BitsOf(Floats v) { return (Ints)v; }
ACTSEARCH_INLINE Floats FloatsOf(Ints bits) { return (Floats)bits; }
ACTSEARCH_INLINE Floats Choose(Ints condition, Floats a, Floats b) { return condition ? a : b; }
ACTSEARCH_INLINE Ints MinusWord(Ints a, std::uint32_t b) { return (Ints)((Words)a - b); }
ACTSEARCH_INLINE Floats ToFloats(Ints v) { return __builtin_convertvector(v, Floats); }
ACTSEARCH_INLINE Ints ToInts(Floats v) { return __builtin_convertvector(v, Ints); }

#if defined(__AVX512F__)
ACTSEARCH_INLINE Floats FusedMultiplySubtract(Floats a, Floats b, Floats c) {
  return (Floats)_mm512_fmsub_ps((__m512)a, (__m512)b, (__m512)c);
}
ACTSEARCH_INLINE Floats Min(Floats a, Floats b) {
  return (Floats)_mm512_min_ps((__m512)a, (__m512)b);
}
ACTSEARCH_INLINE Floats Max(Floats a, Floats b) {
  return (Floats)_mm512_max_ps((__m512)a, (__m512)b);
}
ACTSEARCH_INLINE Floats SquareRoot(Floats a) { return (Floats)_mm512_sqrt_ps((__m512)a); }
ACTSEARCH_INLINE Floats ApproximateReciprocal(Floats a) {
  return (Floats)_mm512_rcp14_ps((__m512)a);
}
ACTSEARCH_INLINE Floats Nearest(Floats a) {
  return (Floats)_mm512_roundscale_ps((__m512)a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
// A number's significand in [3/4, 3/2) and its exponent, for 0 and infinity too; and a 2^n for
// a whole n, right also where 2^n alone or the result is not normal.
ACTSEARCH_INLINE constexpr bool HasExponentOperations() { return true; }
ACTSEARCH_INLINE Floats Significand(Floats a) {
  return (Floats)_mm512_getmant_ps((__m512)a, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_nan);
}
ACTSEARCH_INLINE Floats Exponent(Floats a) { return (Floats)_mm512_getexp_ps((__m512)a); }
ACTSEARCH_INLINE Floats Scale(Floats a, Floats n) {
  return (Floats)_mm512_scalef_ps((__m512)a, (__m512)n);
}
#else
#if defined(__AVX2__)
ACTSEARCH_INLINE Floats FusedMultiplySubtract(Floats a, Floats b, Floats c) {
  return (Floats)_mm256_fmsub_ps((__m256)a, (__m256)b, (__m256)c);
}
ACTSEARCH_INLINE Floats Min(Floats a, Floats b) {
  return (Floats)_mm256_min_ps((__m256)a, (__m256)b);
}
ACTSEARCH_INLINE Floats Max(Floats a, Floats b) {
  return (Floats)_mm256_max_ps((__m256)a, (__m256)b);
}
ACTSEARCH_INLINE Floats SquareRoot(Floats a) { return (Floats)_mm256_sqrt_ps((__m256)a); }
ACTSEARCH_INLINE Floats ApproximateReciprocal(Floats a) { return (Floats)_mm256_rcp_ps((__m256)a); }
#else
ACTSEARCH_INLINE Floats FusedMultiplySubtract(Floats a, Floats b, Floats c) { return a * b - c; }
ACTSEARCH_INLINE Floats Min(Floats a, Floats b) { return a < b ? a : b; }
ACTSEARCH_INLINE Floats Max(Floats a, Floats b) { return a > b ? a : b; }
ACTSEARCH_INLINE Floats SquareRoot(Floats a) {
  for (int i = 0; i < kLanes; ++i) a[i] = __builtin_sqrtf(a[i]);
  return a;
}
ACTSEARCH_INLINE Floats ApproximateReciprocal(Floats a) { return 1.0f / a; }
#endif
ACTSEARCH_INLINE constexpr bool HasExponentOperations() { return false; }
ACTSEARCH_INLINE Floats Significand(Floats a) { return a; }
ACTSEARCH_INLINE Floats Exponent(Floats a) { return a; }
ACTSEARCH_INLINE Floats Scale(Floats a, Floats) { return a; }
// For |a| < 2^22: adding 1.5 * 2^23 leaves no fraction bits.
ACTSEARCH_INLINE Floats Nearest(Floats a) { return (a + 12582912.0f) - 12582912.0f; }
#endif

}  // namespace
}  // namespace actsearch::kernels::cpu
