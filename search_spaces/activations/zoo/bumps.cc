#include "search_spaces/activations/zoo/rows.h"

namespace actsearch::activations::zoo {

std::vector<ZooRow> Bumps() {
  return {
      {"gaussian", "Gaussian", "gaussian(x)", "textbook"},
      {"gaussian_inr", "Gaussian (INR)", "exp(-0.5 * square(x / a)) where a: layer = 0.1",
       "Ramasinghe, Lucey 2022"},
      {"quadratic_rbf", "Quadratic RBF (rational bump)",
       "1 / (1 + square(a * x)) where a: layer = 1", "Ramasinghe, Lucey 2022"},
      {"inverse_multiquadric", "Inverse multiquadric",
       "1 / sqrt(1 + square(a * x)) where a: layer = 20", "Ramasinghe, Lucey 2022"},
      {"multiquadric", "Multiquadric (MAF)",
       "sqrt(square(x - a) + square(b)) where a: layer = 0, b: layer = 1",
       "Kunc, Klema 2024 (survey)"},
      {"laplacian", "Laplacian", "exp(-abs(x))", "Ramasinghe, Lucey 2022"},
      {"super_gaussian", "Super-Gaussian",
       "exp(-0.5 * b * square(x / a)) where a: layer = 0.1, b: layer = 2",
       "Ramasinghe, Lucey 2022"},
      {"exp_sin", "ExpSin", "exp(-sin(x))", "Ramasinghe, Lucey 2022"},
      {"cauchy", "Cauchy activation",
       "(a * x + b) / (square(x) + square(d)) where a: layer = 1, b: layer = 1, d: layer = 1",
       "Li, Xia, Zhang 2024 (XNet)"},
      {"elephant", "Elephant", "1 / (1 + square(square(x)))", "Lan, Mahmood 2023"},
      {"sech", "Sech", "sech(x)", "textbook"},
      {"rswaf", "Sech^2 / RSWAF (reflectional switch)",
       "square(sech((x - g) / h)) where g: layer = 0, h: layer = 1", "Delis 2024 (FasterKAN)"},
      {"ricker", "Ricker / Mexican hat",
       "0.8673250705840776 * (1 - square(x)) * exp(-0.5 * square(x))",
       "Bozorgasl, Chen 2024 (Wav-KAN)"},
      {"morlet", "Morlet (real)", "cos(5 * x) * exp(-0.5 * square(x))",
       "Bozorgasl, Chen 2024 (Wav-KAN)"},
      {"dog", "DoG (derivative of Gaussian)", "-x * exp(-0.5 * square(x))",
       "Bozorgasl, Chen 2024 (Wav-KAN)"},
      {"shannon", "Shannon wavelet / windowed sinc", "sinc(pi * x)",
       "Bozorgasl, Chen 2024 (Wav-KAN)"},
      {"meyer", "Meyer-type (Wav-KAN)",
       "sin(pi * v) * cos(0.5 * pi * square(square(t)) * (35 - t * (84 - t * (70 - 20 * t)))) "
       "where v := abs(x), t := min(relu(2 * v - 1), 1)",
       "Bozorgasl, Chen 2024 (Wav-KAN)"},
      {"wire", "WIRE real Gabor", "cos(w * x) * gaussian(s * x) where w: layer = 10, s: layer = 10",
       "Saragadam et al. 2023 (WIRE)"},
      {"hermite_gauss", "x*exp(-x^2) (Hermite-Gauss 1)", "x * exp(-0.5 * square(x))", "textbook"},
      {"cone", "Cone", "1 - pow_abs(x - 1, d) where d: layer = 2", "Noel, Oswal 2024"},
      {"parabolic_cone", "Parabolic cone", "x * (2 - x)", "Noel, Oswal 2024"},
      {"sigmoid_difference", "Difference of sigmoids", "sigmoid(x + 0.5) - sigmoid(x - 0.5)",
       "textbook"},
      {"piecewise_rbf", "Piecewise RBF", "gaussian(3 - abs(abs(x) - 3))",
       "Kunc, Klema 2024 (survey)"},
      {"gumbel_density", "Gumbel density", "exp(-x - exp(-x))", "textbook"},
  };
}

}  // namespace actsearch::activations::zoo
