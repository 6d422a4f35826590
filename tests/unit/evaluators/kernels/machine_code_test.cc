// Machine code gives the bits of loops over the same arrays, for each instruction set that this
// processor has.
#include "evaluators/kernels/cpu/machine_code.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "evaluators/kernels/activation.h"
#include "evaluators/kernels/cpu/loops.h"
#include "evaluators/kernels/cpu/trace_program.h"
#include "evaluators/kernels/plan.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "tests/support/random_expr.h"

namespace actsearch::kernels::cpu {
namespace {

// Whole passes of four vectors, and single ones: 7 vectors of AVX-512, 14 of AVX2.
constexpr std::size_t kSize = 112;
constexpr float kBefore = 0.25f;  // what sums by position hold before

class MachineCodeTest : public ::testing::TestWithParam<InstructionSet> {
 protected:
  void SetUp() override {
    const auto target = MachineTarget();
    if (!target) GTEST_SKIP() << "this machine has no machine code, or was told to do without";
    if (GetParam() > target->set) GTEST_SKIP() << "this machine has AVX2 alone, or was told so";
  }
};

// The slots of a program, filled for one run.
struct Memory {
  Memory(const Loops& loops, const std::vector<float>& x) {
    const Program& p = loops.program;
    slots.assign(static_cast<std::size_t>(p.slots) + p.reductions.size(),
                 std::vector<float>(kSize, kBefore));
    for (std::size_t k = 0; k < p.inputs.size(); ++k) {
      for (std::size_t i = 0; i < kSize; ++i) slots[k][i] = x[(i + 17 * k) % x.size()];
    }
    const auto fill = [&](int slot, double value) {
      std::ranges::fill(slots[static_cast<std::size_t>(slot)], static_cast<float>(value));
    };
    for (std::size_t k = 0; k < p.parameters.size(); ++k) {
      fill(p.ParameterSlot(static_cast<int>(k)), loops.declared[p.parameters[k]].initial);
    }
    for (std::size_t k = 0; k < p.constants.size(); ++k) {
      fill(p.ConstantSlot(static_cast<int>(k)), p.constants[k]);
    }
    Run(loops.setup);
  }

  void Run(const std::vector<Loops::Step>& steps) {
    for (const Loops::Step& s : steps) {
      s.function(slots[s.args[0]].data(), slots[s.args[1]].data(), slots[s.args[2]].data(),
                 slots[s.target].data(), kSize);
    }
  }

  std::vector<const float*> Pointers() const {
    std::vector<const float*> pointers;
    for (const auto& slot : slots) pointers.push_back(slot.data());
    return pointers;
  }

  std::vector<std::vector<float>> slots;
};

// Which products become one operation with a sum is up to the compiler of the loops; g++
// and the trace agree, where sanitizers do not stand between.
#if defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
constexpr bool kFusesAlike = true;
#else
constexpr bool kFusesAlike = false;
#endif

// Elements looked at, those whose bits differ, and those that are not near each other, with
// an example.
struct Tally {
  std::size_t elements = 0, different = 0, far = 0;
  std::string example;

