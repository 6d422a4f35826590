// Device code in CUDA C++ that is also plain C++ once the macros and CUDA's built-ins
// have host definitions.
#include "evaluators/kernels/cuda/device_text.h"

namespace actsearch::kernels::cuda {

std::string_view TargetText() {
  return R"cuda(
#define DEVICE static __device__ __forceinline__
#define DEVICE_MEMBER __device__ __forceinline__
#define COLD_MEMBER __device__ __noinline__
#define SHARED __shared__
#define DYNAMIC_SHARED(name) extern __shared__ float4 name[]
#define ARGUMENT(Type) const __grid_constant__ Type
#define KERNEL extern "C" __global__ void __launch_bounds__(256)
)cuda";
}

std::string_view VocabularyText() {
  return R"cuda(
// ---- vocabulary, for float and double

DEVICE float Exp(float a) { return expf(a); }
DEVICE double Exp(double a) { return exp(a); }
DEVICE float Expm1(float a) { return expm1f(a); }
DEVICE double Expm1(double a) { return expm1(a); }
DEVICE float Log(float a) { return logf(a); }
DEVICE double Log(double a) { return log(a); }
DEVICE float Log1p(float a) { return log1pf(a); }
DEVICE double Log1p(double a) { return log1p(a); }
DEVICE float Sqrt(float a) { return sqrtf(a); }
DEVICE double Sqrt(double a) { return sqrt(a); }
DEVICE float Abs(float a) { return fabsf(a); }
DEVICE double Abs(double a) { return fabs(a); }
DEVICE float Sin(float a) { return sinf(a); }
DEVICE double Sin(double a) { return sin(a); }
DEVICE float Cos(float a) { return cosf(a); }
DEVICE double Cos(double a) { return cos(a); }
DEVICE float Sinh(float a) { return sinhf(a); }
DEVICE double Sinh(double a) { return sinh(a); }
DEVICE float Cosh(float a) { return coshf(a); }
DEVICE double Cosh(double a) { return cosh(a); }
DEVICE float Tanh(float a) { return tanhf(a); }
DEVICE double Tanh(double a) { return tanh(a); }
DEVICE float Asinh(float a) { return asinhf(a); }
DEVICE double Asinh(double a) { return asinh(a); }
DEVICE float Atan(float a) { return atanf(a); }
DEVICE double Atan(double a) { return atan(a); }
DEVICE float Erf(float a) { return erff(a); }
DEVICE double Erf(double a) { return erf(a); }
DEVICE float Erfc(float a) { return erfcf(a); }
DEVICE double Erfc(double a) { return erfc(a); }

template <class T>
DEVICE T Sign(T a) {
  return T(a > T(0)) - T(a < T(0));
}
template <class T>
DEVICE T Step(T a) {
  return a > T(0) ? T(1) : T(0);
}
template <class T>
DEVICE T Select(T condition, T a, T b) {
  return condition > T(0) ? a : b;
}
// NaN when either argument is.
template <class T>
DEVICE T Max(T a, T b) {
  return a > b || a != a ? a : b;
}
template <class T>
DEVICE T Min(T a, T b) {
  return a < b || a != a ? a : b;
}

// ---- what kernels add (ops.h, cpu/lane.h)

// a / b where b and 1 / b are normal numbers.
DEVICE float QuickDivide(float a, float b) { return __fdividef(a, b); }
DEVICE double QuickDivide(double a, double b) { return a / b; }

// e^a where it and its reciprocal are normal; 0 below, the largest such number above.
DEVICE float ExpCapped(float a) { return a < -87.3f ? 0.0f : expf(Min(a, 87.3f)); }
DEVICE double ExpCapped(double a) { return a < -708.0 ? 0.0 : exp(Min(a, 708.0)); }

template <class T>
DEVICE T Sigmoid(T a) {
  const T e = ExpCapped(a);
  return QuickDivide(e, e + T(1));
}
// Softplus of a, given e = ExpCapped(a); beyond the cap it is a.
template <class T>
DEVICE T SoftplusOf(T a, T e) {
  return Max(a, Log1p(e));
}
template <class T>
DEVICE T Softplus(T a) {
  return SoftplusOf(a, ExpCapped(a));
}

// e^(-a^2) with the rounding error of a^2, which e^ would magnify.
DEVICE float Gaussian(float a) {
  const float x = Min(1e4f, Max(-1e4f, a));
  const float square = __fmul_rn(x, x);
  const float lost = fmaf(x, x, -square);
  const float y = expf(-square);
  return y - y * lost;
}
DEVICE double Gaussian(double a) { return exp(-(a * a)); }

template <class T>
DEVICE T Sech(T a) {
  const T e = Exp(-Abs(a));
  return QuickDivide(e + e, e * e + T(1));
}

// e^(x^2) erfc(x) for x >= 0 as t p(t), t = 1 / (1 + x / 2), relative error 5e-8.
DEVICE float ErfcxOfPositive(float x) {
  const float t = QuickDivide(1.0f, x * 0.5f + 1.0f);
  float p = -5.921317392e-2f;
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
// erfc and erf of a, given g = e^(-a^2); the normal distribution function, given e^(-a^2 / 2).
DEVICE float ErfcOf(float a, float g) {
  const float tail = g * ErfcxOfPositive(fminf(1e6f, fabsf(a)));
  return a != a ? a : (a < 0 ? 2.0f - tail : tail);
}
DEVICE double ErfcOf(double a, double) { return erfc(a); }
DEVICE float NormalCdfOf(float a, float g) {
  const float tail = 0.5f * g * ErfcxOfPositive(fminf(1e6f, fabsf(a)) * 0.70710678118654752f);
  return a != a ? a : (a > 0 ? 1.0f - tail : tail);
}
DEVICE double NormalCdfOf(double a, double) { return 0.5 * erfc(-0.7071067811865476 * a); }
// Near 0 a p(a^2), relative error 4e-8.
DEVICE float ErfOf(float a, float g) {
  const float x = fminf(1e6f, fabsf(a));
  const float z = x * x;
  float p = 4.28179691022e-3f;
  p = p * z - 2.64744774713e-2f;
  p = p * z + 0.11276998973f;
  p = p * z - 0.37612221642f;
  p = p * z + 1.12837912561f;
  const float far = copysignf(1.0f - g * ErfcxOfPositive(x), a);
  return a != a ? a : (x < 0.7f ? p * a : far);
}
DEVICE double ErfOf(double a, double) { return erf(a); }

template <class T>
DEVICE bool IsFinite(T a) {
  return a - a == T(0);
}

// ---- storage: 16 bytes at a time where the address allows

struct Float32 {
  static constexpr int width = 4;
  static constexpr int bytes = 4;
};
struct Bfloat16 {
  static constexpr int width = 8;
  static constexpr int bytes = 2;
};

DEVICE float FromBfloat16(unsigned bits) { return __uint_as_float(bits << 16); }
// Nearest, even; NaN stays NaN.
DEVICE unsigned ToBfloat16(float a) {
  const unsigned bits = __float_as_uint(a);
  const unsigned rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  return (bits & 0x7fffffffu) > 0x7f800000u ? 0x7fc0u : rounded;
}

DEVICE float LoadOne(Float32, const void* from, unsigned i) {
  return static_cast<const float*>(from)[i];
}
DEVICE float LoadOne(Bfloat16, const void* from, unsigned i) {
  return FromBfloat16(static_cast<const unsigned short*>(from)[i]);
}
DEVICE void StoreOne(Float32, float a, void* to, unsigned i) { static_cast<float*>(to)[i] = a; }
DEVICE void StoreOne(Bfloat16, float a, void* to, unsigned i) {
  static_cast<unsigned short*>(to)[i] = static_cast<unsigned short>(ToBfloat16(a));
}

DEVICE void LoadVector(Float32, const void* from, unsigned i, float* out) {
  const float4 v = *reinterpret_cast<const float4*>(static_cast<const float*>(from) + i);
  out[0] = v.x, out[1] = v.y, out[2] = v.z, out[3] = v.w;
}
DEVICE void StoreVector(Float32, const float* in, void* to, unsigned i) {
  float4 v;
  v.x = in[0], v.y = in[1], v.z = in[2], v.w = in[3];
  *reinterpret_cast<float4*>(static_cast<float*>(to) + i) = v;
}
DEVICE void LoadVector(Bfloat16, const void* from, unsigned i, float* out) {
  const uint4 v = *reinterpret_cast<const uint4*>(static_cast<const unsigned short*>(from) + i);
  const unsigned pairs[4] = {v.x, v.y, v.z, v.w};
#pragma unroll
  for (int k = 0; k < 4; ++k) {
    out[2 * k] = FromBfloat16(pairs[k] & 0xffffu);
    out[2 * k + 1] = FromBfloat16(pairs[k] >> 16);
  }
}
DEVICE void StoreVector(Bfloat16, const float* in, void* to, unsigned i) {
  unsigned pairs[4];
#pragma unroll
  for (int k = 0; k < 4; ++k) pairs[k] = ToBfloat16(in[2 * k]) | ToBfloat16(in[2 * k + 1]) << 16;
  uint4 v;
  v.x = pairs[0], v.y = pairs[1], v.z = pairs[2], v.w = pairs[3];
  *reinterpret_cast<uint4*>(static_cast<unsigned short*>(to) + i) = v;
}

// Elements i, ..., i + n - 1 of at most S::width; the rest repeats the first.
template <class S>
DEVICE void Load(const void* from, unsigned i, unsigned n, bool whole, float* out) {
  if (whole) return LoadVector(S(), from, i, out);
#pragma unroll
  for (int k = 0; k < S::width; ++k) out[k] = LoadOne(S(), from, k < n ? i + k : i);
}
template <class S>
DEVICE void Store(const float* in, unsigned n, bool whole, void* to, unsigned i) {
  if (whole) return StoreVector(S(), in, to, i);
#pragma unroll
  for (int k = 0; k < S::width; ++k) {
    if (k < n) StoreOne(S(), in[k], to, i + k);
  }
}
)cuda";
}

}  // namespace actsearch::kernels::cuda
