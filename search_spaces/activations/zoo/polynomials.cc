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
       "a0 + x * (a1 + x * (a2 + x * (a3 + x * (a4 + x * a5)))) where a0: layer = 0.1, a1: layer = "
       "0.1, a2: layer = 0.1, a3: layer = 0.1, a4: layer = 0.1, a5: layer = 0.1",
       "Goyal, Goyal, Lall 2019"},
      {"hermite", "Hermite activation (torchortho)",
       "c0 + c1 * x + 0.5 * c2 * (square(x) - 1) + c3 * (cube(x) - 3 * x) / 6 where c0: layer = "
       "0.5536842069051654, c1: layer = 0.6065306597126334, c2: layer = 0.6065306597126334, c3: "
       "layer = 0.6065306597126334",
       "Khalfaoui-Hassani, Kesselheim 2025"},
      {"fourier_ortho", "Fourier activation (torchortho)",
       "a0 + a1 * cos(g1 * x - p1) + 0.5 * a2 * cos(g2 * x - p2) + a3 * cos(g3 * x - p3) / 6 where "
       "a0: layer = 0.6530626954432467, a1: layer = 0.66232645879, a2: layer = 0.66232645879, a3: "
       "layer = 0.66232645879, g1: layer = 1, g2: layer = 2, g3: layer = 3, p1: layer = "
       "0.7853981633974483, p2: layer = 0.7853981633974483, p3: layer = 0.7853981633974483",
       "Khalfaoui-Hassani, Kesselheim 2025"},
      {"tropical", "Tropical activation (torchortho)",
       "0.23570226039551587 * max(max(max(c0, x + c1), max(2 * x + c2, 3 * x + c3)), max(max(4 * x "
       "+ c4, 5 * x + c5), 6 * x + c6)) where c0: layer = 1, c1: layer = 1, c2: layer = 1, c3: "
       "layer = 1, c4: layer = 1, c5: layer = 1, c6: layer = 1",
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
