// What kernels compute with: the primitives of the language, and fused operations that
// only kernels know, because they share work between a value and its slopes or save a
// pass over memory. An OpId below expr::kPrimitiveCount is that primitive, the next ones
// are rows of FusedList. Constant; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include "search_spaces/expr/primitives.h"

namespace actsearch::kernels {

using OpId = std::uint16_t;

// What Lane (cpu/lane.h) has beyond the vocabulary, for double.
inline double QuickDivide(double a, double b) { return a / b; }
inline double ExpCapped(double a) { return expr::Exp(expr::Min(a, 87.3)); }
inline double Gaussian(double a) { return expr::Exp(-(a * a)); }
inline double Sech(double a) {
  const double e = expr::Exp(-expr::Abs(a));
  return 2 * e / (1 + e * e);
}
inline double SoftplusOf(double a, double e) { return expr::Max(a, expr::Log1p(e)); }
inline double NormalCdfOf(double a, double) { return 0.5 * expr::Erfc(-0.7071067811865476 * a); }
inline double ErfOf(double a, double) { return expr::Erf(a); }
inline double ErfcOf(double a, double) { return expr::Erfc(a); }

namespace fused {

using expr::Max;  // of double, which argument-dependent lookup does not find
using expr::Min;
using expr::Select;
using expr::rows::Text;

struct FmaRow {  // a * b + c
  static constexpr Text name = "fma";
  static constexpr int arity = 3, cost = 1;
  template <class T>
  static T Apply(const T& a, const T& b, const T& c) {
    return a * b + c;
  }
};
struct FnmaRow {  // c - a * b
  static constexpr Text name = "fnma";
  static constexpr int arity = 3, cost = 1;
  template <class T>
  static T Apply(const T& a, const T& b, const T& c) {
    return c - a * b;
  }
};
struct FmsRow {  // a * b - c
  static constexpr Text name = "fms";
  static constexpr int arity = 3, cost = 1;
  template <class T>
  static T Apply(const T& a, const T& b, const T& c) {
    return a * b - c;
  }
};
struct MulMulRow {  // a * b * c
  static constexpr Text name = "mul_mul";
  static constexpr int arity = 3, cost = 1;
  template <class T>
  static T Apply(const T& a, const T& b, const T& c) {
    return a * b * c;
  }
};
struct AddMulRow {  // (a + b) * c
  static constexpr Text name = "add_mul";
  static constexpr int arity = 3, cost = 1;
  template <class T>
  static T Apply(const T& a, const T& b, const T& c) {
    return (a + b) * c;
  }
};
struct SubMulRow {  // (a - b) * c
  static constexpr Text name = "sub_mul";
  static constexpr int arity = 3, cost = 1;
  template <class T>
  static T Apply(const T& a, const T& b, const T& c) {
    return (a - b) * c;
  }
};
struct CopyRow {  // a, as an output that no other operation writes
  static constexpr Text name = "copy";
  static constexpr int arity = 1, cost = 1;
  template <class T>
  static T Apply(const T& a) {
    return a;
  }
};
struct MaskRow {  // b where a > 0, else 0
  static constexpr Text name = "mask";
  static constexpr int arity = 2, cost = 1;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return Select(a, b, T(0));
  }
};
struct DivOrNanRow {  // a / b, NaN where b is infinite
  static constexpr Text name = "div_or_nan";
  static constexpr int arity = 2, cost = 5;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return a / b + (b - b);
  }
};
struct GaussianRow {  // e^(-a^2)
  static constexpr Text name = "gaussian_of";
  static constexpr int arity = 1, cost = 9;
  template <class T>
  static T Apply(const T& a) {
    return Gaussian(a);
  }
};
struct SechRow {
  static constexpr Text name = "sech_of";
  static constexpr int arity = 1, cost = 12;
  template <class T>
  static T Apply(const T& a) {
    return Sech(a);
  }
};

// ---- of e = exp_capped(a), which value and slopes of sigmoid-like functions share

