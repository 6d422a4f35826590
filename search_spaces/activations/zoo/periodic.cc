#include "search_spaces/activations/zoo/rows.h"

namespace actsearch::activations::zoo {

std::vector<ZooRow> Periodic() {
  return {
      {"sine", "Sine", "sin(w * x) where w: layer = 1", "Sitzmann et al. 2020 (SIREN)"},
      {"sin", "Sine without a frequency", "sin(x)", "Parascandolo et al. 2017"},
      {"siren", "SIREN sine", "sin(30 * x)", "Sitzmann et al. 2020 (SIREN)"},
      {"cosine", "Cosine (1-cos)", "1 - cos(x)", "Kunc, Klema 2024 (survey)"},
      {"cosid", "Cosid", "cos(x) - x", "Ramachandran, Zoph, Le 2017"},
      {"sinp", "Sinp", "sin(x) - a * x where a: layer = 1", "Kunc, Klema 2024 (survey)"},
      {"x_sin_squared", "x+sin^2 (Snake a=1)", "x + square(sin(x))", "Ziyin, Hartwig, Ueda 2020"},
      {"snake", "Snake", "x + square(sin(a * x)) / a where a: channel = 1",
       "Ziyin, Hartwig, Ueda 2020"},
      {"snake_beta", "SnakeBeta", "x + square(sin(a * x)) / b where a: channel = 1, b: channel = 1",
       "Lee et al. 2023 (BigVGAN)"},
      {"x_sin", "x+sin", "x + sin(x)", "Ziyin, Hartwig, Ueda 2020"},
      {"gcu", "GCU (growing cosine)", "x * cos(x)", "Noel et al. 2021"},
      {"asu", "ASU (amplifying sine)", "x * sin(x)", "Kunc, Klema 2024 (survey)"},
      {"sinc", "Sinc", "sinc(x)", "textbook"},
      {"ssu", "SSU (shifted sinc)", "pi * sinc(x - pi)", "Noel et al. 2021"},
      {"dsu", "DSU (decaying sine unit)", "0.5 * pi * (sinc(x - pi) - sinc(x + pi))",
       "Noel et al. 2021"},
      {"spder", "SPDER", "sin(w * x) * sqrt(abs(x) + 1e-30) where w: layer = 30",
       "Shah, Sitawarin 2023"},
      {"finer", "FINER", "sin(w * (abs(x) + 1) * x) where w: layer = 30",
       "Liu et al. 2024 (FINER)"},
      {"hosc", "HOSC", "tanh(b * sin(w * x)) where b: layer = 2, w: layer = 1",
       "Serrano, Szymkowiak, Musialski 2024"},
      {"fourier_series", "Fourier series activation (FSA)",
       "a + b[0] * cos(v) + c[0] * sin(v) + b[1] * cos(2 * v) + c[1] * sin(2 * v) + b[2] * cos(3 * "
       "v) + c[2] * sin(3 * v) + b[3] * cos(4 * v) + c[3] * sin(4 * v) + b[4] * cos(5 * v) + c[4] "
       "* sin(5 * v) where a: layer = 0, b: layer[5] = 0.1, c: layer[5] = 0.1, d: layer = 1, v := "
       "d * x",
       "Kunc, Klema 2024 (survey)"},
      {"rowdy", "Rowdy",
       "tanh(x) + a[0] * sin(x) + a[1] * sin(2 * x) + a[2] * sin(3 * x) where a: layer[3] = 0",
       "Jagtap et al. 2022"},
      {"gln", "GLN", "lerp(sin(x), tanh(x), sigmoid(a)) - b where a: layer = 1, b: layer = 1",
       "Kunc, Klema 2024 (survey)"},
      {"wave_act", "WaveAct (PINNsFormer)",
       "a * sin(x) + b * cos(x) where a: layer = 1, b: layer = 1", "Zhao, Ding, Prakash 2024"},
      {"dra", "DRA (dynamic range activation)",
       "x + b * square(sin(a * x)) / a + c * cos(a * x) + d * tanh(b * x) where a: layer = 1, b: "
       "layer = 1, c: layer = 1, d: layer = 1",
       "Hashemi, Corominas, Giacchetto 2024"},
      {"incode", "Soft-sine / INCODE",
       "a * sin(30 * b * x + c) + d where a: layer = 1, b: layer = 1, c: layer = 0, d: layer = 0",
       "Kazerouni et al. 2024"},
      {"adaptive_sine", "PINN adaptive sine", "sin(10 * a * x) where a: layer = 0.1",
       "Jagtap, Kawaguchi, Karniadakis 2020"},
      {"atan_squared", "Arctid", "square(atan(x)) - x", "Ramachandran, Zoph, Le 2017"},
  };
}

}  // namespace actsearch::activations::zoo
