// Shapes, strides and types of tensors, and parameters of each shape, against sums in double.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "evaluators/kernels/cpu/runner.h"
#include "tests/unit/evaluators/kernels/formulas.h"
#include "tests/unit/evaluators/kernels/reference.h"

namespace actsearch::kernels {
namespace {

// A parameter of each shape, and two of them by channel.
constexpr const char* kFormula =
    "c * x * sigmoid(b * x) + l * tanh(x) where b: channel = 1, c: channel = 1, l: layer = 1";

std::vector<at::Tensor> NumbersFor(std::int64_t channels) {
  const at::Tensor b = at::linspace(0.5, 1.5, channels), c = at::linspace(-2, 2, channels);
  return {b, c, at::tensor({0.75f})};
}

std::int64_t ChannelsOf(const at::Tensor& x) { return x.dim() < 2 ? 1 : x.size(1); }

struct Case {
  std::string name;
  at::Tensor x, gradient;
};

std::vector<Case> Cases() {
  at::manual_seed(3);
  const auto pair = [](std::string name, const std::vector<std::int64_t>& shape) {
    return Case{std::move(name), at::randn(shape) * 2, at::rand(shape) + 0.5};
  };
  std::vector<Case> cases = {pair("matrix", {37, 19}),
                             pair("one channel", {41, 1}),
                             pair("one row", {1, 700}),
                             pair("images", {5, 3, 7, 6}),
                             pair("volumes", {2, 5, 3, 4, 3}),
                             pair("sequence", {4, 6, 33}),
                             pair("vector", {531}),
                             pair("many channels", {3, 20000}),
                             pair("large planes", {2, 3, 70, 80}),
                             pair("long period", {3, 40, 25, 25}),
                             pair("one pixel", {9, 4, 1, 1}),
                             pair("matrix, rows in a block", {700, 32}),
                             pair("small planes, rows in a block", {80, 8, 2, 4})};
  const auto mapped = [&](std::string name, const std::vector<std::int64_t>& shape, auto map) {
    Case c = pair(std::move(name), shape);
    c.x = map(c.x);
    c.gradient = map(c.gradient);
    cases.push_back(c);
  };
  mapped("channels last", {5, 3, 7, 6},
         [](const at::Tensor& t) { return t.contiguous(at::MemoryFormat::ChannelsLast); });
  mapped("channels last, many", {2, 33, 17, 16},
         [](const at::Tensor& t) { return t.contiguous(at::MemoryFormat::ChannelsLast); });
  mapped("channels last, rows in a block", {9, 16, 17, 16},
         [](const at::Tensor& t) { return t.contiguous(at::MemoryFormat::ChannelsLast); });
  mapped("transposed", {19, 37}, [](const at::Tensor& t) { return t.t(); });
  mapped("images, channels first", {3, 5, 7, 6},
         [](const at::Tensor& t) { return t.transpose(0, 1); });
  mapped("rows turned", {5, 3, 7, 6}, [](const at::Tensor& t) { return t.transpose(2, 3); });
  mapped("every second", {37, 38}, [](const at::Tensor& t) { return t.slice(1, 0, 38, 2); });
  mapped("a window", {6, 5, 9, 9},
         [](const at::Tensor& t) { return t.slice(2, 1, 7).slice(3, 2, 8).slice(0, 1, 5); });
  mapped("expanded", {1, 6, 1, 5}, [](const at::Tensor& t) { return t.expand({7, 6, 3, 5}); });
  Case mixed = pair("plain input, turned gradient", {6, 4, 5, 7});
  mixed.gradient = mixed.gradient.contiguous(at::MemoryFormat::ChannelsLast);
  cases.push_back(mixed);
  Case scalar = pair("gradient of a sum", {11, 13});
  scalar.gradient = at::ones({}).expand({11, 13});
  cases.push_back(scalar);
  return cases;
}

TEST(LayoutsTest, EveryLayoutGivesTheSumsOfDouble) {
  for (const char* text : {kFormula, "exp(0.5 * c * x) where c: channel = 1"}) {
    const expr::Expr f = Parsed(text);
    const auto activation = MakeCpuActivation(f);
    for (const Case& c : Cases()) {
      std::vector<at::Tensor> numbers = NumbersFor(ChannelsOf(c.x));
      numbers.resize(f.parameters.size());
      const Results exact = InDouble(f, c.x, numbers, c.gradient);
      ExpectSame(Fused(*activation, c.x, numbers, c.gradient), exact, 20, c.name);
      at::Tensor y;
      activation->Value(c.x, numbers, y);
      ExpectClose(y, exact.y, 2e-6, 1e-6, c.name + ", Value");
    }
  }
}

// Blocks with results beyond float's range among others, sums included.
TEST(LayoutsTest, EveryLayoutIsRepaired) {
  const expr::Expr f =
      Parsed("log(exp(30 * c * x) + 1) + l * x where c: channel = 1, l: layer = 1");
  const auto activation = MakeCpuActivation(f);
  for (const Case& c : Cases()) {
    std::vector<at::Tensor> numbers = NumbersFor(ChannelsOf(c.x));
    numbers.erase(numbers.begin());
    const Results exact = InDouble(f, c.x, numbers, c.gradient);
    // Where double is finite too.
    ASSERT_TRUE(exact.y.isfinite().all().item<bool>());
    ExpectSame(Fused(*activation, c.x, numbers, c.gradient), exact, 500, c.name);
  }
}

TEST(LayoutsTest, EverySizeGivesTheSumsOfDouble) {
  constexpr auto kChunk = static_cast<std::int64_t>(cpu::kChunk);
  const expr::Expr f = Parsed(kFormula);
  const auto activation = MakeCpuActivation(f);
  at::manual_seed(4);
  // Around vectors, tiles (128 to 1024 floats) and chunks.
  for (const std::int64_t n :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{15}, std::int64_t{16}, std::int64_t{17},
        std::int64_t{127}, std::int64_t{128}, std::int64_t{129}, std::int64_t{255},
        std::int64_t{257}, std::int64_t{511}, std::int64_t{513}, std::int64_t{1023},
        std::int64_t{1024}, std::int64_t{1025}, kChunk - 1, kChunk, kChunk + 1, 3 * kChunk + 7}) {
    for (const std::vector<std::int64_t>& shape :
         {std::vector<std::int64_t>{n, 1}, {1, 3, n}, {n, 3}, {n}}) {
      const at::Tensor x = at::randn(shape), gradient = at::rand(shape) + 0.5;
      const std::vector<at::Tensor> numbers = NumbersFor(ChannelsOf(x));
      ExpectSame(Fused(*activation, x, numbers, gradient), InDouble(f, x, numbers, gradient), 5,
                 std::to_string(n) + " in " + std::to_string(shape.size()) + " dimensions");
    }
  }
}

TEST(LayoutsTest, ChannelParametersFollowTheLayout) {
  const auto f = MakeCpuActivation(Parsed("b * x where b: channel = 1"));
  const std::vector<at::Tensor> b = {at::arange(1, 4).to(at::kFloat)};
  at::Tensor y;
  f->Value(at::ones({1000, 3}), b, y);
  EXPECT_TRUE(at::equal(y, b[0].view({1, 3}).expand({1000, 3})));
  f->Value(at::ones({9, 3, 11, 10}), b, y);
  EXPECT_TRUE(at::equal(y, b[0].view({1, 3, 1, 1}).expand({9, 3, 11, 10})));
}

TEST(LayoutsTest, ResultKeepsTheMemoryOrderOfTheInput) {
  const auto f = MakeCpuActivation(Parsed("tanh(x)"));
  const at::Tensor x = at::randn({4, 3, 6, 5}).contiguous(at::MemoryFormat::ChannelsLast);
  at::Tensor y;
  f->Value(x, {}, y);
  EXPECT_EQ(y.strides(), x.strides());
  const void* const memory = y.data_ptr();
  f->Value(x + 1, {}, y);
  EXPECT_EQ(y.data_ptr(), memory) << "written again where it fits";
}

// Storage is bfloat16, computation is float: the result is the rounded result in float.
TEST(LayoutsTest, Bfloat16RoundsTheResultInFloat) {
  for (const char* text : {"x * sigmoid(x)", "tanh(x)", "gelu(x)", "exp(0.1 * x)", "max(x, -x)"}) {
    const auto activation = MakeCpuActivation(Parsed(text));
    at::manual_seed(5);
    for (const std::vector<std::int64_t>& shape :
         {std::vector<std::int64_t>{37, 19}, {16}, {2, 3, 130, 70}}) {
      const at::Tensor x = (at::randn(shape) * 3).to(at::kBFloat16);
      at::Tensor y, wide;
      activation->Value(x, {}, y);
      activation->Value(x.to(at::kFloat), {}, wide);
      ASSERT_EQ(y.scalar_type(), at::kBFloat16);
      EXPECT_TRUE(at::equal(y, wide.to(at::kBFloat16))) << text;
    }
  }
}

TEST(LayoutsTest, Bfloat16GradientsAreClose) {
  const expr::Expr f = Parsed(kFormula);
  const auto activation = MakeCpuActivation(f);
  at::manual_seed(6);
  for (const at::Tensor& x : {at::randn({64, 5}), at::randn({8, 5, 40, 50}),
                              at::randn({3, 5, 8, 8}).contiguous(at::MemoryFormat::ChannelsLast)}) {
    const at::Tensor narrow = x.to(at::kBFloat16);
    const at::Tensor gradient = (at::rand_like(x) + 0.5).to(at::kBFloat16);
    const std::vector<at::Tensor> numbers = NumbersFor(5);
    const Results seen = Fused(*activation, narrow, numbers, gradient);
    const Results exact = InDouble(f, narrow, numbers, gradient);
    // One bfloat16 has 8 bits; what the forward pass saves is rounded to them too.
    ExpectClose(seen.y, exact.y, 1.0 / 256, 1e-5, "y");
    ExpectClose(seen.input, exact.input, 3.0 / 256, 0.02, "dx");
    for (std::size_t k = 0; k < numbers.size(); ++k) {
      ASSERT_EQ(seen.parameters[k].scalar_type(), at::kFloat);
      const auto terms = static_cast<double>(x.numel() / numbers[k].numel());
      ExpectClose(seen.parameters[k], exact.parameters[k], 0.01, 0.01 * std::sqrt(terms),
                  "dp " + std::to_string(k));
    }
  }
}

}  // namespace
}  // namespace actsearch::kernels
