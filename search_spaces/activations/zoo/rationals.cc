#include "search_spaces/activations/zoo/rows.h"

namespace actsearch::activations::zoo {

// Initial coefficients are fits of degree 5/4 to the function in the name, otherwise to
// LeakyReLU; version A takes the absolute value of each term below, B and C of their sum.
// Mittag-Leffler's z E_{2,2}(z^2) / E_{2,1}(z^2) is sinh / cosh.
std::vector<ZooRow> Rationals() {
  return {
      {"pau_a", "PAU / Rational version A (safe)",
       "(a0 + x * (a1 + x * (a2 + x * (a3 + x * (a4 + x * a5))))) / (1 + abs(b1 * x) + abs(b2) * "
       "square(x) + abs(b3 * cube(x)) + abs(b4) * square(square(x))) where a0: layer = "
       "0.02979277866, a1: layer = 0.6183735265, a2: layer = 2.323309063, a3: layer = 3.051936237, "
       "a4: layer = 1.485420326, a5: layer = 0.2510244961, b1: layer = -1.141954836, b2: layer = "
       "4.393159975, b3: layer = 0.871471231, b4: layer = 0.3471966234",
       "Molina, Schramowski, Kersting 2020"},
      {"pau_a_tanh", "PAU version A, tanh init",
       "(a0 + x * (a1 + x * (a2 + x * (a3 + x * (a4 + x * a5))))) / (1 + abs(b1 * x) + abs(b2) * "
       "square(x) + abs(b3 * cube(x)) + abs(b4) * square(square(x))) where a0: layer = "
       "-1.080462256e-08, a1: layer = 1.000300804, a2: layer = -2.587819938e-08, a3: layer = "
       "0.09632129918, a4: layer = 3.477584163e-09, a5: layer = 0.0004255709235, b1: layer = "
       "-0.001302718121, b2: layer = 0.4283490174, b3: layer = 1.452430408e-09, b4: layer = "
       "0.01079664811",
       "Molina, Schramowski, Kersting 2020"},
      {"pau_a_swish", "PAU version A, swish init",
       "(a0 + x * (a1 + x * (a2 + x * (a3 + x * (a4 + x * a5))))) / (1 + abs(b1 * x) + abs(b2) * "
       "square(x) + abs(b3 * cube(x)) + abs(b4) * square(square(x))) where a0: layer = "
       "3.054879741e-07, a1: layer = 0.5000007854, a2: layer = 0.2499978342, a3: layer = "
       "0.05326628273, a4: layer = 0.005803034571, a5: layer = 0.0002751961022, b1: layer = "
       "-4.111554956e-06, b2: layer = 0.1065289934, b3: layer = -1.26900074e-06, b4: layer = "
       "0.0005502331264",
       "Molina, Schramowski, Kersting 2020"},
      {"pau_a_relu", "PAU version A, relu init",
       "(a0 + x * (a1 + x * (a2 + x * (a3 + x * (a4 + x * a5))))) / (1 + abs(b1 * x) + abs(b2) * "
       "square(x) + abs(b3 * cube(x)) + abs(b4) * square(square(x))) where a0: layer = "
       "0.02996380161, a1: layer = 0.6168978367, a2: layer = 2.375347597, a3: layer = 3.065990047, "
       "a4: layer = 1.524683188, a5: layer = 0.2528070864, b1: layer = -1.191550122, b2: layer = "
       "4.40804877, b3: layer = 0.9110357114, b4: layer = 0.3488497795",
       "Molina, Schramowski, Kersting 2020"},
      {"pau_b", "PAU version B",
       "(a0 + x * (a1 + x * (a2 + x * (a3 + x * (a4 + x * a5))))) / (1 + abs(x * (b1 + x * (b2 + x "
       "* (b3 + x * b4))))) where a0: layer = 0.03355815733, a1: layer = 0.5050059187, a2: layer = "
       "1.653469731, a3: layer = 2.010050155, a4: layer = 0.9319195586, a5: layer = 0.152426464, "
       "b1: layer = 4.812831861e-05, b2: layer = 3.980247906, b3: layer = 1.583758767e-05, b4: "
       "layer = 0.3018338284",
       "Delfosse et al. 2024"},
      {"pau_c", "PAU version C",
       "(a0 + x * (a1 + x * (a2 + x * (a3 + x * (a4 + x * a5))))) / (0.1 + abs(b0 + x * (b1 + x * "
       "(b2 + x * (b3 + x * b4))))) where a0: layer = 0.8639431443, a1: layer = 13.0011311, a2: "
       "layer = 42.5676392, a3: layer = 51.74757698, a4: layer = 23.99165145, a5: layer = "
       "3.924120833, b0: layer = 25.64497475, b1: layer = -0.001349586637, b2: layer = 102.473082, "
       "b3: layer = -0.001793197037, b4: layer = 7.770900056",
       "Delfosse et al. 2024"},
      {"pau_n_tanh", "PAU version N (unsafe)",
       "(a0 + x * (a1 + x * (a2 + x * (a3 + x * (a4 + x * a5))))) / (1 + x * (b1 + x * (b2 + x * "
       "(b3 + x * b4)))) where a0: layer = -3.14542353e-09, a1: layer = 0.9999942494, a2: layer = "
       "-1.972159777e-06, a3: layer = 0.107708628, a4: layer = -9.136256462e-08, a5: layer = "
       "0.0008711236929, b1: layer = -2.001160785e-06, b2: layer = 0.4410141627, b3: layer = "
       "-7.123442515e-07, b4: layer = 0.01458103413",
       "Delfosse et al. 2024"},
      {"mittag_leffler_tanh", "Mittag-Leffler tanh (oracle)", "tanh(x)", "Mostafanejad 2024"},
  };
}

}  // namespace actsearch::activations::zoo
