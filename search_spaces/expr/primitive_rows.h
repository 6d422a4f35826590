// Every primitive, once: a struct with its name, text form, derivatives, cost,
// probe domain and its function over any number type (vocabulary.h). A new
// primitive is a struct here and its name in PrimitiveList; all else follows.
// Derivatives are text in the language itself over the argument names a, b, c.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "search_spaces/expr/vocabulary.h"

namespace actsearch::expr {

// How a primitive is written: f(a, b), -a, or a + b.
enum class Form : std::uint8_t { kCall, kPrefix, kInfix };

// f(-a) = f(a), or f(-a) = -f(a), of a primitive with one argument.
enum class Parity : std::uint8_t { kNone, kEven, kOdd };

namespace rows {

// What a row says when it does not say otherwise. Cost is relative to an addition.
struct Row {
  static constexpr Form form = Form::kCall;
  static constexpr std::string_view symbol = "";
  static constexpr int precedence = 0;  // of an infix or prefix form; more binds tighter
  static constexpr bool commutative = false;
  static constexpr bool nonnegative = false;  // wherever it is not NaN
  static constexpr Parity parity = Parity::kNone;
  static constexpr int cost = 1;
  // The function and its derivatives are finite for arguments in [low, high].
  static constexpr double low = -4;
  static constexpr double high = 4;
};

using Text = std::string_view;
template <class... Texts>
constexpr std::array<Text, sizeof...(Texts)> Derivatives(Texts... texts) {
  return {Text(texts)...};
}

// ---- arithmetic

struct AddRow : Row {
  static constexpr Text name = "add";
  static constexpr Text doc = "a + b";
  static constexpr auto derivative = Derivatives("1", "1");
  static constexpr Form form = Form::kInfix;
  static constexpr Text symbol = "+";
  static constexpr int precedence = 1;
  static constexpr bool commutative = true;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return a + b;
  }
};

struct SubRow : Row {
  static constexpr Text name = "sub";
  static constexpr Text doc = "a - b";
  static constexpr auto derivative = Derivatives("1", "-1");
  static constexpr Form form = Form::kInfix;
  static constexpr Text symbol = "-";
  static constexpr int precedence = 1;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return a - b;
  }
};

struct MulRow : Row {
  static constexpr Text name = "mul";
  static constexpr Text doc = "a * b";
  static constexpr auto derivative = Derivatives("b", "a");
  static constexpr Form form = Form::kInfix;
  static constexpr Text symbol = "*";
  static constexpr int precedence = 2;
  static constexpr bool commutative = true;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return a * b;
  }
};

struct DivRow : Row {
  static constexpr Text name = "div";
  static constexpr Text doc = "a / b";
  static constexpr auto derivative = Derivatives("1 / b", "-a / square(b)");
  static constexpr Form form = Form::kInfix;
  static constexpr Text symbol = "/";
  static constexpr int precedence = 2;
  static constexpr int cost = 4;
  static constexpr double low = 0.1;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return a / b;
  }
};

struct NegRow : Row {
  static constexpr Text name = "neg";
  static constexpr Text doc = "-a";
  static constexpr auto derivative = Derivatives("-1");
  static constexpr Form form = Form::kPrefix;
  static constexpr Text symbol = "-";
  static constexpr int precedence = 3;
  static constexpr Parity parity = Parity::kOdd;
  template <class T>
  static T Apply(const T& a) {
    return -a;
  }
};

struct DivEpsRow : Row {
  static constexpr Text name = "div_eps";
  static constexpr Text doc = "a / (b + 1e-7): a division that is finite at b = 0";
  static constexpr auto derivative = Derivatives("div_eps(1, b)", "-a / square(b + 1e-7)");
  static constexpr int cost = 5;
  static constexpr double low = 0.1;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return a / (b + T(1e-7));
  }
};

struct ReciprocalRow : Row {
  static constexpr Text name = "reciprocal";
  static constexpr Text doc = "1 / a";
  static constexpr auto derivative = Derivatives("-1 / square(a)");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 4;
  static constexpr double low = 0.1;
  template <class T>
  static T Apply(const T& a) {
    return T(1) / a;
  }
};

struct SquareRow : Row {
  static constexpr Text name = "square";
  static constexpr Text doc = "a^2";
  static constexpr auto derivative = Derivatives("2 * a");
  static constexpr Parity parity = Parity::kEven;
  static constexpr bool nonnegative = true;
  template <class T>
  static T Apply(const T& a) {
    return a * a;
  }
};

struct CubeRow : Row {
  static constexpr Text name = "cube";
  static constexpr Text doc = "a^3";
  static constexpr auto derivative = Derivatives("3 * square(a)");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 2;
  template <class T>
  static T Apply(const T& a) {
    return a * a * a;
  }
};

