#include "search_spaces/activations/zoo/rows.h"

namespace actsearch::activations::zoo {

// Functions of statistics of their own input, taken in training and outside alike. A root
// of a variance has 1e-8 below it, so that its slope is finite for equal elements.
std::vector<ZooRow> Statistics() {
  return {
      {"ash", "ASH",
       "x * sigmoid(a * (x - m - k * s)) where a: layer = 3, k: layer = 2.3, m := mean{c,h,w}(x), "
       "s := sqrt(var{c,h,w}(x) + 1e-08)",
       "Lee et al. 2022 (ASH)"},
      {"hard_ash", "Hard ASH",
       "min(relu(x), 2) * min(relu(3 * (x - m - 2.3 * s) + 3), 6) / 6 where m := mean{c,h,w}(x), s "
       ":= sqrt(var{c,h,w}(x) + 1e-08)",
       "Cady 2024 (Hard ASH)"},
      {"abrelu", "ABReLU", "relu(x - mean{b,c,h,w}(x))", "Dubey, Chakraborty 2021"},
      {"statistical_top_k", "Statistical top-k (Spark)",
       "relu(x - mean{c}(x) - 1.4050715603096329 * sqrt(var{c}(x) + 1e-08))",
       "You et al. 2025 (Spark Transformer)"},
      {"lwta", "LWTA / group max", "x * step_ge(x - maximum{c/16}(x))", "Srivastava et al. 2013",
       kJump},
      {"dice", "Dice",
       "x * lerp(1, a, sigmoid((x - mean{b,h,w}(x)) / sqrt(var{b,h,w}(x) + 1e-08))) where a: "
       "channel = 0",
       "Zhou et al. 2018 (DIN)"},
      {"poly_norm",
       "PolyNorm (PolyCom)",
       "w[0] * cube(x) / sqrt(mean{c}(square(cube(x))) + 1e-06) + w[1] * square(x) / "
       "sqrt(mean{c}(square(square(x))) + 1e-06) + w[2] * x / sqrt(mean{c}(square(x)) + 1e-06) + b "
       "where w: layer[3] = 0.3333333333333333, b: layer = 0",
       "Zhuo et al. 2024 (PolyCom)",
       {},
       "1.7"},
  };
}

}  // namespace actsearch::activations::zoo
