// The rows of the zoo with random draws, written by hand.
#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string_view>
#include <vector>

namespace actsearch {

// x in double. Each draw is float32 from the training's generator, in the order of the indices
// of x, in the order in which the formula names them.
inline at::Tensor WithDraws(std::string_view name, const at::Tensor& x,
                            const std::vector<at::Tensor>& p, const at::Generator& generator) {
  const auto uniform = [&](double low, double high) {
    return at::rand(x.sizes(), generator, at::kFloat).to(at::kDouble) * (high - low) + low;
  };
  const auto normal = [&] { return at::randn(x.sizes(), generator, at::kFloat).to(at::kDouble); };
  const at::Tensor above = at::relu(x), below = -at::relu(-x);
  if (name == "rrelu") return above + uniform(0.125, 1.0 / 3) * below;
  if (name == "pats") return x * at::atan(M_PI * uniform(0.5, 0.75) * at::sigmoid(x));
  if (name == "eelu_train") {
    std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
    shape[1] = -1;
    const at::Tensor deviation = uniform(0, 0.5);
    const at::Tensor slope = at::relu(1 + normal() * deviation);
    return slope * above + p[0].view(shape) * at::expm1(p[1].view(shape) * below);
  }
  if (name == "drop_activation") {
    const at::Tensor kept = at::bernoulli(at::full(x.sizes(), 0.95, at::kFloat), generator);
    return above + (1 - kept.to(at::kDouble)) * below;
  }
  if (name == "noisy_relu") return at::relu(x + at::sigmoid(x).sqrt() * normal());
  EXPECT_EQ(name, "probact") << "a new row with draws: write it here";
  return above + p[0] * normal();
}

}  // namespace actsearch