struct SqrtRow : Row {
  static constexpr Text name = "sqrt";
  static constexpr Text doc = "square root; NaN for a < 0";
  static constexpr auto derivative = Derivatives("0.5 / sqrt(a)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 4;
  static constexpr double low = 0.05;
  static constexpr double high = 16;
  template <class T>
  static T Apply(const T& a) {
    return Sqrt(a);
  }
};

// ---- pieces

struct AbsRow : Row {
  static constexpr Text name = "abs";
  static constexpr Text doc = "|a|";
  static constexpr auto derivative = Derivatives("sign(a)");
  static constexpr Parity parity = Parity::kEven;
  static constexpr bool nonnegative = true;
  template <class T>
  static T Apply(const T& a) {
    return Abs(a);
  }
};

struct SignRow : Row {
  static constexpr Text name = "sign";
  static constexpr Text doc = "-1 for a < 0, 0 at 0, 1 for a > 0; its derivative is taken as 0";
  static constexpr auto derivative = Derivatives("0");
  static constexpr Parity parity = Parity::kOdd;
  template <class T>
  static T Apply(const T& a) {
    return Sign(a);
  }
};

struct StepRow : Row {
  static constexpr Text name = "step";
  static constexpr Text doc = "1 for a > 0, else 0; its derivative is taken as 0";
  static constexpr auto derivative = Derivatives("0");
  static constexpr bool nonnegative = true;
  template <class T>
  static T Apply(const T& a) {
    return Step(a);
  }
};

struct ReluRow : Row {
  static constexpr Text name = "relu";
  static constexpr Text doc = "max(a, 0)";
  static constexpr auto derivative = Derivatives("step(a)");
  static constexpr bool nonnegative = true;
  template <class T>
  static T Apply(const T& a) {
    return Max(a, T(0));
  }
};

struct Min0Row : Row {
  static constexpr Text name = "min0";
  static constexpr Text doc = "min(a, 0)";
  static constexpr auto derivative = Derivatives("step(-a)");
  template <class T>
  static T Apply(const T& a) {
    return Min(a, T(0));
  }
};

// At a = b the gradient of max and min goes to the second argument.
struct MaxRow : Row {
  static constexpr Text name = "max";
  static constexpr Text doc = "the larger of a and b";
  static constexpr auto derivative = Derivatives("step(a - b)", "1 - step(a - b)");
  static constexpr bool commutative = true;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return Max(a, b);
  }
};

struct MinRow : Row {
  static constexpr Text name = "min";
  static constexpr Text doc = "the smaller of a and b";
  static constexpr auto derivative = Derivatives("step(b - a)", "1 - step(b - a)");
  static constexpr bool commutative = true;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return Min(a, b);
  }
};

struct SelectRow : Row {
  static constexpr Text name = "select";
  static constexpr Text doc = "b where a > 0, else c";
  static constexpr auto derivative = Derivatives("0", "step(a)", "1 - step(a)");
  template <class T>
  static T Apply(const T& a, const T& b, const T& c) {
    return Select(a, b, c);
  }
};

// ---- exponentials and logarithms

