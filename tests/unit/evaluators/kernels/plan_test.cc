// Formulas as programs: what is shared, fused and left out, and that slots never clash.
#include "evaluators/kernels/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "evaluators/kernels/activation.h"
#include "evaluators/kernels/cpu/evaluate.h"
#include "evaluators/kernels/lower.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/print.h"
#include "tests/support/random_expr.h"
#include "tests/unit/evaluators/kernels/formulas.h"

namespace actsearch::kernels {
namespace {

int CountOf(const Program& program, std::string_view name) {
  return static_cast<int>(std::ranges::count_if(
      program.code, [&](const Instruction& in) { return Ops()[in.op].name == name; }));
}

int CountOf(const Plan& plan, std::string_view name) {
  return CountOf(plan.forward, name) + CountOf(plan.backward, name);
}

TEST(PlanTest, ValueAndSlopesShareOneExponential) {
  for (const char* text : {"x * sigmoid(x)", "softplus(x)", "x * tanh(softplus(x))",
                           "x * sigmoid(b * x) where b: channel = 1", "log_sigmoid(x)"}) {
    const Plan plan = MakePlan(Parsed(text));
    EXPECT_LE(CountOf(plan.forward, "exp_capped"), 1) << text;
    EXPECT_LE(CountOf(plan.backward, "exp_capped"), 1) << text;
    EXPECT_GE(CountOf(plan, "exp_capped"), 1) << text;
    EXPECT_EQ(CountOf(plan, "exp") + CountOf(plan, "tanh"), 0) << text;
  }
  const Plan gelu = MakePlan(Parsed("gelu(x)"));
  EXPECT_LE(CountOf(gelu.forward, "gaussian_of"), 1);
  EXPECT_LE(CountOf(gelu.backward, "gaussian_of"), 1);
}

TEST(PlanTest, OppositeSigmoidsReadOneExponential) {
  const Program both = MakeValueProgram(Parsed("sigmoid(x) - 3 * sigmoid(-x)"));
  EXPECT_EQ(CountOf(both, "exp_capped"), 1);
}

TEST(PlanTest, SlotsTakeTurns) {
  const Program chain = MakeValueProgram(Parsed("atan(sin(atan(sin(atan(sin(atan(sin(x))))))))"));
  EXPECT_EQ(chain.code.size(), 8u);
  EXPECT_LE(chain.slots, 4) << "x, the result and two that take turns";
}

TEST(PlanTest, ProductsJoinTheSumsThatAloneUseThem) {
  EXPECT_EQ(CountOf(MakeValueProgram(Parsed("sin(x) * x + atan(x)")), "fma"), 1);
  EXPECT_EQ(CountOf(MakeValueProgram(Parsed("atan(x) - sin(x) * x")), "fnma"), 1);
  EXPECT_EQ(CountOf(MakeValueProgram(Parsed("sin(x) * x - atan(x)")), "fms"), 1);
  const Program shared = MakeValueProgram(Parsed("p + atan(p) where p := sin(x) * x"));
  EXPECT_EQ(CountOf(shared, "fma"), 0) << "the product is needed for atan anyway";
}

TEST(PlanTest, ConstantsAreFolded) {
  const Program program = MakeValueProgram(Parsed("x * exp(0) + sin(0)"));
  EXPECT_EQ(CountOf(program, "exp") + CountOf(program, "sin") + CountOf(program, "mul"), 0);
}

TEST(PlanTest, IdentityRunsNoProgram) {
  EXPECT_TRUE(MakePlan(Parsed("x")).is_identity);
  EXPECT_TRUE(MakePlan(Parsed("1 * x + 0")).is_identity);
  EXPECT_FALSE(MakePlan(Parsed("-x")).is_identity);
}

TEST(PlanTest, KnowsSlopesThatNeedNoProgram) {
  EXPECT_EQ(MakePlan(Parsed("x + 3")).input_gradient, InputGradient::kSame);
  EXPECT_EQ(MakePlan(Parsed("x + b where b: layer = 1")).input_gradient, InputGradient::kSame);
  EXPECT_EQ(MakePlan(Parsed("b where b: layer = 1")).input_gradient, InputGradient::kZero);
  EXPECT_EQ(MakePlan(Parsed("2 * x")).input_gradient, InputGradient::kStored);
}

TEST(PlanTest, OnlyFormulasThatMayLeaveFloatsRangeAreLookedAt) {
  for (const char* text : {"relu(x)", "sigmoid(x)", "tanh(x)", "x * sigmoid(x)", "gelu(x)",
                           "x * tanh(softplus(x))", "square(relu(x))", "cube(x)"}) {
    EXPECT_FALSE(MakePlan(Parsed(text)).may_overflow) << text;
  }
  for (const char* text : {"exp(x)", "1 / x", "sinh(x)", "log(x)", "cube(cube(cube(x)))"}) {
    EXPECT_TRUE(MakePlan(Parsed(text)).may_overflow) << text;
  }
}

// ---- promises of Program and Plan, on everything

void ExpectSound(const Program& program, const expr::Expr& f, std::string_view what) {
  const auto slots = static_cast<std::size_t>(program.slots);
  std::vector<bool> written(slots, false);
  for (int s = 0; s < program.StoreSlot(0); ++s) written[static_cast<std::size_t>(s)] = true;
  for (const Instruction& in : program.code) {
    ASSERT_LT(in.op, kOpCount);
    for (int k = 0; k < Ops()[in.op].arity; ++k) {
      ASSERT_LT(in.args[k], slots);
      ASSERT_TRUE(written[in.args[k]]) << what << " reads before it writes: " << expr::Print(f);
      ASSERT_NE(in.args[k], in.target) << what << ": " << expr::Print(f);
    }
    ASSERT_GE(in.target, program.StoreSlot(0)) << what << " writes a leaf: " << expr::Print(f);
    ASSERT_LT(in.target, slots);
    written[in.target] = true;
  }
  for (int k = 0; k < program.stores; ++k) {
    ASSERT_TRUE(written[static_cast<std::size_t>(program.StoreSlot(k))]) << what;
  }
  for (const Reduction& r : program.reductions) {
    ASSERT_TRUE(written[r.slot]) << what;
    ASSERT_LT(r.parameter, f.parameters.size());
  }
}

void ExpectSound(const expr::Expr& f) {
  const Plan plan = MakePlan(f);
  ExpectSound(plan.value, f, "value");
  ExpectSound(plan.forward, f, "forward");
  ExpectSound(plan.backward, f, "backward");
  EXPECT_EQ(plan.value.stores, 1);
  EXPECT_EQ(plan.forward.stores, 1 + plan.saved);
  EXPECT_EQ(plan.backward.stores, plan.input_gradient == InputGradient::kStored ? 1 : 0);
  EXPECT_EQ(plan.backward.reductions.size(), f.parameters.size());
  for (const std::uint16_t id : plan.backward.inputs) EXPECT_LT(id, kInputSaved + plan.saved);
  for (const Program* program : {&plan.value, &plan.forward}) {
    for (const std::uint16_t id : program->inputs) EXPECT_EQ(id, kInputX) << expr::Print(f);
  }
  const auto reads = [&](std::uint16_t id) {
    return std::ranges::find(plan.backward.inputs, id) != plan.backward.inputs.end();
  };
  EXPECT_EQ(plan.reads_x, reads(kInputX));
  EXPECT_EQ(plan.reads_result, reads(kInputResult));
}

TEST(PlanTest, ProgramsOfEveryPrimitiveAndZooEntryAreSound) {
  for (const expr::PrimitiveRow& row : expr::Primitives()) ExpectSound(Applied(row));
  for (const activations::ZooRow& row : activations::Zoo().Rows()) {
    if (!HasFusedPasses(Parsed(row.formula))) continue;
    ExpectSound(Parsed(row.formula));
  }
}

TEST(PlanTest, ProgramsOfRandomGraphsAreSound) {
  Rng rng(11);
  for (int i = 0; i < 500; ++i) {
    ExpectSound(testing::RandomExpr(rng, {.primitives = 1 + static_cast<int>(rng.Below(14))}));
  }
}

// Lowering takes primitives apart: the parts must mean the same.
TEST(LowerTest, LoweredPrimitivesAreThoseOfDouble) {
  for (const expr::PrimitiveRow& row : expr::Primitives()) {
    const expr::Expr f = Applied(row);
    const std::vector<float> x = PointsOf(row, 1000);  // more than one tile, and a partial one
    std::vector<float> seen(x.size());
    cpu::EvaluateInFloat(f, x, {}, seen);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double exact = expr::Evaluate(f, x[i], {});
      ASSERT_NEAR(seen[i], exact, 2e-6 * std::abs(exact) + 3e-7) << row.name << " at " << x[i];
    }
  }
}

TEST(LowerTest, OutputMayBeTheInputAConstantOrAParameter) {
  const std::vector<float> x = {3, -2}, b = {0.25f};
  std::vector<float> y(2);
  cpu::EvaluateInFloat(Parsed("x"), x, {}, y);
  EXPECT_EQ(y, x);
  cpu::EvaluateInFloat(Parsed("0.5"), x, {}, y);
  EXPECT_EQ(y, (std::vector<float>{0.5f, 0.5f}));
  cpu::EvaluateInFloat(Parsed("b where b: layer = 1"), x, b, y);
  EXPECT_EQ(y, (std::vector<float>{0.25f, 0.25f}));
}

}  // namespace
}  // namespace actsearch::kernels
