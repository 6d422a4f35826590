// The ways in which machine code walks channels (cpu/codes.h) give the same bits: the same
// numbers in memory orders that are walked run by run, row by row and position by position.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "evaluators/kernels/cpu/code_range.h"
#include "evaluators/kernels/plan.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "tests/support/random_expr.h"
#include "tests/unit/evaluators/kernels/reference.h"

namespace actsearch::kernels {
namespace {

// Two whole blocks of rows of 16 channels, and a rest.
constexpr std::int64_t kRows = 293, kChannels = 16;

cpu::Walk WalkOf(const Plan& plan, const expr::Expr& f, const ChannelLayout& layout) {
  return cpu::WalkFor(cpu::Loops(plan.backward, f.parameters), layout);
}

bool SameBits(const at::Tensor& a, const at::Tensor& b) {
  return at::logical_or(a.eq(b), at::logical_and(a.isnan(), b.isnan())).all().item<bool>();
}

// Formulas whose results are repaired run through loops where that happens, block by block.
void ExpectSameInEveryOrder(expr::Expr f) {
  for (expr::Parameter& p : f.parameters) p = {.name = p.name, .initial = p.initial};
  const Plan plan = MakePlan(f);
  if (plan.may_overflow || f.parameters.empty() || plan.is_identity) return;
  const auto activation = MakeCpuActivation(f);
  const at::Tensor x = at::randn({kRows, kChannels}) * 2, gradient = at::rand({kRows, kChannels});
  std::vector<at::Tensor> numbers;
  for (const expr::Parameter& p : f.parameters) {
    numbers.push_back(at::rand({kChannels}) + static_cast<float>(p.initial));
  }
  const auto by_run = [](const at::Tensor& t) { return t.t().contiguous().t(); };
  const Results runs = Fused(*activation, by_run(x), numbers, by_run(gradient));
  const Results rows = Fused(*activation, x, numbers, gradient);
  // A column of zeros more: 17 channels are walked position by position.
  const auto wider = [](const at::Tensor& t) { return at::cat({t, at::zeros({kRows, 1})}, 1); };
  std::vector<at::Tensor> more;
  for (const at::Tensor& p : numbers) more.push_back(at::cat({p, at::ones({1})}));
  Results positions = Fused(*activation, wider(x), more, wider(gradient));
  const auto narrowed = [](const at::Tensor& t) { return t.narrow(-1, 0, kChannels); };
  const std::string text = expr::Print(f);
  EXPECT_TRUE(SameBits(runs.y, rows.y)) << text;
  EXPECT_TRUE(SameBits(runs.y, narrowed(positions.y))) << text;
  EXPECT_TRUE(SameBits(runs.input, rows.input)) << text;
  EXPECT_TRUE(SameBits(runs.input, narrowed(positions.input))) << text;
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    const double size = runs.parameters[k].abs().max().item<double>();
    if (!std::isfinite(size)) continue;
    const auto near = [&](const at::Tensor& t) {
      return at::allclose(runs.parameters[k], t, 1e-3, 1e-3 * size);
    };
    EXPECT_TRUE(near(rows.parameters[k])) << text;
    EXPECT_TRUE(near(narrowed(positions.parameters[k]))) << text;
  }
}

TEST(WalksTest, TheOrdersOfTheseTestsAreWalkedDifferently) {
  const expr::Expr f = expr::Parse("x * sigmoid(b * x) where b: channel = 1").value();
  const Plan plan = MakePlan(f);
  EXPECT_EQ(WalkOf(plan, f, {.channels = 16, .inner = kRows}), cpu::Walk::kRuns);
  EXPECT_EQ(WalkOf(plan, f, {.channels = 16, .inner = 1}), cpu::Walk::kRows);
  EXPECT_EQ(WalkOf(plan, f, {.channels = 17, .inner = 1}), cpu::Walk::kPositions);
}

TEST(WalksTest, GiveTheSameBitsOnTheZoo) {
  at::manual_seed(1);
  for (const activations::ZooRow& row : activations::Zoo().Rows()) {
    if (activations::IsPlain(row)) ExpectSameInEveryOrder(expr::Parse(row.formula).value());
  }
}

TEST(WalksTest, GiveTheSameBitsOnRandomGraphs) {
  at::manual_seed(2);
  Rng rng(3);
  for (int i = 0; i < 600; ++i) {
    const testing::RandomExprOptions options{
        .primitives = 1 + i % 16, .max_parameters = 3, .parameter_share = 0.4};
    const expr::Expr f = testing::RandomExpr(rng, options);
    if (HasFusedPasses(f)) ExpectSameInEveryOrder(f);
  }
}

// More values than registers: one vector is worked on at a time.
TEST(WalksTest, GiveTheSameBitsOutOfRegisters) {
  at::manual_seed(3);
  for (const int terms : {4, 8, 12, 24}) {
    std::string sum = "0", where;
    for (int k = 0; k < terms; ++k) {
      const std::string p = "p" + std::to_string(k);
      sum += " + sin(" + p + " * x) * " + p;
      where += (k == 0 ? "" : ", ") + p + ": channel = 0." + std::to_string(10 + k);
    }
    const std::string text = "(" + sum + ") * exp(-square(" + sum + ")) where " + where;
    ExpectSameInEveryOrder(expr::Parse(text).value());
  }
}

}  // namespace
}  // namespace actsearch::kernels
