#include "search_spaces/activations/zoo/rows.h"

namespace actsearch::activations::zoo {

// Initial coefficients are fits of degree 5/4 to the function in the name, otherwise to
// LeakyReLU; version A takes the absolute value of each term below, B and C of their sum.
// Mittag-Leffler's z E_{2,2}(z^2) / E_{2,1}(z^2) is sinh / cosh.
std::vector<ZooRow> Rationals() {
  return {
      {"pau_a", "PAU / Rational version A (safe)",
       "(a[0] + x * (a[1] + x * (a[2] + x * (a[3] + x * (a[4] + x * a[5]))))) / (1 + abs(b[0] * x) "
       "+ abs(b[1]) * square(x) + abs(b[2] * cube(x)) + abs(b[3]) * square(square(x))) where a: "
       "layer[6] = (0.02979277866, 0.6183735265, 2.323309063, 3.051936237, 1.485420326, "
       "0.2510244961), b: layer[4] = (-1.141954836, 4.393159975, 0.871471231, 0.3471966234)",
       "Molina, Schramowski, Kersting 2020"},
      {"pau_a_tanh", "PAU version A, tanh init",
       "(a[0] + x * (a[1] + x * (a[2] + x * (a[3] + x * (a[4] + x * a[5]))))) / (1 + abs(b[0] * x) "
       "+ abs(b[1]) * square(x) + abs(b[2] * cube(x)) + abs(b[3]) * square(square(x))) where a: "
       "layer[6] = (-1.080462256e-08, 1.000300804, -2.587819938e-08, 0.09632129918, "
       "3.477584163e-09, 0.0004255709235), b: layer[4] = (-0.001302718121, 0.4283490174, "
       "1.452430408e-09, 0.01079664811)",
       "Molina, Schramowski, Kersting 2020"},
      {"pau_a_swish", "PAU version A, swish init",
       "(a[0] + x * (a[1] + x * (a[2] + x * (a[3] + x * (a[4] + x * a[5]))))) / (1 + abs(b[0] * x) "
       "+ abs(b[1]) * square(x) + abs(b[2] * cube(x)) + abs(b[3]) * square(square(x))) where a: "
       "layer[6] = (3.054879741e-07, 0.5000007854, 0.2499978342, 0.05326628273, 0.005803034571, "
       "0.0002751961022), b: layer[4] = (-4.111554956e-06, 0.1065289934, -1.26900074e-06, "
       "0.0005502331264)",
       "Molina, Schramowski, Kersting 2020"},
      {"pau_a_relu", "PAU version A, relu init",
       "(a[0] + x * (a[1] + x * (a[2] + x * (a[3] + x * (a[4] + x * a[5]))))) / (1 + abs(b[0] * x) "
       "+ abs(b[1]) * square(x) + abs(b[2] * cube(x)) + abs(b[3]) * square(square(x))) where a: "
       "layer[6] = (0.02996380161, 0.6168978367, 2.375347597, 3.065990047, 1.524683188, "
       "0.2528070864), b: layer[4] = (-1.191550122, 4.40804877, 0.9110357114, 0.3488497795)",
       "Molina, Schramowski, Kersting 2020"},
      {"pau_b", "PAU version B",
       "(a[0] + x * (a[1] + x * (a[2] + x * (a[3] + x * (a[4] + x * a[5]))))) / (1 + abs(x * (b[0] "
       "+ x * (b[1] + x * (b[2] + x * b[3]))))) where a: layer[6] = (0.03355815733, 0.5050059187, "
       "1.653469731, 2.010050155, 0.9319195586, 0.152426464), b: layer[4] = (4.812831861e-05, "
       "3.980247906, 1.583758767e-05, 0.3018338284)",
       "Delfosse et al. 2024"},
      {"pau_c", "PAU version C",
       "(a[0] + x * (a[1] + x * (a[2] + x * (a[3] + x * (a[4] + x * a[5]))))) / (0.1 + abs(b[0] + "
       "x * (b[1] + x * (b[2] + x * (b[3] + x * b[4]))))) where a: layer[6] = (0.8639431443, "
       "13.0011311, 42.5676392, 51.74757698, 23.99165145, 3.924120833), b: layer[5] = "
       "(25.64497475, -0.001349586637, 102.473082, -0.001793197037, 7.770900056)",
       "Delfosse et al. 2024"},
      {"pau_n_tanh", "PAU version N (unsafe)",
       "(a[0] + x * (a[1] + x * (a[2] + x * (a[3] + x * (a[4] + x * a[5]))))) / (1 + x * (b[0] + x "
       "* (b[1] + x * (b[2] + x * b[3])))) where a: layer[6] = (-3.14542353e-09, 0.9999942494, "
       "-1.972159777e-06, 0.107708628, -9.136256462e-08, 0.0008711236929), b: layer[4] = "
       "(-2.001160785e-06, 0.4410141627, -7.123442515e-07, 0.01458103413)",
       "Delfosse et al. 2024"},
      {"mittag_leffler_tanh", "Mittag-Leffler tanh (oracle)", "tanh(x)", "Mostafanejad 2024"},
  };
}

}  // namespace actsearch::activations::zoo
