#include "search_spaces/activations/zoo/rows.h"

namespace actsearch::activations::zoo {

std::vector<ZooRow> Polynomials() {
  return {
      {"square", "Square", "square(x)", "Gilad-Bachrach et al. 2016 (CryptoNets)"},
      {"cube", "Cube", "cube(x)", "textbook"},
      {"squ", "SQU", "x * (x + 1)", "Noel et al. 2021"},
      {"ncu", "NCU", "x - cube(x)", "Noel et al. 2021"},
      {"he_quadratic", "Quadratic HE polynomials", "0.125 * square(x) + 0.25 * x + 0.5",
       "textbook"},
      {"herpn", "HerPN (degree-2 Hermite ReLU)",
       "g * (0.3989422804014327 + 0.5 * x + 0.19947114020071635 * (square(x) - 1)) + b where g: "
       "channel = 1, b: channel = 0",
       "Park et al. 2022 (AESPA)"},
      {"limit_exponential", "Taylor/limit exponential", "square(square(square(1 + 0.125 * x)))",
       "textbook"},
      {"lipschitz_cube", "Lipschitz cube", "cube(m) / 3 + x - m where m := max(min(x, 1), -1)",
       "Chen et al. 2019 (residual flows)"},
      {"poly_relu", "PolyReLU (PolyCom)",
       "a * cube(relu(x)) + b * square(relu(x)) + c * relu(x) where a: layer = 0.3333333333333333, "
       "b: layer = 0.3333333333333333, c: layer = 0.3333333333333333",
       "Zhuo et al. 2024 (PolyCom)"},
      {"slaf", "SLAF (polynomial)",
       "a[0] + x * (a[1] + x * (a[2] + x * (a[3] + x * (a[4] + x * a[5])))) where a: layer[6] = "
       "0.1",
       "Goyal, Goyal, Lall 2019"},
      {"hermite", "Hermite activation (torchortho)",
       "c[0] + c[1] * x + 0.5 * c[2] * (square(x) - 1) + c[3] * (cube(x) - 3 * x) / 6 where c: "
       "layer[4] = (0.5536842069051654, 0.6065306597126334, 0.6065306597126334, "
       "0.6065306597126334)",
       "Khalfaoui-Hassani, Kesselheim 2025"},
      {"fourier_ortho", "Fourier activation (torchortho)",
       "a[0] + a[1] * cos(g[0] * x - p[0]) + 0.5 * a[2] * cos(g[1] * x - p[1]) + a[3] * cos(g[2] * "
       "x - p[2]) / 6 where a: layer[4] = (0.6530626954432467, 0.66232645879, 0.66232645879, "
       "0.66232645879), g: layer[3] = (1, 2, 3), p: layer[3] = 0.7853981633974483",
       "Khalfaoui-Hassani, Kesselheim 2025"},
      {"tropical", "Tropical activation (torchortho)",
       "0.23570226039551587 * max(max(max(c[0], x + c[1]), max(2 * x + c[2], 3 * x + c[3])), "
       "max(max(4 * x + c[4], 5 * x + c[5]), 6 * x + c[6])) where c: layer[7] = 1",
       "Khalfaoui-Hassani, Kesselheim 2025"},
      {"ntk_optimal_2", "NTK-optimal (d>=2)",
       "0.2886751345948129 * (cube(x) - 3 * x) + 0.7071067811865476 * x",
       "Radhakrishnan, Belkin, Uhler 2023"},
      {"ntk_optimal_4", "NTK-optimal d=4",
       "0.20412414523193154 * (cube(x) - 3 * x) + 0.5 * (square(x) - 1) + 0.5 * x",
       "Radhakrishnan, Belkin, Uhler 2023"},
      {"chebyshev_3", "Chebyshev T3", "t * (4 * square(t) - 3) where t := tanh(x)", "textbook"},
  };
}

}  // namespace actsearch::activations::zoo
