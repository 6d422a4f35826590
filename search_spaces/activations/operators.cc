#include "search_spaces/activations/operators.h"

namespace actsearch::activations {

// A template names its slots before its parameters. sqrt takes |a|, and the
// logarithm and the division their 1e-7, so that no operator alone leaves the
// real line; beta starts at 1 where 1 is neutral.
const Registry<OperatorRow>& Operators() {
  static const Registry<OperatorRow> rows(
      "operator",
      {
          {"identity", "a itself", 1, "a", 4},
          {"neg", "-a", 1, "-a", 1},
          {"abs", "|a|", 1, "abs(a)", 1},
          {"square", "a^2", 1, "square(a)", 1},
          {"cube", "a^3", 1, "cube(a)", 0.5},
          {"sqrt", "square root of |a|", 1, "sqrt(abs(a))", 0.5},
          {"scale", "learnable multiple of a", 1, "a * beta where beta: channel = 1", 1},
          {"shift", "a plus a learnable number", 1, "a + beta where beta: channel = 0", 1},
          {"log_abs", "log(|a| + 1e-7)", 1, "log_abs(a)", 0.5},
          {"exp", "e^a", 1, "exp(a)", 0.5},
          {"sin", "sine", 1, "sin(a)", 1},
          {"cos", "cosine", 1, "cos(a)", 1},
          {"sinh", "hyperbolic sine", 1, "sinh(a)", 0.5},
          {"cosh", "hyperbolic cosine", 1, "cosh(a)", 0.5},
          {"tanh", "hyperbolic tangent", 1, "tanh(a)", 1.5},
          {"asinh", "inverse hyperbolic sine", 1, "asinh(a)", 1},
          {"atan", "inverse tangent", 1, "atan(a)", 1},
          {"sinc", "sin(a) / a", 1, "sinc(a)", 1},
          {"relu", "max(a, 0)", 1, "relu(a)", 1.5},
          {"min0", "min(a, 0)", 1, "min0(a)", 1},
          {"sigmoid", "1 / (1 + e^-a)", 1, "sigmoid(a)", 1.5},
          {"softplus", "log(1 + e^a)", 1, "softplus(a)", 1.5},
          {"gaussian", "e^(-a^2)", 1, "gaussian(a)", 1},
          {"erf", "error function", 1, "erf(a)", 1},
          {"param", "a learnable number, whatever a", 1, "beta where beta: channel = 1", 0.5},
          {"add", "a + b", 2, "a + b", 2},
          {"mul", "a * b", 2, "a * b", 3},
          {"sub", "a - b", 2, "a - b", 2},
          {"div", "a / b with |b| + 1e-7 in place of |b|", 2, "div_eps(a, b)", 0.3},
          {"max", "the larger of a and b", 2, "max(a, b)", 2},
          {"min", "the smaller of a and b", 2, "min(a, b)", 1},
          {"gate", "sigmoid(a) * b", 2, "sigmoid(a) * b", 2},
          {"gaussian_kernel", "e^(-beta (a - b)^2)", 2,
           "gaussian_kernel(a, b, beta) where beta: channel = 1", 0.5},
          {"laplace_kernel", "e^(-beta |a - b|)", 2,
           "laplace_kernel(a, b, beta) where beta: channel = 1", 0.5},
          {"lerp", "beta a + (1 - beta) b", 2, "lerp(a, b, beta) where beta: channel = 0.5", 1},
      });
  return rows;
}

}  // namespace actsearch::activations
