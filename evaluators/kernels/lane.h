// A float that speaks the vocabulary of search_spaces/expr/vocabulary.h without
// branches and without calls, so that the compiler turns a loop over a primitive
// into SIMD code for whatever the processor has. Used by lane_program.cc only.
//
// Relative error of each function is a few units in the last place (see
// tests/unit/evaluators/lane_program_test.cc); NaN goes through, and arguments
// beyond the range of float give infinity or 0 as the double versions do.
// Polynomial coefficients: Cephes single precision (S. Moshier, 1992).
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace actsearch::kernels {

struct Lane {
  float v = 0;

  Lane() = default;
  Lane(double value) : v(static_cast<float>(value)) {}  // NOLINT: the vocabulary asks for it
};

#define ACTSEARCH_LANE [[gnu::always_inline]] inline

ACTSEARCH_LANE Lane Of(float value) {
  Lane lane;
  lane.v = value;
  return lane;
}
ACTSEARCH_LANE std::int32_t BitsOf(float value) { return std::bit_cast<std::int32_t>(value); }
ACTSEARCH_LANE float FloatOf(std::int32_t bits) { return std::bit_cast<float>(bits); }

ACTSEARCH_LANE Lane operator+(Lane a, Lane b) { return Of(a.v + b.v); }
ACTSEARCH_LANE Lane operator-(Lane a, Lane b) { return Of(a.v - b.v); }
ACTSEARCH_LANE Lane operator*(Lane a, Lane b) { return Of(a.v * b.v); }
ACTSEARCH_LANE Lane operator/(Lane a, Lane b) { return Of(a.v / b.v); }
ACTSEARCH_LANE Lane operator-(Lane a) { return Of(-a.v); }

ACTSEARCH_LANE Lane Abs(Lane a) { return Of(FloatOf(BitsOf(a.v) & 0x7fffffff)); }
ACTSEARCH_LANE Lane Sign(Lane a) { return Of((a.v > 0 ? 1.0f : 0.0f) - (a.v < 0 ? 1.0f : 0.0f)); }
ACTSEARCH_LANE Lane Step(Lane a) { return Of(a.v > 0 ? 1.0f : 0.0f); }
ACTSEARCH_LANE Lane Select(Lane c, Lane a, Lane b) { return Of(c.v > 0 ? a.v : b.v); }
// The larger with NaN from either side: `a > b ? a : b` gives b when a is NaN.
ACTSEARCH_LANE Lane Max(Lane a, Lane b) {
  const float larger = a.v > b.v ? a.v : b.v;
  return Of(a.v != a.v ? a.v : larger);
}
ACTSEARCH_LANE Lane Min(Lane a, Lane b) {
  const float smaller = a.v < b.v ? a.v : b.v;
  return Of(a.v != a.v ? a.v : smaller);
}
ACTSEARCH_LANE Lane Sqrt(Lane a) { return Of(__builtin_sqrtf(a.v)); }

// `a` with the sign of `sign`, for a >= 0.
ACTSEARCH_LANE float WithSign(float a, float sign) {
  return FloatOf(BitsOf(a) | (BitsOf(sign) & static_cast<std::int32_t>(0x80000000u)));
}

// The nearest whole number, for |a| < 2^22; adding 1.5 * 2^23 leaves no fraction bits.
ACTSEARCH_LANE float Nearest(float a) {
  constexpr float kShift = 12582912.0f;
  return (a + kShift) - kShift;
}

// 2^n for a whole n in [-126, 127].
ACTSEARCH_LANE float PowerOfTwo(float n) {
  return FloatOf((static_cast<std::int32_t>(n) + 127) << 23);
}

// e^r - 1 for |r| <= ln(2) / 2 is r + r^2 * this.
ACTSEARCH_LANE float ExpTail(float r) {
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  return p * r + 5.0000001201e-1f;
}

struct Reduced {
  float n;  // whole
  float r;  // a - n ln(2), |r| <= ln(2) / 2
};

// `a` is clamped so that 2^n is a product of two floats; NaN gives the lower bound.
ACTSEARCH_LANE Reduced ReduceByLog2(float a) {
  float c = a > -104.0f ? a : -104.0f;
  c = c < 89.0f ? c : 89.0f;
  const float n = Nearest(c * 1.44269504088896341f);
  return {n, (c - n * 0.693359375f) - n * -2.12194440e-4f};
}

ACTSEARCH_LANE Lane Exp(Lane a) {
  const Reduced x = ReduceByLog2(a.v);
  const float half = Nearest(x.n * 0.5f);
  const float y = 1.0f + (x.r + x.r * x.r * ExpTail(x.r));
  // Two factors, because 2^n alone may leave float's range where the product does not.
  const float result = y * PowerOfTwo(half) * PowerOfTwo(x.n - half);
  return Of(a.v != a.v ? a.v : result);
}

ACTSEARCH_LANE Lane Expm1(Lane a) {
  const Reduced x = ReduceByLog2(a.v);
  const float small = x.r + x.r * x.r * ExpTail(x.r);  // e^r - 1
  const float half = Nearest(x.n * 0.5f);
  const float scale = PowerOfTwo(half);
  const float rest = PowerOfTwo(x.n - half);
  const float result = small * scale * rest + (scale * rest - 1.0f);
  const float large = (small + 1.0f) * scale * rest;  // 2^n may be infinite alone
  const float value = a.v > 80.0f ? large : result;
  return Of(a.v != a.v ? a.v : value);
}

// log(1 + f) for 1 + f in [sqrt(1/2), sqrt(2)].
ACTSEARCH_LANE float LogNearOne(float f, float n) {
  float p = 7.0376836292e-2f;
  p = p * f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  const float f2 = f * f;
  float y = f * f2 * p;
  y += n * -2.12194440e-4f;
  y += -0.5f * f2;
  return (f + y) + n * 0.693359375f;
}

ACTSEARCH_LANE Lane Log(Lane a) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  // Subnormal arguments are scaled up by 2^23 first.
  const bool tiny = a.v < 1.17549435e-38f;
  const float x = tiny ? a.v * 8388608.0f : a.v;
  const auto bits = static_cast<std::int32_t>(static_cast<std::uint32_t>(BitsOf(x)) -
                                              0x3f3504f3u);  // of sqrt(1/2); may wrap
  const std::int32_t exponent = bits >> 23;
  const float m = FloatOf((bits & 0x007fffff) + 0x3f3504f3);
  const float n = static_cast<float>(exponent) - (tiny ? 23.0f : 0.0f);
  float y = LogNearOne(m - 1.0f, n);
  y = a.v == kInfinity ? kInfinity : y;
  y = a.v == 0.0f ? -kInfinity : y;
  y = a.v < 0.0f ? std::numeric_limits<float>::quiet_NaN() : y;
  return Of(a.v != a.v ? a.v : y);
}

