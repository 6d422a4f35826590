// Activations of every primitive: both engines agree, special values are those of double,
// bits do not depend on threads, and what is not served falls back.
#include "evaluators/kernels/activation.h"

#include <ATen/Parallel.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/simplify.h"
#include "tests/unit/evaluators/kernels/formulas.h"
#include "tests/unit/evaluators/kernels/reference.h"

namespace actsearch::kernels {
namespace {

// Of a row of numbers.
std::vector<float> ValuesOf(const expr::Expr& f, const std::vector<double>& x) {
  at::Tensor y;
  MakeCpuActivation(f)->Value(at::tensor(x).to(at::kFloat), {}, y);
  return {y.data_ptr<float>(), y.data_ptr<float>() + y.numel()};
}

TEST(ActivationTest, SpecialValuesAreThoseOfDouble) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> x = {0.0, -0.0, infinity, -infinity, std::nan(""), 100, -100, 1e30};
  for (const char* text :
       {"exp(x)",          "expm1(x)",         "log(x)",        "log1p(x)",
        "sigmoid(x)",      "softplus(x)",      "tanh(x)",       "sinh(x)",
        "cosh(x)",         "asinh(x)",         "atan(x)",       "erf(x)",
        "erfc(x)",         "sqrt(x)",          "relu(x)",       "max(x, 1)",
        "min(x, 1)",       "abs(x)",           "sign(x)",       "step(x)",
        "select(x, 1, 2)", "silu(x)",          "gelu(x)",       "mish(x)",
        "elu(x)",          "selu(x)",          "softsign(x)",   "log_sigmoid(x)",
        "sech(x)",         "log_cosh(x)",      "gumbel_cdf(x)", "cloglog(x)",
        "hypot(x, 3)",     "isru(x)",          "symlog(x)",     "symexp(x)",
        "cbrt(x)",         "signed_sqrt(x)",   "rsqrt(x)",      "acosh(x)",
        "atanh(x)",        "asin(x)",          "acos(x)",       "bessel_i0e(x)",
        "bessel_i1e(x)",   "hard_swish(x)",    "cube(x)",       "pow_abs(x, 0.5)",
        "pow_abs(x, -1)",  "log_add_exp(x, 2)"}) {
    const expr::Expr f = Parsed(text);
    const std::vector<float> seen = ValuesOf(f, x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto expected = static_cast<float>(expr::Evaluate(f, static_cast<float>(x[i]), {}));
      if (std::isnan(expected)) {
        EXPECT_TRUE(std::isnan(seen[i])) << text << " at " << x[i] << ": " << seen[i];
      } else if (std::isinf(expected)) {
        EXPECT_EQ(seen[i], expected) << text << " at " << x[i];
      } else {
        EXPECT_NEAR(seen[i], expected, 2e-6 * std::fabs(expected) + 1e-37)
            << text << " at " << x[i];
      }
    }
  }
}

// |x|^0 is 1, also at 0.
TEST(ActivationTest, PowerZeroIsOne) {
  EXPECT_EQ(ValuesOf(Parsed("pow_abs(x, 0)"), {0, -3, 1e30}), (std::vector<float>{1, 1, 1}));
}

// A factor of 0 stands in a canonical form for where the other factor is no number.
TEST(ActivationTest, FormulasAreNanWhereDoubleIs) {
  const std::vector<double> x = {-1, 0, 2};
  for (const char* text : {"0 * log(x)", "x + 0 / x", "exp(log(x))", "square(sqrt(x))"}) {
    const expr::Expr f = Parsed(text);
    const std::vector<float> seen = ValuesOf(f, x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double expected = expr::Evaluate(f, x[i], {});
      EXPECT_EQ(std::isnan(seen[i]), std::isnan(expected)) << text << " at " << x[i];
      if (std::isnan(expected)) continue;
      EXPECT_NEAR(seen[i], expected, 1e-6) << text << " at " << x[i];
    }
  }
}

// Branches not taken (PyTorch issues 147801, 56760, 6394 and JAX issue 347): the classic slopes,
// as training computes them.
TEST(ActivationTest, ClassicSlopesAreRight) {
  struct Case {
    const char* text;
    double x, value, slope;
  };
  for (const Case& c : {Case{"select(x, sqrt(x), 0.1*x)", -4, -0.4, 0.1},
                        {"select(x, sqrt(x), 0.1*x)", 0, 0, 0.1},
                        {"where(x > 0, sqrt(x), 0.1*x)", -4, -0.4, 0.1},
                        {"hard_swish(x)", -3, 0, 0},
                        {"hard_swish(x)", 3, 3, 1},
                        {"sinc(x)", 0, 1, 0},
                        {"sinc(x)", 0.02, 0.99993333466665400, -0.0066664000038094956},
                        {"sinc(x)", 0.3, 0.98506735553779858, -0.09910290251054},
                        {"sqrt(x*x)", 0, 0, 0},
                        {"log_cosh(x)", 1e-9, 5e-19, 1e-9},
                        {"log_cosh(x)", -712, 711.30685281944005, -1},
                        {"asinh(x)", -10000.1, -9.9034975549860784, 9.99989999600015e-05},
                        {"cbrt(x)", -8, -2, 0.083333333333333329},
                        {"div_eps(1, x)", 0, 1e7, -1e14}}) {
    const expr::Expr f = expr::Canonical(Parsed(c.text));
    const at::Tensor x = at::tensor({c.x}).to(at::kFloat);
    const Results seen = Fused(*MakeCpuActivation(f), x, {}, at::ones_like(x));
    const auto close = [](double size) { return 2e-6 * std::fabs(size) + 1e-30; };
    EXPECT_NEAR(seen.y.item<float>(), c.value, close(c.value)) << c.text << " at " << c.x;
    EXPECT_NEAR(seen.input.item<float>(), c.slope, close(c.slope)) << c.text << " at " << c.x;
  }
}

// Floats overflow at e^88, so derivatives must not take a detour over infinity.
TEST(ActivationTest, SlopesFarFromZeroAreThoseOfDouble) {
  const std::vector<double> points = {-100, -30, -9, 0.5, 9, 30, 100};
  const at::Tensor x = at::tensor(points).to(at::kFloat);
  for (const expr::PrimitiveRow& row : expr::Primitives()) {
    const expr::Expr f = Applied(row), slope = expr::Derive(f);
    const at::Tensor seen = Fused(*MakeCpuActivation(f), x, {}, at::ones_like(x)).input;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const auto expected = static_cast<float>(expr::Evaluate(slope, points[i], {}));
      if (!std::isfinite(expected)) continue;
      EXPECT_NEAR(seen.data_ptr<float>()[i], expected, 2e-5 * std::fabs(expected) + 2e-6)
          << row.name << " at " << points[i];
    }
  }
}

