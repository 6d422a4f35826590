#include "search_spaces/activations/zoo/rows.h"

namespace actsearch::activations::zoo {

// Gated units of two halves of a layer's output: x is the value, u the gate.
std::vector<ZooRow> Gated() {
  return {
      {"glu", "GLU", "x * sigmoid(u)", "Dauphin et al. 2017"},
      {"reglu", "ReGLU", "x * relu(u)", "Shazeer 2020"},
      {"geglu", "GEGLU", "x * u * normal_cdf(u)", "Shazeer 2020"},
      {"swiglu", "SwiGLU", "x * u * sigmoid(u)", "Shazeer 2020"},
      {"bilinear", "Bilinear", "x * u", "Shazeer 2020"},
      {"gtu", "GTU (gated tanh unit)", "tanh(x) * sigmoid(u)", "van den Oord et al. 2016"},
      {"relu2_glu", "ReLU^2-GLU", "x * square(relu(u))", "Zhang et al. 2024 (ReLU^2)"},
      {"xatglu", "xATGLU", "x * ((0.5 + atan(u) / pi) * (1 + 2 * a) - a) where a: layer = 0",
       "Huang 2024 (expanded gating)"},
      {"xgeglu", "xGEGLU", "x * (normal_cdf(u) * (1 + 2 * a) - a) where a: layer = 0",
       "Huang 2024 (expanded gating)"},
      {"xswiglu", "xSwiGLU", "x * (sigmoid(u) * (1 + 2 * a) - a) where a: layer = 0",
       "Huang 2024 (expanded gating)"},
      {"xatglu_2", "xATGLU, second order",
       "x * u * ((0.5 + atan(u) / pi) * (1 + 2 * a) - a) where a: layer = 0",
       "Huang 2024 (expanded gating)"},
      {"xgeglu_2", "xGEGLU, second order",
       "x * u * (normal_cdf(u) * (1 + 2 * a) - a) where a: layer = 0",
       "Huang 2024 (expanded gating)"},
      {"xswiglu_2", "xSwiGLU, second order",
       "x * u * (sigmoid(u) * (1 + 2 * a) - a) where a: layer = 0", "Huang 2024 (expanded gating)"},
      {"drelu", "dReLU", "relu(x) * relu(u)", "Song et al. 2024 (Turbo Sparse)"},
      {"clamped_swiglu", "Clamped SwiGLU (gpt-oss)",
       "(max(min(x, 7), -7) + 1) * g * sigmoid(1.702 * g) where g := min(u, 7)",
       "OpenAI 2025 (gpt-oss)"},
      {"maxout", "Maxout", "max(x, u)", "Goodfellow et al. 2013"},
      {"dual_relu", "Dual ReLU", "relu(x) - relu(u)", "Godin et al. 2018"},
      {"dual_elu", "Dual ELU", "elu(x) - elu(u)", "Godin et al. 2018"},
      {"mand", "mAND", "p / sqrt(max(p, 1e-12)) where p := relu(x) * relu(u)",
       "Kurochkin et al. 2025 (KronSAE)", kUnboundedSlope},
  };
}

// Functions over all channels, and the pointwise ones that go with layers of many units.
std::vector<ZooRow> Vectors() {
  return {
      {"softmax", "Softmax", "e / sum{c}(e) where e := exp(x - maximum{c}(x))", "Bridle 1990"},
      {"softmin", "Softmin", "e / sum{c}(e) where e := exp(-x - maximum{c}(-x))", "textbook"},
      {"stable_softmax", "StableMax", "s / sum{c}(s) where s := relu(x) + 1 / (1 - min0(x))",
       "Prieto et al. 2025"},
      {"power_softmax", "Power-softmax",
       "p / sum{c}(p) where p := square(square(x / (maximum{c}(abs(x)) + 1e-12)))",
       "Zimerman et al. 2024"},
      {"sqmax", "SQMAX", "square(x) / (sum{c}(square(x)) + 1e-12)", "Kunc, Klema 2024 (survey)"},
      {"gumbel_softmax", "Gumbel-softmax",
       "e / sum{c}(e) where g := x - log(-log(uniform(1e-07, 0.9999999))), e := exp(g - "
       "maximum{c}(g))",
       "Jang, Gu, Poole 2017"},
      {"monotonic_saturated", "Constrained-monotonic triple", "elu(1 + min0(x)) - elu(1 - relu(x))",
       "Runje, Shankaranarayana 2023"},
      {"pangu_series", "Series informed activation (PanGu-pi)",
       "v * normal_cdf(v) + y * normal_cdf(y) where w: channel[2] = 0.5, b: channel[2] = 0, v := "
       "w[0] * x + b[0], y := w[1] * x + b[1]",
       "Wang et al. 2023 (PanGu-pi)", kUnverified},
  };
}

}  // namespace actsearch::activations::zoo