// log(u) + (a - (u - 1)) / u with u = 1 + a: the second term is the rounding error of u
// (Higham 2002, section 1.14.1, in the additive form).
ACTSEARCH_LANE Lane Log1p(Lane a) {
  const float u = 1.0f + a.v;
  const float lost = a.v - (u - 1.0f);
  const float y = Log(Of(u)).v;
  const bool exact = u == std::numeric_limits<float>::infinity() || u == 0.0f;
  const float corrected = y + lost / (exact ? 1.0f : u);
  return Of(exact ? y : corrected);
}

ACTSEARCH_LANE Lane Sigmoid(Lane a) {
  const float e = Exp(-Abs(a)).v;
  return Of((a.v < 0 ? e : 1.0f) / (1.0f + e));
}

ACTSEARCH_LANE Lane Softplus(Lane a) { return Max(a, Of(0.0f)) + Log1p(Exp(-Abs(a))); }

// (1 - e^-2|a|) / (1 + e^-2|a|) with expm1, so that no digits are lost near 0.
ACTSEARCH_LANE Lane Tanh(Lane a) {
  const float m = Expm1(Of(-2.0f * Abs(a).v)).v;  // in (-1, 0]
  const float y = -m / (2.0f + m);
  return Of(a.v != a.v ? a.v : WithSign(y, a.v));
}

// (E + E / (E + 1)) / 2 with E = e^|a| - 1 keeps the digits near 0; beyond 20 the second
// factor is 1 and e^|a| is split, so that the result overflows where sinh does.
ACTSEARCH_LANE Lane Sinh(Lane a) {
  const float x = Abs(a).v;
  const float m = Expm1(Of(x > 20.0f ? 20.0f : x)).v;
  const float near = 0.5f * (m + m / (m + 1.0f));
  const float root = Exp(Of(0.5f * x)).v;
  const float y = x > 20.0f ? (0.5f * root) * root : near;
  return Of(a.v != a.v ? a.v : WithSign(y, a.v));
}

ACTSEARCH_LANE Lane Cosh(Lane a) {
  const float root = Exp(Of(0.5f * Abs(a).v)).v;
  return Of((0.5f * root) * root + 0.5f / (root * root));
}

// log1p(t), t = x + x^2 / (1 + sqrt(x^2 + 1)) for x = |a|, with log1p as above; log(2 x)
// where x^2 would overflow.
ACTSEARCH_LANE Lane Asinh(Lane a) {
  const float x = Abs(a).v;
  const bool big = x > 1.0e8f;
  const float s = big ? 1.0f : x;
  const float t = s + s * s / (1.0f + __builtin_sqrtf(s * s + 1.0f));
  const float u = 1.0f + t;
  const float rest = big ? 0.693147180559945309f : (t - (u - 1.0f)) / u;
  const float y = Log(Of(big ? x : u)).v + rest;
  return Of(a.v != a.v ? a.v : WithSign(y, a.v));
}