// A denominator beyond float's range, whose quotient should cancel another number.
TEST(ActivationTest, SlopesBehindInfiniteDenominatorsAreThoseOfDouble) {
  const expr::Expr f = Parsed("exp(30 * c * x) / (2 + exp(30 * c * x)) where c: layer = 1");
  const std::vector<double> points = {0.1, 1, 2, 2.5, 2.9, 4};
  const at::Tensor x = at::tensor(points).to(at::kFloat);
  const Results seen = Fused(*MakeCpuActivation(f), x, {at::ones({1})}, at::ones_like(x));
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double e = std::exp(30 * points[i]);
    EXPECT_NEAR(seen.y.data_ptr<float>()[i], e / (2 + e), 1e-6) << points[i];
    EXPECT_NEAR(seen.input.data_ptr<float>()[i], 60 * e / (2 + e) / (2 + e), 1e-5) << points[i];
  }
}

class EngineTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "cuda" && !at::hasCUDA()) {
      GTEST_SKIP() << "this LibTorch sees no CUDA device";
    }
  }
  at::Tensor There(const at::Tensor& t) const { return t.to(at::Device(GetParam())); }
};

// f(x) times a parameter of each shape.
expr::Expr Scaled(const expr::PrimitiveRow& row) {
  expr::Expr f = Applied(row);
  f.parameters = {{"c", expr::Shape::kChannel, 1}, {"l", expr::Shape::kLayer, 1}};
  const std::uint16_t times = expr::IdOf<expr::rows::MulRow>();
  for (const std::uint16_t k : {0, 1}) {
    const auto root = static_cast<std::uint16_t>(f.nodes.size() - 1);
    const auto number = static_cast<std::uint16_t>(f.nodes.size());
    f.nodes.push_back({.kind = expr::Kind::kParameter, .id = k});
    f.nodes.push_back({.kind = expr::Kind::kPrimitive, .id = times, .args = {root, number}});
  }
  return f;
}

