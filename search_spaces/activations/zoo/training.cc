#include "search_spaces/activations/zoo/rows.h"

namespace actsearch::activations::zoo {

// Draws in training, their means outside, and values with the gradient of another
// function (straight-through and surrogate gradients).
std::vector<ZooRow> Training() {
  return {
      {"rrelu", "RReLU (train)", "relu(x) + uniform(0.125, 0.3333333333333333) * min0(x)",
       "Xu, Wang, Chen, Li 2015"},
      {"pats", "PATS (train)", "x * atan(pi * uniform(0.5, 0.75) * sigmoid(x))",
       "Kunc, Klema 2024 (survey)"},
      {"eelu_train", "EELU (train)",
       "relu(normal(1, uniform(0, 0.5))) * relu(x) + a * expm1(b * min0(x)) where a: channel = 1, "
       "b: channel = 1",
       "Kim, Kim, Kim 2020"},
      {"drop_activation", "DropActivation", "relu(x) + (1 - bernoulli(0.95)) * min0(x)",
       "Liang, Khoo, Yang 2021"},
      {"noisy_relu", "NoisyReLU", "relu(x + sqrt(sigmoid(x)) * normal(0, 1))", "Nair, Hinton 2010"},
      {"probact", "ProbAct", "relu(x) + s * normal(0, 1) where s: layer = 0.5",
       "Shridhar et al. 2019"},
      {"sign_ste", "Sign STE", "surrogate(sign(x), max(min(x, 1), -1))",
       "Courbariaux et al. 2016 (BNN)", kJump},
      {"bi_real", "Sign STE (Bi-Real)",
       "surrogate(sign(x), m * (2 - abs(m))) where m := max(min(x, 1), -1)",
       "Liu et al. 2018 (Bi-Real)", kJump},
      {"spike_atan", "Surrogate spikes (atan)", "surrogate(step(x), atan(pi * x) / pi)",
       "Fang et al. 2021", kJump},
      {"spike_sigmoid", "Surrogate spikes (sigmoid)", "surrogate(step(x), sigmoid(4 * x))",
       "Neftci, Mostafa, Zenke 2019", kJump},
      {"spike_triangle", "Surrogate spikes (triangle)",
       "surrogate(step(x), m * (1 - 0.5 * abs(m))) where m := max(min(x, 1), -1)",
       "Bellec et al. 2018", kJump},
      {"b_silu", "ReLU with GELU gradient (REReLU/SUGAR)", "(x + 1.67) * sigmoid(x) - 0.835",
       "Horuz et al. 2025 (SUGAR)", kUnverified},
      {"sugar", "ReLU with B-SiLU gradient (SUGAR)", "surrogate(relu(x), (x + 1.67) * sigmoid(x))",
       "Horuz et al. 2025 (SUGAR)", kUnverified},
      {"rerelu", "ReLU with GELU gradient (REReLU)", "surrogate(relu(x), x * normal_cdf(x))",
       "Horuz et al. 2025 (SUGAR)", kUnverified},
      {"nelu_relu", "NeLU-type surrogate",
       "surrogate(relu(x), relu(x) - 0.2 / (1 + square(min0(x))))", "Horuz et al. 2025 (SUGAR)",
       kUnverified},
  };
}

}  // namespace actsearch::activations::zoo