struct ExpCappedRow {
  static constexpr Text name = "exp_capped";
  static constexpr int arity = 1, cost = 8;
  template <class T>
  static T Apply(const T& a) {
    return ExpCapped(a);
  }
};
struct SigmoidOfRow {  // sigmoid(a)
  static constexpr Text name = "sigmoid_of";
  static constexpr int arity = 1, cost = 3;
  template <class T>
  static T Apply(const T& e) {
    return QuickDivide(e, e + T(1));
  }
};
struct SigmoidNegOfRow {  // sigmoid(-a)
  static constexpr Text name = "sigmoid_neg_of";
  static constexpr int arity = 1, cost = 3;
  template <class T>
  static T Apply(const T& e) {
    return QuickDivide(T(1), e + T(1));
  }
};
struct SoftplusOfRow {  // softplus(a); beyond the cap of e it is a
  static constexpr Text name = "softplus_of";
  static constexpr int arity = 2, cost = 8;
  template <class T>
  static T Apply(const T& a, const T& e) {
    return SoftplusOf(a, e);
  }
};
// tanh(softplus(a)) = n / (n + 2) with n = e (e + 2), 1 to all digits from e = 1e9 on; and
// sech(softplus(a)) = 2 / (d + 1 / d) with d = 1 + e.
struct TanhSoftplusOfRow {
  static constexpr Text name = "tanh_softplus_of";
  static constexpr int arity = 1, cost = 5;
  template <class T>
  static T Apply(const T& e) {
    const T c = Min(e, T(1e9));
    const T n = c * (c + T(2));
    return QuickDivide(n, n + T(2));
  }
};
struct SechSoftplusOfRow {
  static constexpr Text name = "sech_softplus_of";
  static constexpr int arity = 1, cost = 6;
  template <class T>
  static T Apply(const T& e) {
    const T d = e + T(1);
    return QuickDivide(T(2), d + QuickDivide(T(1), d));
  }
};

// sigmoid(a) sech(softplus(a))^2, the slope of tanh(softplus(a)).
struct TanhSoftplusSlopeOfRow {
  static constexpr Text name = "tanh_softplus_slope_of";
  static constexpr int arity = 1, cost = 6;
  template <class T>
  static T Apply(const T& e) {
    const T c = Min(e, T(1e18));
    const T half = c * (c + T(2)) * T(0.5) + T(1);
    return QuickDivide(c, half) * QuickDivide(c + T(1), half);
  }
};

// ---- of g = gaussian(a), which the error function and its slope share; the normal
// distribution function and its density share g = gaussian(a / sqrt(2))

struct ErfOfRow {
  static constexpr Text name = "erf_of";
  static constexpr int arity = 2, cost = 9;
  template <class T>
  static T Apply(const T& a, const T& g) {
    return ErfOf(a, g);
  }
};
struct NormalCdfOfRow {
  static constexpr Text name = "normal_cdf_of";
  static constexpr int arity = 2, cost = 7;
  template <class T>
  static T Apply(const T& a, const T& g) {
    return NormalCdfOf(a, g);
  }
};
struct ErfcOfRow {
  static constexpr Text name = "erfc_of";
  static constexpr int arity = 2, cost = 7;
  template <class T>
  static T Apply(const T& a, const T& g) {
    return ErfcOf(a, g);
  }
};

}  // namespace fused

using FusedList =
    std::tuple<fused::FmaRow, fused::FnmaRow, fused::FmsRow, fused::MulMulRow, fused::AddMulRow,
               fused::SubMulRow, fused::CopyRow, fused::MaskRow, fused::DivOrNanRow,
               fused::GaussianRow, fused::SechRow, fused::ExpCappedRow, fused::SigmoidOfRow,
               fused::SigmoidNegOfRow, fused::SoftplusOfRow, fused::TanhSoftplusOfRow,
               fused::SechSoftplusOfRow, fused::TanhSoftplusSlopeOfRow, fused::ErfOfRow,
               fused::ErfcOfRow, fused::NormalCdfOfRow>;

inline constexpr std::size_t kFusedCount = std::tuple_size_v<FusedList>;
inline constexpr std::size_t kOpCount = expr::kPrimitiveCount + kFusedCount;

// The id of a fused operation: FusedId<fused::FmaRow>().
template <class Row>
constexpr OpId FusedId() {
  return []<std::size_t... I>(std::index_sequence<I...>) {
    std::size_t id = 0;
    ((std::is_same_v<Row, std::tuple_element_t<I, FusedList>> ? id = I : id), ...);
    return static_cast<OpId>(expr::kPrimitiveCount + id);
  }
  (std::make_index_sequence<kFusedCount>());
}

// One operation, of either list, on a number type that speaks the vocabulary
// (search_spaces/expr/vocabulary.h) and what is added to it above.
template <class T>
T ApplyOp(OpId op, const T* args) {
  static constexpr auto fused = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<T (*)(const T*), kFusedCount>{[](const T* a) {
      using Row = std::tuple_element_t<I, FusedList>;
      if constexpr (Row::arity == 1) {
        return Row::template Apply<T>(a[0]);
      } else if constexpr (Row::arity == 2) {
        return Row::template Apply<T>(a[0], a[1]);
      } else {
        return Row::template Apply<T>(a[0], a[1], a[2]);
      }
    }...};
  }
  (std::make_index_sequence<kFusedCount>());
  if (op < expr::kPrimitiveCount) return expr::ApplyPrimitive<T>(op, args);
  return fused[op - expr::kPrimitiveCount](args);
}

struct OpRow {
  std::string_view name;
  int arity = 0;
  int cost = 0;  // relative to an addition
  double (*apply)(const double* args) = nullptr;
};

// By OpId.
std::span<const OpRow> Ops();

}  // namespace actsearch::kernels