// Both engines on every primitive, with a parameter of each shape, on planes.
TEST_P(EngineTest, AgreesWithTileLoopsOnTheCpu) {
  at::manual_seed(1);
  for (const expr::PrimitiveRow& row : expr::Primitives()) {
    if (!row.custom_gradient.empty()) continue;  // LibTorch derives the value
    if (row.random) continue;                    // LibTorch draws
    const expr::Expr f = Scaled(row);
    const at::Tensor x = at::rand({5, 3, 7, 6}) * (row.high - row.low) + row.low;
    const at::Tensor gradient = at::rand({5, 3, 7, 6}) + 0.5;
    const std::vector<at::Tensor> numbers = {at::tensor({0.5f, 1.0f, -2.0f}), at::tensor({1.5f})};
    const Results seen = Fused(*MakeActivation(f, at::kCPU), x, numbers, gradient);
    const Results other =
        Plain(f, There(x), {There(numbers[0]), There(numbers[1])}, There(gradient));
    const auto agree = [&](const at::Tensor& a, const at::Tensor& b) {
      return at::allclose(a, b.to(at::kCPU), 1e-4, 1e-5);
    };
    EXPECT_TRUE(agree(seen.y, other.y)) << row.name;
    EXPECT_TRUE(agree(seen.input, other.input)) << row.name;
    for (int k = 0; k < 2; ++k) {
      const at::Tensor& a = seen.parameters[static_cast<std::size_t>(k)];
      const at::Tensor& b = other.parameters[static_cast<std::size_t>(k)];
      EXPECT_TRUE(at::allclose(a, b.to(at::kCPU), 1e-4, 1e-3)) << row.name << ", p" << k;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Devices, EngineTest, ::testing::Values("cpu", "cuda"),
                         [](const auto& info) { return info.param; });

TEST(ActivationTest, BitsDoNotDependOnThreads) {
  const int before = at::get_num_threads();
  at::manual_seed(2);
  for (const char* text : {"c * x * sigmoid(b * x) where b: channel = 1, c: layer = 1",
                           "exp(x) * b + x where b: channel = 1"}) {
    const expr::Expr f = Parsed(text);
    for (const at::Tensor& x :
         {at::randn({50, 7, 31, 17}), at::randn({30000, 7}), at::randn({2, 7, 200, 101})}) {
      const at::Tensor gradient = at::rand_like(x);
      std::vector<at::Tensor> numbers;
      for (const expr::Parameter& p : f.parameters) {
        numbers.push_back(at::rand({p.shape == expr::Shape::kLayer ? 1 : 7}));
      }
      std::vector<Results> results;
      for (const int threads : {1, 2, 2}) {
        at::set_num_threads(threads);
        results.push_back(Fused(*MakeCpuActivation(f), x, numbers, gradient));
      }
      at::set_num_threads(before);
      for (const Results& other : {results[1], results[2]}) {
        EXPECT_TRUE(at::equal(results[0].y, other.y)) << text;
        EXPECT_TRUE(at::equal(results[0].input, other.input)) << text;
        for (std::size_t k = 0; k < numbers.size(); ++k) {
          EXPECT_TRUE(at::equal(results[0].parameters[k], other.parameters[k])) << text;
        }
      }
    }
  }
}

// Values that leave float's range inside a formula, but not at its end.
TEST(ActivationTest, ComesBackFromBeyondFloatsRange) {
  const std::vector<double> points = {-100, -95, 0.5, 95, 100};
  const at::Tensor x = at::tensor(points).to(at::kFloat).view({-1, 1});
  for (const char* text : {"exp(x) / (1 + exp(x))", "log(1 + exp(b * x)) where b: layer = 1",
                           "log(cosh(b * x)) where b: channel = 1"}) {
    const expr::Expr f = Parsed(text);
    std::vector<at::Tensor> numbers;
    for (std::size_t k = 0; k < f.parameters.size(); ++k) numbers.push_back(at::ones({1}));
    const Results seen = Fused(*MakeCpuActivation(f), x, numbers, at::ones_like(x));
    const std::vector<double> ones(numbers.size(), 1);
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double value = expr::Evaluate(f, points[i], ones);
      const double slope = expr::Evaluate(expr::Derive(f), points[i], ones);
      EXPECT_NEAR(seen.y.data_ptr<float>()[i], value, 1e-5 * std::abs(value) + 1e-37) << text;
      if (!std::isfinite(slope)) continue;
      EXPECT_NEAR(seen.input.data_ptr<float>()[i], slope, 1e-5 * std::abs(slope) + 1e-37) << text;
    }
  }
}

// Buffers that do not fit are made again; those that do are written into.
TEST(ActivationTest, BuffersAreUsedAgainWhereTheyFit) {
  const expr::Expr f = Parsed("x * sigmoid(b * x) where b: channel = 1");
  const auto activation = MakeCpuActivation(f);
  at::Tensor y;
  Saved saved;
  Gradients gradients;
  for (const std::int64_t n : {5, 5, 8, 3}) {
    const at::Tensor x = at::randn({n, 3}), gradient = at::rand({n, 3});
    const std::vector<at::Tensor> numbers = {at::rand({3})};
    const void* const memory = n == 5 && y.defined() ? y.data_ptr() : nullptr;
    activation->Forward(x, numbers, y, saved);
    activation->Backward(gradient, numbers, saved, gradients);
    EXPECT_TRUE(memory == nullptr || y.data_ptr() == memory);
    ExpectSame({y, gradients.input, gradients.parameters}, InDouble(f, x, numbers, gradient), 5,
               std::to_string(n));
  }
}

}  // namespace
}  // namespace actsearch::kernels
