// Causal attention against the sums that define it, in double and element by element.
#include "evaluators/kernels/attention.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <string>
#include <vector>

namespace actsearch::kernels {
namespace {

struct Case {
  std::int64_t sequences, length, width, heads;
};

// Lengths and depths around whole vectors, one element, one head.
const Case kCases[] = {{2, 5, 12, 3},  {1, 16, 16, 1}, {3, 17, 32, 2},
                       {1, 1, 8, 4},   {2, 33, 40, 2}, {1, 64, 64, 4}};

at::Tensor Numbers(const Case& c) {
  at::manual_seed(1);
  return at::randn({c.sequences * c.length, 3 * c.width});
}

// One weighted mean for each element and head, by loops.
std::vector<double> Expected(const Case& c, const at::Tensor& qkv) {
  const auto x = qkv.accessor<float, 2>();
  const std::int64_t depth = c.width / c.heads;
  std::vector<double> y(static_cast<std::size_t>(c.sequences * c.length * c.width));
  for (std::int64_t n = 0; n < c.sequences; ++n) {
    for (std::int64_t i = 0; i < c.length; ++i) {
      for (std::int64_t h = 0; h < c.heads; ++h) {
        std::vector<double> weights;
        double all = 0;
        for (std::int64_t j = 0; j <= i; ++j) {
          double score = 0;
          for (std::int64_t d = 0; d < depth; ++d) {
            score += double{x[n * c.length + i][h * depth + d]} *
                     x[n * c.length + j][c.width + h * depth + d];
          }
          weights.push_back(std::exp(score / std::sqrt(static_cast<double>(depth))));
          all += weights.back();
        }
        for (std::int64_t j = 0; j <= i; ++j) {
          for (std::int64_t d = 0; d < depth; ++d) {
            y[static_cast<std::size_t>((n * c.length + i) * c.width + h * depth + d)] +=
                weights[static_cast<std::size_t>(j)] / all *
                x[n * c.length + j][2 * c.width + h * depth + d];
          }
        }
      }
    }
  }
  return y;
}

at::Tensor GradientOf(const at::Tensor& loss, const at::Tensor& x) {
  return torch::autograd::grad({loss}, {x})[0];
}

TEST(CausalAttention, IsTheWeightedMeanOfWhatCameBefore) {
  for (const Case& c : kCases) {
    const at::Tensor qkv = Numbers(c);
    const at::Tensor y = CausalAttention(qkv, c.length, c.heads);
    const std::vector<double> expected = Expected(c, qkv);
    const float* values = y.data_ptr<float>();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(values[i], expected[i], 1e-5) << c.length << " x " << c.width << " at " << i;
    }
  }
}

TEST(CausalAttention, GradientsAreTheSlopeOfTheLoss) {
  for (const Case& c : kCases) {
    const at::Tensor qkv = Numbers(c).requires_grad_(true);
    const at::Tensor weight = at::randn({c.sequences * c.length, c.width});
    const at::Tensor gradient =
        GradientOf((CausalAttention(qkv, c.length, c.heads) * weight).sum(), qkv);
    const at::NoGradGuard no_grad;
    for (int round = 0; round < 4; ++round) {
      const at::Tensor direction = at::randn_like(qkv);
      const auto loss_at = [&](double step) {
        const std::vector<double> y = Expected(c, qkv + step * direction);
        double sum = 0;
        for (std::size_t i = 0; i < y.size(); ++i) sum += y[i] * weight.data_ptr<float>()[i];
        return sum;
      };
      const double slope = (loss_at(1e-3) - loss_at(-1e-3)) / 2e-3;
      const double exact = (gradient * direction).sum().item<double>();
      EXPECT_NEAR(exact, slope, 2e-3 * gradient.norm().item<double>()) << c.length;
    }
  }
}

// Where gradients are recorded again, and in double, LibTorch's operations take over.
TEST(CausalAttention, HasSecondDerivatives) {
  const Case c{2, 5, 12, 3};
  const at::Tensor single = Numbers(c).requires_grad_(true);
  const at::Tensor twice = Numbers(c).to(at::kDouble).requires_grad_(true);
  std::vector<at::Tensor> second;
  for (const at::Tensor& qkv : {single, twice}) {
    const at::Tensor loss = CausalAttention(qkv, c.length, c.heads).square().sum();
    const at::Tensor first = torch::autograd::grad({loss}, {qkv}, {}, true, true)[0];
    second.push_back(GradientOf(first.square().sum(), qkv).to(at::kDouble));
  }
  EXPECT_LT((second[0] - second[1]).norm().item<double>(),
            1e-4 * second[1].norm().item<double>());
}

TEST(CausalAttention, LaterElementsDoNotMatter) {
  const Case c{1, 20, 16, 2};
  const at::Tensor qkv = Numbers(c), changed = qkv.clone();
  changed.narrow(0, 12, 8).normal_();
  const at::Tensor y = CausalAttention(qkv, c.length, c.heads);
  const at::Tensor other = CausalAttention(changed, c.length, c.heads);
  EXPECT_TRUE(y.narrow(0, 0, 12).equal(other.narrow(0, 0, 12)));
  EXPECT_FALSE(y.narrow(0, 12, 8).equal(other.narrow(0, 12, 8)));
}

TEST(CausalAttention, LargeScoresStayFinite) {
  const Case c{1, 20, 16, 2};
  const at::Tensor qkv = (1e3 * Numbers(c)).requires_grad_(true);
  const at::Tensor y = CausalAttention(qkv, c.length, c.heads);
  EXPECT_TRUE(y.isfinite().all().item<bool>());
  EXPECT_TRUE(GradientOf(y.sum(), qkv).isfinite().all().item<bool>());
}

TEST(CausalAttention, RefusesShapesThatDoNotFit) {
  const at::Tensor qkv = at::zeros({10, 36});
  EXPECT_THROW(CausalAttention(qkv, 3, 3), c10::Error);
  EXPECT_THROW(CausalAttention(qkv, 5, 5), c10::Error);
}

}  // namespace
}  // namespace actsearch::kernels