  void Compare(float expected, float seen, float x, const expr::Expr& f) {
    ++elements;
    if (expected == seen || (std::isnan(expected) && std::isnan(seen))) return;
    ++different;
    if (std::fabs(expected - seen) <= 1e-5f * std::max(1.0f, std::fabs(expected))) return;
    ++far;
    example = expr::Print(f) + " at " + std::to_string(x) + ": " + std::to_string(expected) +
              " and " + std::to_string(seen);
  }
};

double Share(std::size_t part, const Tally& tally) {
  return static_cast<double>(part) / static_cast<double>(tally.elements);
}

// Sums in registers where `sums`, else added to arrays.
void Compare(const Program& program, const expr::Expr& f, const std::vector<float>& x,
             InstructionSet set, bool sums, Tally& tally) {
  const Loops loops(program, f.parameters,
                    set == InstructionSet::kAvx2 ? *Avx2Tiles() : *Avx512Tiles());
  Memory expected(loops, x), seen(loops, x);
  expected.Run(loops.steps);
  TraceRequest request{
      .program = &program, .target = {.set = set}, .uniform = loops.uniform, .checks = true};
  request.uniform.assign(request.uniform.size(), sums);
  const std::size_t reductions = program.reductions.size();
  request.summed.assign(reductions, sums);
  const auto code = MachineCode::Make(TraceProgram(request), static_cast<int>(reductions));
  ASSERT_NE(code, nullptr);
  std::vector<float> lanes(reductions * MachineCode::kSumLanes, 0.0f);
  const bool is_finite = code->Run(seen.Pointers().data(), kSize, lanes.data());
  bool expects_finite = true;
  const std::size_t different = tally.different;
  const auto compare = [&](const std::vector<float>& a, const std::vector<float>& b, float base) {
    for (std::size_t i = 0; i < kSize; ++i) {
      expects_finite = expects_finite && std::isfinite(a[i]);
      tally.Compare(a[i] + base, b[i], x[i % x.size()], f);
    }
  };
  for (int k = 0; k < program.stores; ++k) {
    const auto slot = static_cast<std::size_t>(program.StoreSlot(k));
    compare(expected.slots[slot], seen.slots[slot], 0);
  }
  for (std::size_t r = 0; r < reductions; ++r) {
    const std::vector<float>& terms = expected.slots[program.reductions[r].slot];
    if (!sums) {
      compare(terms, seen.slots[static_cast<std::size_t>(program.slots) + r], kBefore);
      continue;
    }
    double sum = 0, size = 0, total = 0;
    for (const float term : terms) {
      sum += term;
      size += std::fabs(term);
    }
    for (std::size_t k = 0; k < MachineCode::kSumLanes; ++k) {
      total += lanes[r * MachineCode::kSumLanes + k];
    }
    expects_finite = expects_finite && std::isfinite(size);
    if (std::isfinite(size) && tally.different == different) {
      ASSERT_NEAR(sum, total, 1e-5 * size + 1e-30) << "sum " << r << " of " << expr::Print(f);
    }
  }
  if (tally.different == different) {
    ASSERT_EQ(is_finite, expects_finite) << expr::Print(f);
  }
}

void Compare(const expr::Expr& f, const std::vector<float>& x, InstructionSet set, Tally& tally) {
  const Plan plan = MakePlan(f);
  if (plan.is_identity) return;
  for (const Program* program : {&plan.value, &plan.forward, &plan.backward}) {
    for (const bool sums : {true, false}) {
      Compare(*program, f, x, set, sums, tally);
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

std::vector<float> Draws() {
  std::mt19937 generator(1);
  std::normal_distribution<float> normal(0, 2);
  std::vector<float> x(kSize);
  for (float& v : x) v = normal(generator);
  return x;
}

TEST_P(MachineCodeTest, GivesTheBitsOfLoopsOnTheZoo) {
  Tally tally;
  for (const activations::ZooRow& row : activations::Zoo().Rows()) {
    if (!activations::IsPlain(row)) continue;
    Compare(expr::Parse(row.formula).value(), Draws(), GetParam(), tally);
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_GT(tally.elements, 100'000u);
  EXPECT_LE(Share(tally.far, tally), 0.01) << tally.example;  // ill-conditioned
  if (kFusesAlike) {
    EXPECT_EQ(tally.different, 0u);
  }
}

// Where two products are added, g++ and the trace may choose another one to fuse.
TEST_P(MachineCodeTest, GivesNearlyAllBitsOfLoopsOnRandomGraphs) {
  Rng rng(5);
  Tally tally;
  for (const int primitives : {1, 4, 12, 60}) {
    for (int k = 0; k < 150; ++k) {
      const actsearch::testing::RandomExprOptions options{.primitives = primitives,
                                                          .max_parameters = 3};
      Compare(actsearch::testing::RandomExpr(rng, options), Draws(), GetParam(), tally);
      ASSERT_FALSE(HasFatalFailure());
    }
  }
  EXPECT_LE(Share(tally.far, tally), 0.01) << tally.example;
  if (kFusesAlike) {
    EXPECT_LE(Share(tally.different, tally), 1e-3);
  }
}

TEST_P(MachineCodeTest, TreatsSpecialNumbersAsLoopsDo) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const std::vector<float> special = {
      0.0f,   -0.0f,   1.0f,  -1.0f,  kInfinity, -kInfinity,
      1e-40f, -1e-40f, 3e38f, -3e38f, 1e-38f,    std::numeric_limits<float>::quiet_NaN()};
  Tally tally;
  for (const expr::PrimitiveRow& row : expr::Primitives()) {
    if (row.arity > 2 || row.random) continue;
    const std::string name(row.name);
    const auto f = expr::Parse(row.arity == 1 ? name + "(x)" : name + "(x, -0.5 * x)");
    if (!f || !HasFusedPasses(*f)) continue;
    Compare(*f, special, GetParam(), tally);
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_EQ(tally.different, 0u) << tally.example;
}

// More values at a time than there are registers, and more sums.
TEST_P(MachineCodeTest, RunsOutOfRegisters) {
  std::string sum = "0", where;
  for (int k = 0; k < 24; ++k) {
    const std::string p = "p" + std::to_string(k);
    sum += " + sin(" + p + " * x) * " + p;
    where += (k == 0 ? "" : ", ") + p + ": layer = 0." + std::to_string(10 + k);
  }
  const std::string text = "(" + sum + ") * exp(-square(" + sum + ")) where " + where;
  Tally tally;
  Compare(expr::Parse(text).value(), Draws(), GetParam(), tally);
  EXPECT_EQ(tally.far, 0u) << tally.example;
  if (kFusesAlike) {
    EXPECT_EQ(tally.different, 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, MachineCodeTest,
                         ::testing::Values(InstructionSet::kAvx2, InstructionSet::kAvx512),
                         [](const auto& info) {
                           return info.param == InstructionSet::kAvx2 ? "avx2" : "avx512";
                         });

}  // namespace
}  // namespace actsearch::kernels::cpu