struct ExpRow : Row {
  static constexpr Text name = "exp";
  static constexpr Text doc = "e^a";
  static constexpr auto derivative = Derivatives("exp(a)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 8;
  template <class T>
  static T Apply(const T& a) {
    return Exp(a);
  }
};

struct Expm1Row : Row {
  static constexpr Text name = "expm1";
  static constexpr Text doc = "e^a - 1, exact near 0";
  static constexpr auto derivative = Derivatives("exp(a)");
  static constexpr int cost = 10;
  template <class T>
  static T Apply(const T& a) {
    return Expm1(a);
  }
};

struct LogRow : Row {
  static constexpr Text name = "log";
  static constexpr Text doc = "natural logarithm; NaN for a < 0";
  static constexpr auto derivative = Derivatives("1 / a");
  static constexpr int cost = 8;
  static constexpr double low = 0.05;
  static constexpr double high = 16;
  template <class T>
  static T Apply(const T& a) {
    return Log(a);
  }
};

struct Log1pRow : Row {
  static constexpr Text name = "log1p";
  static constexpr Text doc = "log(1 + a), exact near 0; NaN for a < -1";
  static constexpr auto derivative = Derivatives("1 / (1 + a)");
  static constexpr int cost = 10;
  static constexpr double low = -0.9;
  static constexpr double high = 16;
  template <class T>
  static T Apply(const T& a) {
    return Log1p(a);
  }
};

struct LogAbsRow : Row {
  static constexpr Text name = "log_abs";
  static constexpr Text doc = "log(|a| + 1e-7)";
  static constexpr auto derivative = Derivatives("sign(a) / (abs(a) + 1e-7)");
  static constexpr Parity parity = Parity::kEven;
  static constexpr int cost = 10;
  static constexpr double low = 0.05;
  template <class T>
  static T Apply(const T& a) {
    return Log(Abs(a) + T(1e-7));
  }
};

struct SoftplusRow : Row {
  static constexpr Text name = "softplus";
  static constexpr Text doc = "log(1 + e^a)";
  static constexpr auto derivative = Derivatives("sigmoid(a)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 18;
  template <class T>
  static T Apply(const T& a) {
    return Softplus(a);
  }
};

struct GaussianRow : Row {
  static constexpr Text name = "gaussian";
  static constexpr Text doc = "e^(-a^2)";
  static constexpr auto derivative = Derivatives("-2 * a * gaussian(a)");
  static constexpr Parity parity = Parity::kEven;
  static constexpr bool nonnegative = true;
  static constexpr int cost = 9;
  template <class T>
  static T Apply(const T& a) {
    return Exp(-(a * a));
  }
};

// ---- sigmoid-like

struct SigmoidRow : Row {
  static constexpr Text name = "sigmoid";
  static constexpr Text doc = "1 / (1 + e^-a)";
  static constexpr auto derivative = Derivatives("sigmoid(a) * (1 - sigmoid(a))");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 10;
  template <class T>
  static T Apply(const T& a) {
    return Sigmoid(a);
  }
};

struct TanhRow : Row {
  static constexpr Text name = "tanh";
  static constexpr Text doc = "hyperbolic tangent";
  static constexpr auto derivative = Derivatives("1 - square(tanh(a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 12;
  template <class T>
  static T Apply(const T& a) {
    return Tanh(a);
  }
};

struct AtanRow : Row {
  static constexpr Text name = "atan";
  static constexpr Text doc = "inverse tangent";
  static constexpr auto derivative = Derivatives("1 / (1 + square(a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 12;
  template <class T>
  static T Apply(const T& a) {
    return Atan(a);
  }
};

struct ErfRow : Row {
  static constexpr Text name = "erf";
  static constexpr Text doc = "error function";
  static constexpr auto derivative = Derivatives("1.1283791670955126 * gaussian(a)");  // 2/sqrt(pi)
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 14;
  template <class T>
  static T Apply(const T& a) {
    return Erf(a);
  }
};

struct ErfcRow : Row {
  static constexpr Text name = "erfc";
  static constexpr Text doc = "1 - erf(a), exact in the right tail";
  static constexpr auto derivative = Derivatives("-1.1283791670955126 * gaussian(a)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 14;
  template <class T>
  static T Apply(const T& a) {
    return Erfc(a);
  }
};

struct NormalCdfRow : Row {
  static constexpr Text name = "normal_cdf";
  static constexpr Text doc = "distribution function of the standard normal, exact in both tails";
  static constexpr auto derivative =
      Derivatives("0.3989422804014327 * exp(-0.5 * square(a))");  // 1/sqrt(2 pi)
  static constexpr bool nonnegative = true;
  static constexpr int cost = 15;
  template <class T>
  static T Apply(const T& a) {
    return T(0.5) * Erfc(T(-0.7071067811865476) * a);
  }
};

// ---- trigonometric and hyperbolic

struct SinRow : Row {
  static constexpr Text name = "sin";
  static constexpr Text doc = "sine";
  static constexpr auto derivative = Derivatives("cos(a)");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 10;
  template <class T>
  static T Apply(const T& a) {
    return Sin(a);
  }
};

struct CosRow : Row {
  static constexpr Text name = "cos";
  static constexpr Text doc = "cosine";
  static constexpr auto derivative = Derivatives("-sin(a)");
  static constexpr Parity parity = Parity::kEven;
  static constexpr int cost = 10;
  template <class T>
  static T Apply(const T& a) {
    return Cos(a);
  }
};

struct TanRow : Row {
  static constexpr Text name = "tan";
  static constexpr Text doc = "tangent";
  static constexpr auto derivative = Derivatives("1 + square(tan(a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 22;
  static constexpr double low = -1.4;
  static constexpr double high = 1.4;
  template <class T>
  static T Apply(const T& a) {
    return Sin(a) / Cos(a);
  }
};

// Near 0 both sinc and its derivative are sums of their Taylor series; the safe
// denominator keeps the branch not taken finite for number types that compute both.
struct SincRow : Row {
  static constexpr Text name = "sinc";
  static constexpr Text doc = "sin(a) / a, 1 at 0";
  static constexpr auto derivative = Derivatives(
      "select(abs(a) - 0.02, (cos(a) - sinc(a)) / select(abs(a) - 0.02, a, 1), "
      "a * (square(a) * (1 / 30 - square(a) / 840) - 1 / 3))");
  static constexpr Parity parity = Parity::kEven;
  static constexpr int cost = 14;
  template <class T>
  static T Apply(const T& a) {
    const T far = Abs(a) - T(0.02);
    const T denominator = Select(far, a, T(1));
    const T a2 = a * a;
    const T series = T(1) - a2 * (T(1.0 / 6) - a2 * (T(1.0 / 120) - a2 * T(1.0 / 5040)));
    return Select(far, Sin(a) / denominator, series);
  }
};

struct SinhRow : Row {
  static constexpr Text name = "sinh";
  static constexpr Text doc = "hyperbolic sine";
  static constexpr auto derivative = Derivatives("cosh(a)");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 12;
  template <class T>
  static T Apply(const T& a) {
    return Sinh(a);
  }
};

struct CoshRow : Row {
  static constexpr Text name = "cosh";
  static constexpr Text doc = "hyperbolic cosine";
  static constexpr auto derivative = Derivatives("sinh(a)");
  static constexpr Parity parity = Parity::kEven;
  static constexpr bool nonnegative = true;
  static constexpr int cost = 12;
  template <class T>
  static T Apply(const T& a) {
    return Cosh(a);
  }
};

struct AsinhRow : Row {
  static constexpr Text name = "asinh";
  static constexpr Text doc = "inverse hyperbolic sine";
  static constexpr auto derivative = Derivatives("1 / sqrt(1 + square(a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 14;
  template <class T>
  static T Apply(const T& a) {
    return Asinh(a);
  }
};

// ---- gates and kernels (Ramachandran et al. 2017, section 3)

struct GateRow : Row {
  static constexpr Text name = "gate";
  static constexpr Text doc = "sigmoid(a) * b";
  static constexpr auto derivative = Derivatives("b * sigmoid(a) * (1 - sigmoid(a))", "sigmoid(a)");
  static constexpr int cost = 11;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return Sigmoid(a) * b;
  }
};

struct GaussianKernelRow : Row {
  static constexpr Text name = "gaussian_kernel";
  static constexpr Text doc = "e^(-c (a - b)^2)";
  static constexpr auto derivative = Derivatives("-2 * c * (a - b) * gaussian_kernel(a, b, c)",
                                                 "2 * c * (a - b) * gaussian_kernel(a, b, c)",
                                                 "-square(a - b) * gaussian_kernel(a, b, c)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 12;
  static constexpr double low = -1.5;
  static constexpr double high = 1.5;
  template <class T>
  static T Apply(const T& a, const T& b, const T& c) {
    return Exp(-(c * ((a - b) * (a - b))));
  }
};

struct LaplaceKernelRow : Row {
  static constexpr Text name = "laplace_kernel";
  static constexpr Text doc = "e^(-c |a - b|)";
  static constexpr auto derivative = Derivatives("-c * sign(a - b) * laplace_kernel(a, b, c)",
                                                 "c * sign(a - b) * laplace_kernel(a, b, c)",
                                                 "-abs(a - b) * laplace_kernel(a, b, c)");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 11;
  static constexpr double low = -1.5;
  static constexpr double high = 1.5;
  template <class T>
  static T Apply(const T& a, const T& b, const T& c) {
    return Exp(-(c * Abs(a - b)));
  }
};

struct LerpRow : Row {
  static constexpr Text name = "lerp";
  static constexpr Text doc = "c a + (1 - c) b";
  static constexpr auto derivative = Derivatives("c", "1 - c", "a - b");
  static constexpr int cost = 4;
  template <class T>
  static T Apply(const T& a, const T& b, const T& c) {
    return c * a + (T(1) - c) * b;
  }
};

}  // namespace rows

// The table's order is the primitives' ids; append, so that ids stay as they are.
using PrimitiveList =
    std::tuple<rows::AddRow, rows::SubRow, rows::MulRow, rows::DivRow, rows::NegRow,
               rows::DivEpsRow, rows::ReciprocalRow, rows::SquareRow, rows::CubeRow, rows::SqrtRow,
               rows::AbsRow, rows::SignRow, rows::StepRow, rows::ReluRow, rows::Min0Row,
               rows::MaxRow, rows::MinRow, rows::SelectRow, rows::ExpRow, rows::Expm1Row,
               rows::LogRow, rows::Log1pRow, rows::LogAbsRow, rows::SoftplusRow, rows::GaussianRow,
               rows::SigmoidRow, rows::TanhRow, rows::AtanRow, rows::ErfRow, rows::ErfcRow,
               rows::NormalCdfRow, rows::SinRow, rows::CosRow, rows::TanRow, rows::SincRow,
               rows::SinhRow, rows::CoshRow, rows::AsinhRow, rows::GateRow, rows::GaussianKernelRow,
               rows::LaplaceKernelRow, rows::LerpRow>;

}  // namespace actsearch::expr
