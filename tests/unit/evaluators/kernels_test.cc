// The tile loops and the LibTorch engine against double precision, over every
// primitive and over random graphs.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "evaluators/kernels/activation.h"
#include "evaluators/kernels/lane_program.h"
#include "evaluators/kernels/program.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/primitives.h"
#include "search_spaces/expr/print.h"
#include "tests/support/random_expr.h"

namespace actsearch::kernels {
namespace {

expr::Expr Parsed(std::string_view text) {
  const Result<expr::Expr> e = expr::Parse(text);
  EXPECT_TRUE(e.has_value()) << text;
  return *e;
}

// Points of a primitive's probe domain that are exact in float.
std::vector<double> PointsOf(const expr::PrimitiveRow& row) {
  std::vector<double> points;
  for (int i = 0; i < 1000; ++i) {  // more than one tile, and a partial one
    points.push_back(static_cast<float>(row.low + (row.high - row.low) * (i + 0.37) / 1000));
  }
  return points;
}

// f(x), f(x, 0.75) or f(x, 0.75, 0.5) as a graph.
expr::Expr Applied(const expr::PrimitiveRow& row) {
  expr::Expr e;
  e.nodes.push_back({.kind = expr::Kind::kInput});
  e.nodes.push_back({.kind = expr::Kind::kConstant, .value = 0.75});
  e.nodes.push_back({.kind = expr::Kind::kConstant, .value = 0.5});
  e.nodes.push_back({.kind = expr::Kind::kPrimitive, .id = row.id, .args = {0, 1, 2}});
  return e;
}

std::vector<std::vector<float>> RunLanes(const Program& program, const std::vector<double>& x,
                                         const std::vector<const float*>& parameters = {}) {
  const std::vector<float> input(x.begin(), x.end());
  std::vector<std::vector<float>> outputs(program.outputs.size(), std::vector<float>(x.size()));
  std::vector<float*> pointers;
  for (auto& output : outputs) pointers.push_back(output.data());
  LaneProgram(program).Run(input, parameters, {}, pointers);
  return outputs;
}

TEST(LaneProgramTest, EveryPrimitiveIsAsAccurateAsFloatAllows) {
  for (const expr::PrimitiveRow& row : expr::Primitives()) {
    const expr::Expr f = Applied(row);
    const std::vector<double> x = PointsOf(row);
    const std::vector<double> exact = expr::EvaluateMany(f, x, {});
    const std::vector<float> seen = RunLanes(CompileValue(f), x)[0];
    for (std::size_t i = 0; i < x.size(); ++i) {
      ASSERT_NEAR(seen[i], exact[i], 2e-6 * std::fabs(exact[i]) + 3e-7)
          << row.name << " at " << x[i];
    }
  }
}

TEST(LaneProgramTest, SpecialValuesAreThoseOfDouble) {
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
        "bessel_i1e(x)",   "hard_swish(x)",    "pow_abs(x, 0)", "pow_abs(x, 0.5)",
        "pow_abs(x, -1)",  "log_add_exp(x, 2)"}) {
    const expr::Expr f = Parsed(text);
    const std::vector<double> exact = expr::EvaluateMany(f, x, {});
    const std::vector<float> seen = RunLanes(CompileValue(f), x)[0];
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto expected = static_cast<float>(exact[i]);
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

// Floats overflow at e^88, so derivatives must not take a detour over infinity.
TEST(LaneProgramTest, SlopesFarFromZeroAreThoseOfDouble) {
  const std::vector<double> x = {-100, -30, -9, 0.5, 9, 30, 100};
  for (const expr::PrimitiveRow& row : expr::Primitives()) {
    const expr::Expr f = Applied(row);
    const std::vector<double> exact = expr::EvaluateMany(expr::Derive(f), x, {});
    const std::vector<float> seen = RunLanes(CompileValueAndSlopes(f), x)[1];
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto expected = static_cast<float>(exact[i]);
      if (!std::isfinite(expected)) continue;
      EXPECT_NEAR(seen[i], expected, 2e-5 * std::fabs(expected) + 2e-6)
          << row.name << " at " << x[i];
    }
  }
}

TEST(ProgramTest, SharesSubexpressionsAndSlots) {
  const Program both = CompileValueAndSlopes(Parsed("x * sigmoid(x)"));
  int sigmoids = 0;
  for (const Instruction& in : both.code) {
    sigmoids += expr::Primitives()[in.primitive].name == "sigmoid" ? 1 : 0;
  }
  EXPECT_EQ(sigmoids, 1);
  EXPECT_EQ(both.outputs.size(), 2u);

  const Program chain = CompileValue(Parsed("tanh(sin(tanh(sin(tanh(sin(tanh(sin(x))))))))"));
  EXPECT_EQ(chain.code.size(), 8u);
  EXPECT_EQ(chain.slots, 3) << "x and two that take turns";
}

TEST(ProgramTest, OutputsMayBeTheInputOrAConstant) {
  const std::vector<std::vector<float>> line =
      RunLanes(CompileValueAndSlopes(Parsed("x")), {3, -2});
  EXPECT_EQ(line[0], (std::vector<float>{3, -2}));
  EXPECT_EQ(line[1], (std::vector<float>{1, 1}));
}

// Every graph's value, slope and parameter slopes, where double is moderate. Float may
// lose digits inside a graph, so most points must agree closely rather than all.
TEST(LaneProgramTest, RandomGraphsAgreeWithDouble) {
  Rng rng(7);
  int compared = 0, agreed = 0;
  for (int round = 0; round < 300; ++round) {
    const expr::Expr f = testing::RandomExpr(rng);
    std::vector<expr::Expr> parts = {f, expr::Derive(f)};
    for (std::size_t k = 0; k < f.parameters.size(); ++k) {
      parts.push_back(expr::DeriveParameter(f, k));
    }
    std::vector<double> x;
    for (int i = 0; i < 64; ++i) x.push_back(static_cast<float>(rng.Uniform(-3, 3)));
    std::vector<float> numbers;
    for (const expr::Parameter& p : f.parameters) numbers.push_back(static_cast<float>(p.initial));
    const std::vector<double> params(numbers.begin(), numbers.end());
    std::vector<const float*> pointers;
    for (const float& number : numbers) pointers.push_back(&number);
    const auto seen = RunLanes(CompileValueAndSlopes(f), x, pointers);
    ASSERT_EQ(seen.size(), parts.size());
    for (std::size_t part = 0; part < parts.size(); ++part) {
      const std::vector<double> exact = expr::EvaluateMany(parts[part], x, params);
      for (std::size_t i = 0; i < x.size(); ++i) {
        if (!(std::fabs(exact[i]) < 1e4)) continue;
        ++compared;
        agreed += std::fabs(seen[part][i] - exact[i]) <= 1e-3 * (1 + std::fabs(exact[i])) ? 1 : 0;
      }
    }
  }
  EXPECT_GT(compared, 20000);
  EXPECT_GT(agreed, compared * 0.99);
}

class EngineTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "cuda" && !at::hasCUDA()) {
      GTEST_SKIP() << "this LibTorch sees no CUDA device";
    }
  }
  at::TensorOptions Options() const { return at::TensorOptions(at::Device(GetParam())); }
};

