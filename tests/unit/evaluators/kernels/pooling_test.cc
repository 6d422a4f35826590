// Mean pooling as autograd nodes, against LibTorch's in double.
#include "evaluators/kernels/pooling.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/evaluators/kernels/node_cases.h"

namespace actsearch::kernels {
namespace {

constexpr auto kLast = at::MemoryFormat::ChannelsLast;

std::vector<NamedTensor> Images() {
  at::manual_seed(3);
  std::vector<NamedTensor> images;
  for (const std::vector<std::int64_t>& shape : std::vector<std::vector<std::int64_t>>{
           {6, 4, 8, 6}, {5, 3, 7, 9}, {3, 16, 6, 5}, {2, 37, 5, 6}, {4, 1, 6, 6}, {1, 5, 2, 2}}) {
    const at::Tensor x = at::randn(shape);
    const std::string name = std::to_string(shape[1]) + " channels of " +
                             std::to_string(shape[2]) + " x " + std::to_string(shape[3]);
    images.push_back({name, x});
    const auto h = shape[2], w = shape[3], c = shape[1];
    at::Tensor last = at::empty_strided(shape, {h * w * c, 1, w * c, c}).copy_(x);
    images.push_back({name + ", channels last", last});
    images.push_back({name + ", turned", x.transpose(2, 3).contiguous().transpose(2, 3)});
    images.push_back({name + ", every second", at::cat({x, x}, 3).slice(3, 0, 2 * w, 2)});
  }
  return images;
}

at::Tensor Pool(const variable_list& in) { return MeanPool2(in[0]); }
at::Tensor PoolOracle(const variable_list& in) { return at::avg_pool2d(in[0], {2, 2}); }
at::Tensor Mean(const variable_list& in) { return MeanOverPlane(in[0]); }
at::Tensor MeanOracle(const variable_list& in) { return at::mean(in[0], {2, 3}); }

TEST(PoolingTest, MeanPoolIsThatOfLibTorch) {
  for (const NamedTensor& image : Images()) {
    const variable_list leaves = {Leaf(image.tensor)};
    ExpectGradients(Pool, PoolOracle, leaves, image.name, 1e-6);
    ExpectSecondDerivatives(Pool, PoolOracle, leaves, image.name, 1e-6);
    ExpectRelease(Pool, leaves, image.name, /*may_walk_twice=*/true);
  }
}

TEST(PoolingTest, MeanOverPlaneIsThatOfLibTorch) {
  std::vector<NamedTensor> images = Images();
  const at::Tensor pixels = at::randn({12, 4, 1, 1});
  images.push_back({"pixels", pixels});
  images.push_back({"pixels, channels last", pixels.as_strided(pixels.sizes(), {4, 1, 4, 4})});
  images.push_back({"large", at::randn({2, 3, 120, 90}) + 100});
  images.push_back({"large, channels last", images.back().tensor.contiguous(kLast)});
  for (const NamedTensor& image : images) {
    const variable_list leaves = {Leaf(image.tensor)};
    ExpectGradients(Mean, MeanOracle, leaves, image.name, 1e-6);
    ExpectSecondDerivatives(Mean, MeanOracle, leaves, image.name, 1e-6);
    ExpectRelease(Mean, leaves, image.name, /*may_walk_twice=*/true);
  }
}

TEST(PoolingTest, PooledImagesKeepTheMemoryOrder) {
  for (const std::int64_t channels : {1, 3, 16}) {
    const std::int64_t pixels[] = {64 * channels, 1, 8 * channels, channels};
    const at::Tensor x = at::empty_strided({2, channels, 8, 8}, pixels).normal_();
    const std::int64_t halves[] = {16 * channels, 1, 4 * channels, channels};
    EXPECT_EQ(MeanPool2(x).strides(), at::IntArrayRef(halves)) << channels;
    EXPECT_EQ(MeanPool2(at::randn({2, channels, 8, 8})).strides(),
              at::empty({2, channels, 4, 4}).strides())
        << channels;
  }
}

TEST(PoolingTest, DoubleGoesThroughLibTorch) {
  const variable_list leaves = Doubles({at::randn({3, 4, 7, 6})});
  EXPECT_TRUE(at::equal(Pool(leaves), PoolOracle(leaves)));
  EXPECT_TRUE(at::equal(Mean(leaves), MeanOracle(leaves)));
}

TEST(PoolingTest, NothingIsRecordedWithoutGradients) {
  EXPECT_FALSE(MeanPool2(at::randn({2, 3, 4, 4})).requires_grad());
  const at::NoGradGuard no_grad;
  EXPECT_FALSE(MeanOverPlane(Leaf(at::randn({2, 3, 4, 4}))).requires_grad());
}

TEST(PoolingTest, OtherShapesAreRefused) {
  EXPECT_THROW(MeanPool2(at::randn({4, 4})), c10::Error);
  EXPECT_THROW(MeanPool2(at::randn({2, 3, 1, 4})), c10::Error);
  EXPECT_THROW(MeanOverPlane(at::randn({3, 4, 4})), c10::Error);
}

TEST(PoolingTest, ResultsDoNotDependOnTheNumberOfThreads) {
  at::manual_seed(4);
  const int threads = at::get_num_threads();
  for (const auto format : {at::MemoryFormat::Contiguous, kLast}) {
    const variable_list leaves = {Leaf(at::randn({32, 16, 16, 16}).contiguous(format))};
    for (const Operation& operation : {Operation(Pool), Operation(Mean)}) {
      const auto run = [&](int count) {
        at::set_num_threads(count);
        const at::Tensor y = operation(leaves);
        return variable_list{y, torch::autograd::grad({y.square().sum()}, leaves)[0]};
      };
      const variable_list one = run(1), four = run(4);
      for (std::size_t k = 0; k < one.size(); ++k) EXPECT_TRUE(at::equal(one[k], four[k]));
    }
  }
  at::set_num_threads(threads);
}

}  // namespace
}  // namespace actsearch::kernels
