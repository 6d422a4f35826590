// Batch normalization with a candidate as one node, against LibTorch's in double.
#include "evaluators/kernels/normalized_activation.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "evaluators/kernels/affine_input.h"
#include "evaluators/kernels/batch_moments.h"
#include "evaluators/kernels/plan.h"
#include "evaluators/kernels/tensor_value.h"
#include "tests/unit/evaluators/kernels/formulas.h"
#include "tests/unit/evaluators/kernels/node_cases.h"

namespace actsearch::kernels {
namespace {

constexpr double kEpsilon = 1e-5;
constexpr auto kLast = at::MemoryFormat::ChannelsLast;

constexpr const char* kSixOperations = "x*tanh(softplus(x)) + 0.1*sin(x)*exp(-x*x)";
constexpr const char* kOverflows = "log(exp(60 * x) + 2)";

constexpr const char* kFused[] = {
    "x",
    "relu(x)",
    "gelu(x)",
    "x * sigmoid(beta * x) where beta: channel = 1",
    "c * exp(x) * tanh(b * x) where b: layer = 1, c: channel = 1",
    kSixOperations,
    kOverflows};

// Draws of no variance, a reduction, a second input.
constexpr const char* kFallBack[] = {"relu(x + normal(0, 0))",
                                     "b * x * sigmoid(x - mean{c}(x)) where b: channel = 1",
                                     "x * sigmoid(u)"};

std::vector<NamedTensor> Inputs() {
  at::manual_seed(3);
  const auto input = [](std::vector<std::int64_t> shape) { return at::randn(shape) * 2 + 0.7; };
  const at::Tensor images = input({6, 4, 7, 6}), one = input({9, 1, 5, 4});
  const at::Tensor pixels = input({12, 4, 1, 1}), plain = input({37, 4});
  const at::Tensor window = input({6, 4, 9, 9}).slice(2, 1, 7).slice(3, 2, 8);
  return {{"images", images},
          {"images, channels last", images.contiguous(kLast)},
          {"one channel", one},
          {"one channel, channels last", one.as_strided(one.sizes(), {20, 1, 4, 1})},
          {"one pixel", pixels},
          {"one pixel, channels last", pixels.as_strided(pixels.sizes(), {4, 1, 4, 4})},
          {"matrix", plain},
          {"matrix, turned", plain.t().contiguous().t()},
          {"sequence", input({5, 4, 33})},
          {"volumes", input({2, 4, 3, 4, 3})},
          {"large planes", input({2, 4, 30, 40})},
          {"a window", window}};
}

std::int64_t SizeOf(const expr::Parameter& p, std::int64_t channels) {
  return p.shape == expr::Shape::kLayer ? 1 : channels;
}

// x, scale, shift and f's parameters.
variable_list LeavesFor(const expr::Expr& f, const at::Tensor& x) {
  const std::int64_t channels = x.size(1);
  variable_list leaves = {Leaf(x), Leaf(at::rand({channels}) + 0.5), Leaf(at::randn({channels}))};
  for (const expr::Parameter& p : f.parameters) {
    leaves.push_back(Leaf(at::rand({SizeOf(p, channels)}) + 0.5));
  }
  return leaves;
}

Operation Ours(const std::shared_ptr<const NormalizedActivation>& f) {
  return [f](const variable_list& in) {
    BatchStatistics statistics;
    return f->Train(in[0], in[1], in[2], std::span(in).subspan(3),
                    at::detail::createCPUGenerator(1), statistics);
  };
}

Operation Oracle(const expr::Expr& f) {
  return [f](const variable_list& in) {
    const at::Tensor z = at::batch_norm(in[0], in[1], in[2], {}, {}, true, 0, kEpsilon, false);
    return EvaluateOnTensors(f, z, std::span(in).subspan(3), kMeans);
  };
}

TEST(NormalizedActivationTest, GradientsAreThoseOfLibTorch) {
  for (const NamedTensor& input : Inputs()) {
    for (const char* text : kFused) {
      const expr::Expr f = Parsed(text);
      const std::string what = input.name + ", " + text;
      const auto ours = Ours(MakeNormalizedActivation(f, kEpsilon));
      const variable_list leaves = LeavesFor(f, input.tensor);
      ExpectGradients(ours, Oracle(f), leaves, what);
      if (leaves[0].is_non_overlapping_and_dense()) {
        EXPECT_EQ(ours(leaves).strides(), input.tensor.strides()) << what;
      }
    }
  }
}

TEST(NormalizedActivationTest, FormulasWithoutFusedPassesGoThroughLibTorch) {
  for (const NamedTensor& input : Inputs()) {
    for (const char* text : kFallBack) {
      const expr::Expr f = Parsed(text);
      const variable_list leaves = LeavesFor(f, input.tensor);
      if (leaves[0].size(1) == 1 && expr::InputCount(f) == 2) continue;
      const at::Tensor y = Ours(MakeNormalizedActivation(f, kEpsilon))(leaves);
      const at::Tensor exact = Oracle(f)(Doubles(leaves));
      ExpectNear(y, exact, 0, 1e-5, input.name + ", " + text);
    }
  }
}

TEST(NormalizedActivationTest, DoubleGoesThroughLibTorch) {
  for (const char* text : kFused) {
    const expr::Expr f = Parsed(text);
    const variable_list leaves = Doubles(LeavesFor(f, Inputs()[1].tensor));
    const auto ours = Ours(MakeNormalizedActivation(f, kEpsilon));
    ExpectNear(ours(leaves), Oracle(f)(leaves), 0, 1e-14, text);
    ExpectSecondDerivatives(ours, Oracle(f), leaves, text, 1e-12);
  }
}

TEST(NormalizedActivationTest, SecondDerivatives) {
  for (const NamedTensor& input : Inputs()) {
    if (!input.tensor.is_non_overlapping_and_dense()) continue;
    for (const char* text : {"x", "gelu(x)", "x * sigmoid(beta * x) where beta: channel = 1"}) {
      const expr::Expr f = Parsed(text);
      ExpectSecondDerivatives(Ours(MakeNormalizedActivation(f, kEpsilon)), Oracle(f),
                              LeavesFor(f, input.tensor), input.name + ", " + text, 3e-5);
    }
  }
}

TEST(NormalizedActivationTest, MemoryIsReleasedWithTheGraph) {
  for (const char* text : {"x", "relu(x)", "sigmoid(x)", "tanh(x)", "exp(x)", kSixOperations}) {
    const expr::Expr f = Parsed(text);
    ExpectRelease(Ours(MakeNormalizedActivation(f, kEpsilon)),
                  LeavesFor(f, Inputs()[1].tensor), text);
  }
}

// Means far from 0, where x's digits are few: exact is what double makes of the same floats.
TEST(NormalizedActivationTest, LargeMeansDoNotCancel) {
  at::manual_seed(5);
  for (const char* text : {"x", "gelu(x)", kSixOperations}) {
    const expr::Expr f = Parsed(text);
    const at::Tensor x = at::randn({16, 4, 12, 12}) + 1e4;
    for (const at::Tensor& input : {x, x.contiguous(kLast)}) {
      ExpectGradients(Ours(MakeNormalizedActivation(f, kEpsilon)), Oracle(f), LeavesFor(f, input),
                      text);
    }
  }
}

TEST(NormalizedActivationTest, ManyChunks) {
  at::manual_seed(6);
  const expr::Expr f = Parsed("x * sigmoid(beta * x) where beta: channel = 1");
  for (const std::vector<std::int64_t>& shape :
       {std::vector<std::int64_t>{64, 16, 32, 32}, {64, 32, 16, 16}, {3, 20000}, {3000, 17}}) {
    const at::Tensor x = at::randn(shape) * 3 - 1;
    std::vector<at::Tensor> inputs = {x};
    if (x.dim() == 4) inputs.push_back(x.contiguous(kLast));
    for (const at::Tensor& input : inputs) {
      ExpectGradients(Ours(MakeNormalizedActivation(f, kEpsilon)), Oracle(f), LeavesFor(f, input),
                      std::to_string(shape[0]) + " x " + std::to_string(shape[1]));
    }
  }
}

TEST(NormalizedActivationTest, TheTestsHaveAFormulaToRepair) {
  EXPECT_TRUE(MakePlan(WithAffineInput(Parsed(kOverflows)).g).may_overflow);
  const expr::Expr f = Parsed(kOverflows);
  const variable_list leaves = LeavesFor(f, Inputs()[0].tensor);
  EXPECT_FALSE(Oracle(f)(leaves).isfinite().all().item<bool>()) << "float overflows";
  EXPECT_TRUE(Oracle(f)(Doubles(leaves)).isfinite().all().item<bool>());
}

TEST(NormalizedActivationTest, OneElementAChannelIsItsMean) {
  const auto f = MakeNormalizedActivation(Parsed("x + 1"), kEpsilon);
  const at::Tensor x = Leaf(at::randn({1, 5})), scale = Leaf(at::ones({5}));
  const at::Tensor shift = Leaf(at::randn({5}));
  BatchStatistics statistics;
  const at::Tensor y = f->Train(x, scale, shift, {}, kMeans, statistics);
  EXPECT_TRUE(at::allclose(y[0], shift + 1));
  EXPECT_TRUE(at::equal(statistics.mean, x[0]));
  EXPECT_TRUE(at::equal(statistics.variance, at::zeros({5})));
  EXPECT_TRUE(at::equal(torch::autograd::grad({y.square().sum()}, {x})[0], at::zeros({1, 5})));
}

TEST(NormalizedActivationTest, ScoresWithGivenStatistics) {
  for (const NamedTensor& input : Inputs()) {
    for (const std::span<const char* const> texts : {std::span<const char* const>(kFused),
                                                     std::span<const char* const>(kFallBack)}) {
      for (const char* text : texts) {
        const expr::Expr f = Parsed(text);
        const variable_list in = LeavesFor(f, input.tensor);
        if (in[0].size(1) == 1 && expr::InputCount(f) == 2) continue;
        const at::Tensor mean = at::randn({in[0].size(1)});
        const at::Tensor variance = at::rand({in[0].size(1)}) * 3 + 2;
        const auto ours = MakeNormalizedActivation(f, kEpsilon);
        const variable_list doubles = Doubles(in);
        const at::Tensor z = at::batch_norm(doubles[0], doubles[1], doubles[2],
                                            mean.to(at::kDouble), variance.to(at::kDouble), false,
                                            0, kEpsilon, false);
        const at::Tensor exact =
            EvaluateOnTensors(f, z, std::span(doubles).subspan(3), kMeans).detach();
        const auto score = [&] {
          return ours->Score(in[0], in[1], in[2], std::span(in).subspan(3), mean, variance);
        };
        EXPECT_TRUE(score().requires_grad());
        // LibTorch's float operations overflow.
        if (text != kOverflows) {
          ExpectNear(score(), exact, 0, 1e-5, input.name + ", with gradients, " + text);
        }
        const at::NoGradGuard no_grad;
        ExpectNear(score(), exact, 0, 1e-5, input.name + ", " + text);
      }
    }
  }
}

TEST(NormalizedActivationTest, ChangingWhatIsSavedIsDetected) {
  const auto f = MakeNormalizedActivation(Parsed("gelu(x)"), kEpsilon);
  for (std::size_t changed = 0; changed < 3; ++changed) {
    const variable_list leaves = LeavesFor(Parsed("gelu(x)"), at::randn({6, 4}));
    variable_list in;
    for (const at::Tensor& leaf : leaves) in.push_back(leaf * 1);
    const at::Tensor y = Ours(f)(in);
    in[changed].add_(1);
    EXPECT_ANY_THROW(torch::autograd::grad({y.sum()}, leaves)) << changed;
  }
}

TEST(BatchMomentsTest, AreAccurateAtLargeMeans) {
  for (const NamedTensor& input : Inputs()) {
    if (!input.tensor.is_non_overlapping_and_dense()) continue;
    for (const double mean : {0.0, 1e2, 1e4}) {
      const at::Tensor x = input.tensor + mean;
      std::vector<std::int64_t> others = {0};
      for (std::int64_t d = 2; d < x.dim(); ++d) others.push_back(d);
      const auto [variance, centre] = at::var_mean(x.to(at::kDouble), others, false);
      const BatchMoments seen = MomentsOf(x);
      ExpectNear(at::tensor(seen.mean, at::kDouble), centre, 1, 1e-7, input.name);
      ExpectNear(at::tensor(seen.variance, at::kDouble), variance, 0, 1e-5, input.name);
    }
  }
}

// The elements that the pivots are taken from are far from all others.
TEST(BatchMomentsTest, AreAccurateWhereTheFirstElementsAreOutliers) {
  at::manual_seed(8);
  for (const auto format : {at::MemoryFormat::Contiguous, kLast}) {
    for (const std::int64_t outliers : {1, 7}) {
      at::Tensor x = at::randn({64, 16, 16, 16});
      x.narrow(0, 0, outliers).add_(1e4);
      x = x.contiguous(format);
      const at::Tensor variance = at::var(x.to(at::kDouble), {0, 2, 3}, false);
      ExpectNear(at::tensor(MomentsOf(x).variance, at::kDouble), variance, 0, 1e-5, "outliers");
    }
  }
}

TEST(BatchMomentsTest, DoNotDependOnTheNumberOfThreads) {
  at::manual_seed(9);
  const int threads = at::get_num_threads();
  const auto f = MakeNormalizedActivation(Parsed(kSixOperations), kEpsilon);
  for (const auto format : {at::MemoryFormat::Contiguous, kLast}) {
    const variable_list leaves =
        LeavesFor(Parsed(kSixOperations), at::randn({40, 16, 24, 24}).contiguous(format));
    const auto run = [&](int count) {
      at::set_num_threads(count);
      const at::Tensor y = Ours(f)(leaves);
      variable_list results = torch::autograd::grad({y.square().sum()}, leaves);
      results.push_back(y);
      return results;
    };
    const variable_list one = run(1), four = run(4);
    for (std::size_t k = 0; k < one.size(); ++k) EXPECT_TRUE(at::equal(one[k], four[k])) << k;
  }
  at::set_num_threads(threads);
}

TEST(NormalizedActivationTest, TheCentreHasNoReduction) {
  const AffineInput affine = WithAffineInput(Parsed("relu(x)"));
  const std::uint16_t constants[] = {affine.centre};
  EXPECT_EQ(MakePlan(affine.g, constants).backward.reductions.size(), 2u);
  EXPECT_EQ(MakePlan(affine.g).backward.reductions.size(), 3u);
}

}  // namespace
}  // namespace actsearch::kernels