// Both engines on every primitive, with a parameter of each shape, on planes.
TEST_P(EngineTest, AgreesWithTileLoopsOnTheCpu) {
  at::manual_seed(1);
  for (const expr::PrimitiveRow& row : expr::Primitives()) {
    expr::Expr f = Applied(row);
    f.parameters = {{"c", expr::Shape::kChannel, 1}, {"l", expr::Shape::kLayer, 1}};
    const auto add = [&](expr::Node node) {
      f.nodes.push_back(node);
      return static_cast<std::uint16_t>(f.nodes.size() - 1);
    };
    const auto root = static_cast<std::uint16_t>(f.nodes.size() - 1);
    const auto c = add({.kind = expr::Kind::kParameter, .id = 0});
    const auto l = add({.kind = expr::Kind::kParameter, .id = 1});
    const std::uint16_t times = expr::IdOf<expr::rows::MulRow>();
    const auto scaled = add({.kind = expr::Kind::kPrimitive, .id = times, .args = {root, c}});
    add({.kind = expr::Kind::kPrimitive, .id = times, .args = {scaled, l}});

    const at::Tensor x = at::rand({5, 3, 7, 6}) * (row.high - row.low) + row.low;
    const std::vector<at::Tensor> parameters = {at::tensor({0.5f, 1.0f, -2.0f}),
                                                at::tensor({1.5f})};
    at::Tensor y;
    Slopes slopes;
    MakeActivation(f, at::kCPU)->ValueAndSlopes(x, parameters, y, slopes);

    const auto there = [&](const at::Tensor& t) { return t.to(Options()); };
    at::Tensor other_y;
    Slopes other;
    MakeTensorActivation(f)->ValueAndSlopes(
        there(x), std::vector{there(parameters[0]), there(parameters[1])}, other_y, other);
    const auto agree = [&](const at::Tensor& a, const at::Tensor& b) {
      return at::allclose(a, b.to(at::kCPU), 1e-4, 1e-5);
    };
    EXPECT_TRUE(agree(y, other_y)) << row.name;
    EXPECT_TRUE(agree(slopes.input, other.input)) << row.name;
    for (int k = 0; k < 2; ++k) {
      EXPECT_TRUE(agree(slopes.parameters[k], other.parameters[k])) << row.name << ", p" << k;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Devices, EngineTest, ::testing::Values("cpu", "cuda"),
                         [](const auto& info) { return info.param; });

// Channels vary fastest in a matrix and by plane in images.
TEST(ActivationTest, ChannelParametersFollowTheLayout) {
  const auto f = MakeActivation(Parsed("b * x where b: channel = 1"), at::kCPU);
  const std::vector<at::Tensor> b = {at::arange(1, 4).to(at::kFloat)};
  at::Tensor y;
  f->Value(at::ones({1000, 3}), b, y);
  EXPECT_TRUE(at::equal(y, b[0].view({1, 3}).expand({1000, 3})));
  f->Value(at::ones({9, 3, 11, 10}), b, y);
  EXPECT_TRUE(at::equal(y, b[0].view({1, 3, 1, 1}).expand({9, 3, 11, 10})));
}

}  // namespace
}  // namespace actsearch::kernels
