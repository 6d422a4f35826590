#include "search_spaces/activations/zoo/rows.h"

namespace actsearch::activations::zoo {

std::vector<ZooRow> Mixtures() {
  return {
      {"acon_b", "ACON-B",
       "(1 - p) * x * sigmoid(b * (1 - p) * x) + p * x where b: channel = 1, p: channel = 0.25",
       "Ma et al. 2021"},
      {"acon_c", "ACON-C",
       "(p - q) * x * sigmoid(b * (p - q) * x) + q * x where p: channel = 1.2, q: channel = -0.2, "
       "b: channel = 1",
       "Ma et al. 2021"},
      {"uaf", "UAF",
       "softplus(a * (x + b) + c * square(x)) - softplus(d * (x - b)) + e where a: layer = 1, b: "
       "layer = 0, c: layer = 0, d: layer = -1, e: layer = 0",
       "Yuen et al. 2021"},
      {"grelu", "GReLU-type",
       "softplus(v * x) / v where p: layer = 1.5, q: layer = 0.5, v := softplus(q) * "
       "log1p(softplus(p))",
       "Kunc, Klema 2024 (survey)"},
      {"lin_comb", "LinComb",
       "a * relu(x) + b * sigmoid(x) + c * tanh(x) + d * x / (1 + abs(x)) where a: layer = 0.25, "
       "b: layer = 0.25, c: layer = 0.25, d: layer = 0.25",
       "Pishchik 2023"},
      {"norm_lin_comb", "NormLinComb",
       "(a * relu(x) + b * sigmoid(x) + c * tanh(x) + d * x / (1 + abs(x))) / sqrt(square(a) + "
       "square(b) + square(c) + square(d)) where a: layer = 0.25, b: layer = 0.25, c: layer = "
       "0.25, d: layer = 0.25",
       "Pishchik 2023"},
      {"psigramp", "pSiGRAMP",
       "lerp(sigmoid(x), 0.5 * (relu(2 * b * x + 1) - relu(2 * b * x - 1)), sigmoid(a)) where a: "
       "layer = 0, b: layer = 0.5",
       "Kunc, Klema 2024 (survey)"},
      {"falu", "FALU",
       "select(a - 1, h + (a - 1) * s * (1 - 2 * h), g + a * s * (1 - g)) where a: layer = 0.5, b: "
       "layer = 1, s := sigmoid(b * x), g := x * s, h := g + sigmoid(x) * (1 - g)",
       "Zamora et al. 2022"},
      {"fractional_relu", "Fractional ReLU", "1.1283791670955126 * relu(x) / sqrt(max(x, 1e-12))",
       "Kunc, Klema 2024 (survey)", kUnboundedSlope},
  };
}

}  // namespace actsearch::activations::zoo
