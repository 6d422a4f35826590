// Smooth activation functions and relatives of the sigmoid.
#pragma once

#include "search_spaces/expr/rows/exponential.h"
#include "search_spaces/expr/rows/row.h"

namespace actsearch::expr::rows {

struct SiluRow : Row {
  static constexpr Text name = "silu";
  static constexpr Text doc = "a sigmoid(a) (Elfwing et al. 2018)";
  static constexpr Text definition = "a * sigmoid(a)";
  static constexpr auto derivative = Derivatives("sigmoid(a) * (1 + a * sigmoid(-a))");
  static constexpr int cost = 11;
  static constexpr auto turning = Turns(-1.2784645427610738);
  template <class T>
  static T Apply(const T& a) {
    return a * Sigmoid(a);
  }
};

struct SwishRow : Row {
  static constexpr Text name = "swish";
  static constexpr Text doc = "a sigmoid(b a) (Ramachandran et al. 2017)";
  static constexpr Text definition = "a * sigmoid(b * a)";
  static constexpr auto derivative =
      Derivatives("sigmoid(b * a) * (1 + b * a * (1 - sigmoid(b * a)))",
                  "a * sigmoid(b * a) * (a * (1 - sigmoid(b * a)))");
  static constexpr int cost = 12;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return a * Sigmoid(b * a);
  }
};

struct GeluRow : Row {
  static constexpr Text name = "gelu";
  static constexpr Text doc =
      "a times the normal distribution function (Hendrycks and Gimpel 2016)";
  static constexpr Text definition = "a * normal_cdf(a)";
  static constexpr auto derivative =
      Derivatives("normal_cdf(a) + a * (0.3989422804014327 * exp(-0.5 * square(a)))");
  static constexpr int cost = 16;
  static constexpr auto turning = Turns(-0.7517915246935645);
  template <class T>
  static T Apply(const T& a) {
    return a * NormalCdfRow::Apply(a);
  }
};

struct MishRow : Row {
  static constexpr Text name = "mish";
  static constexpr Text doc = "a tanh(softplus(a)) (Misra 2019)";
  static constexpr Text definition = "a * tanh(softplus(a))";
  static constexpr auto derivative =
      Derivatives("tanh(softplus(a)) + a * sigmoid(a) * square(sech(softplus(a)))");
  static constexpr int cost = 31;
  static constexpr auto turning = Turns(-1.1924312145154952);
  template <class T>
  static T Apply(const T& a) {
    return a * Tanh(Softplus(a));
  }
};

struct EluRow : Row {
  static constexpr Text name = "elu";
  static constexpr Text doc = "a for a > 0, else e^a - 1 (Clevert et al. 2015)";
  static constexpr Text definition = "relu(a) + expm1(min0(a))";
  static constexpr auto derivative = Derivatives("exp(min0(a))");
  static constexpr int cost = 13;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Max(a, T(0)) + Expm1(Min(a, T(0)));
  }
};

struct SeluRow : Row {
  static constexpr Text name = "selu";
  static constexpr Text doc = "1.0507 elu with 1.6733 on the left (Klambauer et al. 2017)";
  static constexpr Text definition =
      "1.0507009873554805 * relu(a) + 1.7580993408473766 * expm1(min0(a))";
  static constexpr auto derivative =
      Derivatives("select(a, 1.0507009873554805, 1.7580993408473766 * exp(min0(a)))");
  static constexpr int cost = 15;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return T(1.0507009873554805) * Max(a, T(0)) + T(1.7580993408473766) * Expm1(Min(a, T(0)));
  }
};

struct SoftsignRow : Row {
  static constexpr Text name = "softsign";
  static constexpr Text doc = "a / (1 + |a|)";
  static constexpr Text definition = "a / (1 + abs(a))";
  static constexpr auto derivative = Derivatives("1 / square(1 + abs(a))");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 6;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return a / (T(1) + Abs(a));
  }
};

struct LogSigmoidRow : Row {
  static constexpr Text name = "log_sigmoid";
  static constexpr Text doc = "log(sigmoid(a))";
  static constexpr Text definition = "-softplus(-a)";
  static constexpr auto derivative = Derivatives("sigmoid(-a)");
  static constexpr int cost = 20;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return -Softplus(-a);
  }
};

struct SechRow : Row {
  static constexpr Text name = "sech";
  static constexpr Text doc = "1 / cosh(a)";
  static constexpr Text definition = "1 / cosh(a)";
  static constexpr auto derivative = Derivatives("-sech(a) * tanh(a)");
  static constexpr Parity parity = Parity::kEven;
  static constexpr bool nonnegative = true;
  static constexpr int cost = 16;
  static constexpr auto turning = Turns(0.0);
  template <class T>
  static T Apply(const T& a) {
    return T(1) / Cosh(a);
  }
};

// Up to 1 by tanh, which keeps the digits of small values; beyond, without overflow.
struct LogCoshRow : Row {
  static constexpr Text name = "log_cosh";
  static constexpr Text doc = "log(cosh(a))";
  static constexpr Text definition =
      "select(abs(a) - 1, abs(a) + log1p(exp(-2 * abs(a))) - 0.6931471805599453, -0.5 * "
      "log1p(-square(tanh(min(abs(a), 1)))))";
  static constexpr auto derivative = Derivatives("tanh(a)");
  static constexpr Parity parity = Parity::kEven;
  static constexpr bool nonnegative = true;
  static constexpr int cost = 40;
  static constexpr auto turning = Turns(0.0);
  template <class T>
  static T Apply(const T& a) {
    const T size = Abs(a);
    const T t = Tanh(Min(size, T(1)));
    const T far = size + Log1p(Exp(T(-2) * size)) - T(0.6931471805599453);
    return Select(size - T(1), far, T(-0.5) * Log1p(-(t * t)));
  }
};

struct GumbelCdfRow : Row {
  static constexpr Text name = "gumbel_cdf";
  static constexpr Text doc = "e^(-e^-a), distribution function of the Gumbel law";
  static constexpr Text definition = "exp(-exp(-a))";
  static constexpr auto derivative = Derivatives("exp(-a - exp(-a))");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 18;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return Exp(-Exp(-a));
  }
};

struct CloglogRow : Row {
  static constexpr Text name = "cloglog";
  static constexpr Text doc = "1 - e^(-e^a), inverse of the complementary log-log";
  static constexpr Text definition = "-expm1(-exp(a))";
  static constexpr auto derivative = Derivatives("exp(a - exp(a))");
  static constexpr bool nonnegative = true;
  static constexpr int cost = 20;
  static constexpr auto turning = Turns();
  template <class T>
  static T Apply(const T& a) {
    return -Expm1(-Exp(a));
  }
};

struct LogAddExpRow : Row {
  static constexpr Text name = "log_add_exp";
  static constexpr Text doc = "log(e^a + e^b)";
  static constexpr Text definition = "max(a, b) + log1p(exp(-abs(a - b)))";
  static constexpr auto derivative = Derivatives("sigmoid(a - b)", "sigmoid(b - a)");
  static constexpr bool commutative = true;
  static constexpr int cost = 22;
  template <class T>
  static T Apply(const T& a, const T& b) {
    return Max(a, b) + Log1p(Exp(-Abs(a - b)));
  }
  // Grows with both arguments.
  static Interval Range(const Interval& a, const Interval& b) {
    const Interval natural = Apply(a, b);
    if (natural.IsEmpty()) return natural;
    return {Apply(Interval(a.lo), Interval(b.lo)).lo, Apply(Interval(a.hi), Interval(b.hi)).hi,
            natural.maybe_nan};
  }
};

}  // namespace actsearch::expr::rows