ACTSEARCH_LANE Lane Atan(Lane a) {
  const float x = Abs(a).v;
  const bool far = x > 2.414213562373095f;      // tan(3 pi / 8)
  const bool middle = x > 0.4142135623730950f;  // tan(pi / 8)
  const float start = far ? 1.5707963267948966f : (middle ? 0.7853981633974483f : 0.0f);
  const float top = far ? -1.0f : (middle ? x - 1.0f : x);
  const float bottom = far ? x : (middle ? x + 1.0f : 1.0f);
  // At infinity `middle` would give inf / inf, `far` gives -1 / inf.
  const float r = top / bottom;
  const float z = r * r;
  float p = 8.05374449538e-2f;
  p = p * z - 1.38776856032e-1f;
  p = p * z + 1.99777106478e-1f;
  p = p * z - 3.33329491539e-1f;
  return Of(a.v != a.v ? a.v : WithSign(start + (p * z * r + r), a.v));
}

// sin(r) and cos(r) for |r| <= pi / 4.
ACTSEARCH_LANE float SinNearZero(float r) {
  const float z = r * r;
  return ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * r + r;
}
ACTSEARCH_LANE float CosNearZero(float r) {
  const float z = r * r;
  const float p = (2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f;
  return p * z * z - 0.5f * z + 1.0f;
}

// sin(a + quarter * pi / 2). Beyond 2^20 a float is coarser than the wave; the argument
// is clamped there, since the reduction below would lose its meaning.
ACTSEARCH_LANE float SinShifted(float a, std::int32_t quarter) {
  constexpr float kLimit = 1048576.0f;
  float x = a < kLimit ? a : kLimit;
  x = x > -kLimit ? x : -kLimit;
  const float n = Nearest(x * 0.636619772367581f);
  // pi / 2 in three parts, the first two short enough for exact products with small n.
  float r = x - n * 1.5703125f;
  r = r - n * 4.837512969970703125e-4f;
  r = r - n * 7.54978995489188216e-8f;
  const std::int32_t octant = static_cast<std::int32_t>(n) + quarter;
  const float wave = (octant & 1) != 0 ? CosNearZero(r) : SinNearZero(r);
  const float y = (octant & 2) != 0 ? -wave : wave;
  const bool finite = a - a == 0.0f;
  return finite ? y : std::numeric_limits<float>::quiet_NaN();
}
ACTSEARCH_LANE Lane Sin(Lane a) { return Of(SinShifted(a.v, 0)); }
ACTSEARCH_LANE Lane Cos(Lane a) { return Of(SinShifted(a.v, 1)); }

// erf(a) for |a| <= 1.
ACTSEARCH_LANE float ErfNearZero(float a) {
  const float z = a * a;
  float p = 7.853861353153693e-5f;
  p = p * z - 8.010193625184903e-4f;
  p = p * z + 5.188327685732524e-3f;
  p = p * z - 2.685381193529856e-2f;
  p = p * z + 1.128358514861418e-1f;
  p = p * z - 3.761262582423300e-1f;
  p = p * z + 1.128379165726710f;
  return p * a;
}

// x e^(x^2) erfc(x) as a polynomial in y = 1 / x^2, for x in [1, 2] and x >= 2.
ACTSEARCH_LANE float ErfcScaled(float y, bool beyond_two) {
  float near = 2.326819970068386e-2f;
  near = near * y - 1.387039388740657e-1f;
  near = near * y + 3.687424674597105e-1f;
  near = near * y - 5.824733027278666e-1f;
  near = near * y + 6.210004621745983e-1f;
  near = near * y - 4.944515323274145e-1f;
  near = near * y + 3.404879937665872e-1f;
  near = near * y - 2.741127028184656e-1f;
  near = near * y + 5.638259427386472e-1f;
  float far = -1.047766399936249e+1f;
  far = far * y + 1.297719955372516e+1f;
  far = far * y - 7.495518717768503f;
  far = far * y + 2.921019019210786f;
  far = far * y - 1.015265279202700f;
  far = far * y + 4.218463358204948e-1f;
  far = far * y - 2.820767439740514e-1f;
  far = far * y + 5.641895067754075e-1f;
  return beyond_two ? far : near;
}

// erfc(x) for x >= 1.
ACTSEARCH_LANE float ErfcTail(float x) {
  const float q = 1.0f / x;
  return Exp(Of(-x * x)).v * q * ErfcScaled(q * q, x >= 2.0f);
}
ACTSEARCH_LANE Lane Erf(Lane a) {
  const float x = Abs(a).v;
  const bool near = x < 1.0f;
  const float y = near ? ErfNearZero(x) : 1.0f - ErfcTail(near ? 1.0f : x);
  return Of(a.v != a.v ? a.v : WithSign(y, a.v));
}
ACTSEARCH_LANE Lane Erfc(Lane a) {
  const float x = Abs(a).v;
  const bool near = x < 1.0f;
  const float tail = ErfcTail(near ? 1.0f : x);
  const float y = near ? 1.0f - ErfNearZero(a.v) : (a.v < 0 ? 2.0f - tail : tail);
  return Of(a.v != a.v ? a.v : y);
}

}  // namespace actsearch::kernels
