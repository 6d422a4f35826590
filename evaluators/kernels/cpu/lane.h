// A vector of floats that speaks the vocabulary of search_spaces/expr/vocabulary.h, so
// that every primitive runs on it. No branches and no calls. Relative error of each
// function is a few units in the last place; NaN goes through, and arguments beyond the
// range of float give infinity or 0 as the double versions do. Polynomials are minimax
// fits in the forms that the comments name. Floats and Ints are those of the header that
// was included before: vector.h, or traced_vector.h.
#pragma once

#include <limits>

namespace actsearch::kernels::cpu {
namespace {

struct Lane {
  Floats v;

  Lane() = default;
  Lane(double value) : v(Broadcast(static_cast<float>(value))) {}  // NOLINT: the vocabulary's
  explicit Lane(Floats value) : v(value) {}
};

ACTSEARCH_INLINE Lane operator+(Lane a, Lane b) { return Lane(a.v + b.v); }
ACTSEARCH_INLINE Lane operator-(Lane a, Lane b) { return Lane(a.v - b.v); }
ACTSEARCH_INLINE Lane operator*(Lane a, Lane b) { return Lane(a.v * b.v); }
ACTSEARCH_INLINE Lane operator/(Lane a, Lane b) { return Lane(a.v / b.v); }
ACTSEARCH_INLINE Lane operator-(Lane a) { return Lane(-a.v); }

// ---- pieces

ACTSEARCH_INLINE Floats MagnitudeOf(Floats a) { return FloatsOf(BitsOf(a) & 0x7fffffff); }
// The magnitude of `a`, which is not negative, with the sign of `sign`.
ACTSEARCH_INLINE Floats WithSign(Floats a, Floats sign) {
  return FloatsOf(BitsOf(a) | (BitsOf(sign) & std::numeric_limits<std::int32_t>::min()));
}
// a 2^n for a whole n in [-252, 254], in two factors that are powers of two themselves where
// there is no operation for it.
ACTSEARCH_INLINE Floats ScaleByPowerOfTwo(Floats a, Floats n) {
  if (HasExponentOperations()) return Scale(a, n);
  const Ints whole = ToInts(n);
  const Ints half = whole >> 1;
  return a * FloatsOf((half + 127) << 23) * FloatsOf((whole - half + 127) << 23);
}
ACTSEARCH_INLINE Floats KeepNan(Floats a, Floats y) { return Choose(a == a, y, a); }

ACTSEARCH_INLINE Lane Abs(Lane a) { return Lane(MagnitudeOf(a.v)); }
ACTSEARCH_INLINE Lane Step(Lane a) { return Lane(Choose(a.v > 0, Broadcast(1), Floats{})); }
ACTSEARCH_INLINE Lane Sign(Lane a) {
  return Lane(Choose(a.v > 0, Broadcast(1), Floats{}) - Choose(a.v < 0, Broadcast(1), Floats{}));
}
ACTSEARCH_INLINE Lane Select(Lane c, Lane a, Lane b) { return Lane(Choose(c.v > 0, a.v, b.v)); }
// NaN from either side: Max gives its second argument when one is NaN.
ACTSEARCH_INLINE Lane Max(Lane a, Lane b) { return Lane(KeepNan(a.v, Max(a.v, b.v))); }
ACTSEARCH_INLINE Lane Min(Lane a, Lane b) { return Lane(KeepNan(a.v, Min(a.v, b.v))); }
ACTSEARCH_INLINE Lane Sqrt(Lane a) { return Lane(SquareRoot(a.v)); }

// a / b where b and 1 / b are normal numbers: the approximate reciprocal and one step of
// Newton, on most processors far cheaper than a division.
ACTSEARCH_INLINE Lane QuickDivide(Lane a, Lane b) {
  if (DividesFast()) return a / b;
  const Floats r = ApproximateReciprocal(b.v);
  const Floats q = a.v * r;
  return Lane(q + r * (a.v - q * b.v));
}

// ---- exponentials

struct Reduced {
  Floats n;  // whole
  Floats r;  // a - n ln(2), |r| <= ln(2) / 2
};

// a - n ln(2) for |n| < 152. With one rounding the error is that of ln(2) as a float, below
// 3e-7 at the ends of float's range; else ln(2) in two parts, the first of which is short.
ACTSEARCH_INLINE Floats MinusLog2(Floats a, Floats n) {
  if constexpr (kHasFma) return a - n * 0.693147180559945309f;
  return (a - n * 0.693359375f) - n * -2.12194440e-4f;
}

// `a` is clamped to where e^a passes the ends of float's range; NaN goes through.
ACTSEARCH_INLINE Reduced ReduceByLog2(Floats a, float highest = 89.0f) {
  const Floats c = Min(Broadcast(highest), Max(Broadcast(-104.0f), a));
  const Floats n = Nearest(c * 1.44269504088896341f);
  return {n, MinusLog2(c, n)};
}

// e^r for |r| <= ln(2) / 2 as 1 + r + r^2 p(r), relative error 1.1e-7.
ACTSEARCH_INLINE Floats ExpNearZero(Floats r) {
  Floats p = Broadcast(8.31250128937e-3f);
  p = p * r + 4.18903316839e-2f;
  p = p * r + 0.166671153893f;
  p = p * r + 0.499992303085f;
  p = p * r + 1.0f;
  return p * r + 1.0f;
}

// e^r - 1 for |r| <= ln(2) / 2 as r + r^2 p(r), relative error of e^r 2.7e-8.
ACTSEARCH_INLINE Floats Expm1NearZero(Floats r) {
  Floats p = Broadcast(1.31671383942e-3f);
  p = p * r + 8.35350035742e-3f;
  p = p * r + 4.16763644899e-2f;
  p = p * r + 0.166667102906f;
  p = p * r + 0.499999919799f;
  return r * r * p + r;
}

ACTSEARCH_INLINE Lane Exp(Lane a) {
  const Reduced x = ReduceByLog2(a.v);
  return Lane(ScaleByPowerOfTwo(ExpNearZero(x.r), x.n));
}

ACTSEARCH_INLINE Lane Expm1(Lane a) {
  const Reduced x = ReduceByLog2(a.v);
  const Floats small = Expm1NearZero(x.r);
  // 2^n - 1 is exact below 2^24 and 2^n beyond; 2^n itself may be infinite where e^a is not.
  const Floats power = ScaleByPowerOfTwo(Broadcast(1.0f), x.n);
  const Floats y = small * power + (power - 1.0f);
  const Floats large = ScaleByPowerOfTwo(small + 1.0f, x.n);
  return Lane(Choose(x.n > 30.0f, large, y));
}

// a = m 2^n with m in [3/4, 3/2) and whole n. m = 1 for 0 and infinity, where n is infinite;
// NaN below 0.
struct Parts {
  Floats m, n;
};

ACTSEARCH_INLINE Parts Split(Floats a) {
  if (HasExponentOperations()) return {Significand(a), Exponent(a * 1.33333337f)};
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  // Subnormal arguments are scaled up by 2^23 first.
  const auto tiny = a < 1.17549435e-38f;
  const Ints bits = MinusWord(BitsOf(Choose(tiny, a * 8388608.0f, a)), 0x3f400000u);  // of 3/4
  const Floats m = FloatsOf((bits & 0x007fffff) + 0x3f400000);
  Floats n = ToFloats(bits >> 23);
  n = Choose(tiny, n - 23.0f, n);
  n = Choose(a == kInfinity, Broadcast(kInfinity), n);
  n = Choose(a == 0.0f, Broadcast(-kInfinity), n);
  return {Choose(a >= 0.0f, m, Broadcast(std::numeric_limits<float>::quiet_NaN())), n};
}

// log(1 + f) + n ln(2) for f in [-1/4, 1/2] as f + f^2 p(f), relative error 3e-8.
ACTSEARCH_INLINE Floats LogNearOne(Floats f, Floats n) {
  Floats p = Broadcast(5.41325025249e-2f);
  p = p * f - 0.120673704598f;
  p = p * f + 0.149839164902f;
  p = p * f - 0.168228113368f;
  p = p * f + 0.199770772363f;
  p = p * f - 0.249934422746f;
  p = p * f + 0.333335485541f;
  p = p * f - 0.500000606491f;
  return n * 0.693147180559945309f + (f * f * p + f);
}

ACTSEARCH_INLINE Lane Log(Lane a) {
  const Parts x = Split(a.v);
  return Lane(LogNearOne(x.m - 1.0f, x.n));
}

// Where 1 + a is within a factor of 1 that needs no exponent, a itself keeps its digits;
// elsewhere the rounding of 1 + a is a small part of the logarithm.
ACTSEARCH_INLINE Lane Log1p(Lane a) {
  const Parts u = Split(a.v + 1.0f);
  const Floats f = Choose(u.n == 0.0f, a.v, u.m - 1.0f);
  return Lane(KeepNan(u.m, LogNearOne(f, u.n)));
}

// e^a, at most e^87.3, so that its reciprocal is normal: what sigmoid-like functions are
// made of.
ACTSEARCH_INLINE Lane ExpCapped(Lane a) {
  const Reduced x = ReduceByLog2(a.v, 87.3f);
  return Lane(ScaleByPowerOfTwo(ExpNearZero(x.r), x.n));
}

ACTSEARCH_INLINE Lane Sigmoid(Lane a) {
  const Lane e = ExpCapped(a);
  return QuickDivide(e, Lane(e.v + 1.0f));
}
// log1p(e) for e in [0, 1] as e p(e), relative error 3e-8.
ACTSEARCH_INLINE Floats Log1pUpToOne(Floats e) {
  Floats p = Broadcast(5.23269472495e-3f);
  p = p * e - 2.95052414815e-2f;
  p = p * e + 7.82259579189e-2f;
  p = p * e - 0.136632464775f;
  p = p * e + 0.191060071863f;
  p = p * e - 0.248429823608f;
  p = p * e + 0.33319096834f;
  p = p * e - 0.499994931426f;
  p = p * e + 0.99999996988f;
  return p * e;
}
// max(a, 0) + log1p(e^-|a|), given e = ExpCapped(a). The minimum is e where its reciprocal
// is infinite, or NaN for that.
ACTSEARCH_INLINE Lane SoftplusOf(Lane a, Lane e) {
  const Floats small = Min(QuickDivide(Lane(1.0f), e).v, e.v);
  return Lane(Max(Broadcast(0.0f), a.v) + Log1pUpToOne(small));
}
ACTSEARCH_INLINE Lane Softplus(Lane a) {
  const Floats e = Exp(Lane(-MagnitudeOf(a.v))).v;
  return Lane(Max(Broadcast(0.0f), a.v) + Log1pUpToOne(e));
}

// ---- hyperbolic

// What tanh and sech share: e = e^-|a|, m = e - 1 as 2^n (e^r - 1) + (2^n - 1), which keeps
// the digits near 0, and 1 + e^2.
struct Decay {
  Floats e, m, one_and_square;
};

ACTSEARCH_INLINE Decay DecayOf(Floats a) {
  const Reduced c = ReduceByLog2(-MagnitudeOf(a));
  const Floats small = Expm1NearZero(c.r);
  const Floats power = ScaleByPowerOfTwo(Broadcast(1.0f), c.n);
  const Floats m = small * power + (power - 1.0f);
  const Floats e = m + 1.0f;  // to the digits that a sum with 1 needs
  return {ScaleByPowerOfTwo(small + 1.0f, c.n), m, e * e + 1.0f};
}

// (1 - e) (1 + e) / (1 + e^2).
ACTSEARCH_INLINE Lane Tanh(Lane a) {
  const Decay x = DecayOf(a.v);
  const Floats difference = (0.0f - x.m) * (x.m + 2.0f);
  return Lane(WithSign(QuickDivide(Lane(difference), Lane(x.one_and_square)).v, a.v));
}

// 2 e / (1 + e^2).
ACTSEARCH_INLINE Lane Sech(Lane a) {
  const Decay x = DecayOf(a.v);
  return QuickDivide(Lane(x.e + x.e), Lane(x.one_and_square));
}

// (E + E / (E + 1)) / 2 with E = e^|a| - 1 keeps the digits near 0; beyond 20 the second
// factor is 1 and e^|a| is split, so that the result overflows where sinh does.
ACTSEARCH_INLINE Lane Sinh(Lane a) {
  const Floats x = MagnitudeOf(a.v);
  const Floats m = Expm1(Lane(Min(Broadcast(20.0f), x))).v;
  const Floats near = 0.5f * (m + QuickDivide(Lane(m), Lane(m + 1.0f)).v);
  const Floats root = Exp(Lane(0.5f * x)).v;
  const Floats y = Choose(x > 20.0f, (0.5f * root) * root, near);
  return Lane(KeepNan(a.v, WithSign(y, a.v)));
}

ACTSEARCH_INLINE Lane Cosh(Lane a) {
  const Floats root = Exp(Lane(0.5f * MagnitudeOf(a.v))).v;
  return Lane((0.5f * root) * root + 0.5f / (root * root));
}

// log1p(t), t = x + x^2 / (1 + sqrt(x^2 + 1)) for x = |a|; log(2 x) where x^2 would overflow.
ACTSEARCH_INLINE Lane Asinh(Lane a) {
  const Floats x = MagnitudeOf(a.v);
  const auto big = x > 1.0e8f;
  const Floats s = Choose(big, Floats{}, x);
  const Floats t = QuickDivide(Lane(s * s), Lane(SquareRoot(s * s + 1.0f) + 1.0f)).v + x;
  const Floats y = Log1p(Lane(t)).v + Choose(big, Broadcast(0.693147180559945309f), Floats{});
  return Lane(WithSign(y, a.v));
}

// ---- trigonometric

ACTSEARCH_INLINE Lane Atan(Lane a) {
  const Floats x = MagnitudeOf(a.v);
  const auto far = x > 2.414213562373095f;      // tan(3 pi / 8)
  const auto middle = x > 0.4142135623730950f;  // tan(pi / 8)
  const Floats start = Choose(far, Broadcast(1.5707963267948966f),
                              Choose(middle, Broadcast(0.7853981633974483f), Floats{}));
  const Floats top = Choose(far, Broadcast(-1.0f), Choose(middle, x - 1.0f, x));
  const Floats bottom = Choose(far, x, Choose(middle, x + 1.0f, Broadcast(1.0f)));
  // At infinity `middle` would give inf / inf, `far` gives -1 / inf.
  const Floats r = top / bottom;
  const Floats z = r * r;
  Floats p = Broadcast(8.05374449538e-2f);
  p = p * z - 1.38776856032e-1f;
  p = p * z + 1.99777106478e-1f;
  p = p * z - 3.33329491539e-1f;
  return Lane(KeepNan(a.v, WithSign((p * z * r + r) + start, a.v)));
}

// (-1)^n sin(a - m pi) for m = n or n + 1/2: the sine of a remainder of at most pi / 2,
// r + r^3 p(r^2), relative error 6e-9. Beyond 2^20 a float is coarser than the wave and
// the remainder means nothing; its bounds keep the result a sine's.
ACTSEARCH_INLINE Floats SineOfRemainder(Floats a, Floats n, Floats m) {
  // pi in three parts, the first two short enough for exact products with small m.
  Floats r = a - m * 3.140625f;
  r = r - m * 9.67502593994140625e-4f;
  r = r - m * 1.509957990978376432e-7f;
  r = Min(Broadcast(1.6f), Max(Broadcast(-1.6f), r));
  const Floats z = r * r;
  Floats p = Broadcast(2.60563113346e-6f);
  p = p * z - 1.9809538971e-4f;
  p = p * z + 8.33306542992e-3f;
  p = p * z - 0.166666595212f;
  const Floats sine = p * (z * r) + r;
  return FloatsOf(BitsOf(sine) ^ (ToInts(n) << 31));
}
ACTSEARCH_INLINE Lane Sin(Lane a) {
  const Floats n = Nearest(a.v * 0.318309886183790672f);
  return Lane(SineOfRemainder(a.v, n, n));
}
// -sin(a - pi / 2).
ACTSEARCH_INLINE Lane Cos(Lane a) {
  const Floats n = Nearest(a.v * 0.318309886183790672f - 0.5f);
  return Lane(-SineOfRemainder(a.v, n, n + 0.5f));
}

// ---- error function

// With the rounding error of a^2, which e^ would magnify. From 1e4 on the result is 0.
ACTSEARCH_INLINE Lane Gaussian(Lane a) {
  const Floats x = Min(Broadcast(1e4f), Max(Broadcast(-1e4f), a.v));
  const Floats square = x * x;
  const Floats lost = FusedMultiplySubtract(x, x, square);
  const Floats y = Exp(Lane(-square)).v;
  return Lane(y - y * lost);
}

// e^(x^2) erfc(x) for x >= 0 as t p(t), t = 1 / (1 + x / 2), relative error 5e-8.
ACTSEARCH_INLINE Floats ErfcxOfPositive(Floats x) {
  const Floats t = QuickDivide(Lane(Broadcast(1.0f)), Lane(x * 0.5f + 1.0f)).v;
  Floats p = Broadcast(-5.921317392e-2f);
  p = p * t + 0.2852796222f;
  p = p * t - 0.4886612355f;
  p = p * t + 0.2797416837f;
  p = p * t - 2.778111555e-2f;
  p = p * t + 0.2031765557f;
  p = p * t + 0.2429798044f;
  p = p * t + 0.2823923718f;
  p = p * t + 0.2820854439f;
  return p * t;
}

// erfc and erf of a, given g = e^(-a^2).
ACTSEARCH_INLINE Lane ErfcOf(Lane a, Lane g) {
  const Floats x = Min(Broadcast(1e6f), MagnitudeOf(a.v));
  const Floats tail = g.v * ErfcxOfPositive(x);
  return Lane(KeepNan(a.v, Choose(a.v < 0, 2.0f - tail, tail)));
}
// The normal distribution function of a, given g = e^(-a^2 / 2).
ACTSEARCH_INLINE Lane NormalCdfOf(Lane a, Lane g) {
  const Floats x = Min(Broadcast(1e6f), MagnitudeOf(a.v)) * 0.70710678118654752f;
  const Floats tail = 0.5f * g.v * ErfcxOfPositive(x);
  return Lane(KeepNan(a.v, Choose(a.v > 0, 1.0f - tail, tail)));
}
// Near 0 a p(a^2), relative error 4e-8.
ACTSEARCH_INLINE Lane ErfOf(Lane a, Lane g) {
  const Floats x = Min(Broadcast(1e6f), MagnitudeOf(a.v));
  const Floats z = x * x;
  Floats p = Broadcast(4.28179691022e-3f);
  p = p * z - 2.64744774713e-2f;
  p = p * z + 0.11276998973f;
  p = p * z - 0.37612221642f;
  p = p * z + 1.12837912561f;
  const Floats far = WithSign(1.0f - g.v * ErfcxOfPositive(x), a.v);
  return Lane(KeepNan(a.v, Choose(x < 0.7f, p * a.v, far)));
}
ACTSEARCH_INLINE Lane Erf(Lane a) { return ErfOf(a, Gaussian(a)); }
ACTSEARCH_INLINE Lane Erfc(Lane a) { return ErfcOf(a, Gaussian(a)); }

}  // namespace
}  // namespace actsearch::kernels::cpu
