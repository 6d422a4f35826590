// Text, launches and choices of the CUDA path: what needs no compiler.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <set>
#include <string>

#include "evaluators/kernels/activation.h"
#include "evaluators/kernels/cuda/choose.h"
#include "evaluators/kernels/cuda/device_text.h"
#include "evaluators/kernels/cuda/disk_cache.h"
#include "evaluators/kernels/cuda/interpreter.h"
#include "evaluators/kernels/cuda/source.h"
#include "evaluators/kernels/plan.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/expr/parse.h"
#include "tests/support/random_expr.h"

namespace actsearch::kernels::cuda {
namespace {

expr::Expr Parsed(std::string_view text) {
  const Result<expr::Expr> e = expr::Parse(text);
  EXPECT_TRUE(e.has_value()) << text;
  return *e;
}

bool Contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(DeviceTextTest, EveryOperationHasAFunctionOverItsArguments) {
  std::set<std::string> names;
  for (OpId op = 0; op < kOpCount; ++op) {
    const std::string text = OpFunctionText(op);
    EXPECT_TRUE(Contains(text, "DEVICE T " + OpFunctionName(op) + "(T a")) << text;
    EXPECT_TRUE(Contains(text, "return ")) << text;
    EXPECT_EQ(Contains(text, "T b"), Ops()[op].arity > 1) << text;
    EXPECT_EQ(Contains(text, "T c"), Ops()[op].arity > 2) << text;
    EXPECT_TRUE(names.insert(OpFunctionName(op)).second) << "two operations of one name: " << text;
  }
}

TEST(DeviceTextTest, SharedPartsAreComputedOnce) {
  EXPECT_EQ(OpFunctionText(FusedId<fused::TanhSoftplusOfRow>()),
            "template <class T>\nDEVICE T op_tanh_softplus_of(T a) {\n"
            "  const T t0 = Min(a, T(1000000000));\n  const T t1 = t0 + T(2);\n"
            "  const T t2 = t0 * t1;\n  const T t3 = t2 + T(2);\n"
            "  const T t4 = QuickDivide(t2, t3);\n  return t4;\n}\n");
}

// The interpreter's switch: nothing that lowering leaves may be missing from it.
TEST(DeviceTextTest, LoweredOpsCoverEveryPlan) {
  const std::vector<OpId> known = LoweredOps();
  EXPECT_LT(known.size(), kOpCount) << "composite primitives are taken apart";
  const auto check = [&](const Program& program) {
    for (const Instruction& in : program.Everything()) {
      EXPECT_TRUE(std::ranges::binary_search(known, in.op)) << Ops()[in.op].name;
    }
  };
  const auto check_plan = [&](const expr::Expr& f) {
    const Plan plan = MakePlan(f);
    check(plan.forward);
    check(plan.backward);
  };
  for (const activations::ZooRow& row : activations::Zoo().Rows()) {
    if (HasFusedPasses(Parsed(row.formula))) check_plan(Parsed(row.formula));
  }
  Rng rng(5);
  for (int i = 0; i < 200; ++i) check_plan(testing::RandomExpr(rng));
}

TEST(SourceTest, AKernelReadsComputesAndSums) {
  const expr::Expr f = Parsed("x * sigmoid(b * x) + l where b: channel = 1, l: layer = 0");
  const Plan plan = MakePlan(f);
  const KernelRequest request{.program = &plan.backward,
                              .declared = f.parameters,
                              .storage = Storage::kBfloat16,
                              .walk = Walk::kColumns,
                              .is_backward = true};
  const std::string text = SourceOf(request);
  EXPECT_EQ(text, SourceOf(request));
  const KernelRequest forward{.program = &plan.forward, .declared = f.parameters};
  EXPECT_TRUE(Contains(SourceOf(forward), "op_exp_capped<T>("));
  EXPECT_TRUE(Contains(SourceOf(forward), "{ WalkPlain<K_actsearch_kernel>(a); }"));
  EXPECT_TRUE(Contains(text, "NumberOf(a, 0, channel)"));
  EXPECT_TRUE(Contains(text, "static constexpr int reductions = 2;"));
  EXPECT_TRUE(Contains(text, "using Storage = Bfloat16;"));
  EXPECT_TRUE(Contains(text, "{ WalkColumns<K_actsearch_kernel>(a); }"));
  EXPECT_FALSE(Contains(text, "atomic")) << "sums have one order";
  EXPECT_FALSE(Contains(text, "T op_mish")) << "only what the program uses";
}

TEST(SourceTest, RepairsAreThereOnRequest) {
  const expr::Expr f = Parsed("exp(x) / (1 + exp(x))");
  const Plan plan = MakePlan(f);
  const ExactPrograms exact(f);
  KernelRequest request{.program = &plan.forward, .declared = f.parameters};
  EXPECT_FALSE(Contains(SourceOf(request), "using T = double"));
  request.exact = &exact;
  EXPECT_TRUE(Contains(SourceOf(request), "out[0] = exact_0("));
}

Launch LaunchFor(const ChannelLayout& layout, std::size_t size, Storage storage) {
  const expr::Expr f = Parsed("b * x where b: channel = 1");
  const std::size_t sizes[] = {layout.channels};
  return LaunchOf(MakePlan(f).backward, sizes, layout, size, storage);
}

TEST(LaunchTest, TheLayoutChoosesTheWalk) {
  const Launch matrix = LaunchFor({.channels = 128, .inner = 1}, 128 * 4096, Storage::kFloat32);
  EXPECT_EQ(matrix.walk, Walk::kColumns);
  EXPECT_EQ(matrix.across, 32u);
  EXPECT_EQ(matrix.positions, 128u);
  EXPECT_TRUE(matrix.vectors);
  const Launch images =
      LaunchFor({.channels = 64, .inner = 1024}, 64 * 1024 * 32, Storage::kFloat32);
  EXPECT_EQ(images.walk, Walk::kRuns);
  EXPECT_EQ(images.blocks_x, 64u);
  EXPECT_GT(images.blocks_y, 1u);
  EXPECT_FALSE(LaunchFor({.channels = 3, .inner = 1}, 300, Storage::kFloat32).vectors);
  EXPECT_FALSE(LaunchFor({.channels = 4, .inner = 1}, 400, Storage::kBfloat16).vectors);
  const Launch one = LaunchFor({.channels = 1, .inner = 5000}, 5000, Storage::kFloat32);
  EXPECT_EQ(one.walk, Walk::kPlain);
  EXPECT_EQ(one.positions, 1u);
}

TEST(EncodeTest, KeepsInstructionsConstantsAndSums) {
  const expr::Expr f = Parsed("2.5 * tanh(b * x) where b: layer = 1");
  const Program program = MakePlan(f).backward;
  const EncodedProgram encoded = Encode(program);
  ASSERT_EQ(encoded.steps.size(), program.code.size());
  for (std::size_t i = 0; i < program.code.size(); ++i) {
    EXPECT_EQ(encoded.steps[i].op, program.code[i].op);
    EXPECT_EQ(encoded.steps[i].target, program.code[i].target);
  }
  EXPECT_EQ(encoded.constants.size(), program.constants.size());
  EXPECT_EQ(encoded.reduced.size(), 1u);
  EXPECT_TRUE(IsInterpretable(program, 1));
  EXPECT_FALSE(IsInterpretable(program, kMaxParameters + 1));
}

TEST(ChooseTest, CompilesWhatRunsOften) {
  const Policy policy{.launches = 10, .candidates = 4, .elements = 1000};
  EXPECT_EQ(Choose({.launches = 0, .elements = 10}, policy), Way::kInterpreted);
  EXPECT_EQ(Choose({.launches = 10, .elements = 10}, policy), Way::kCompiled);
  EXPECT_EQ(Choose({.launches = 0, .elements = 1000}, policy), Way::kCompiled);
  EXPECT_EQ(Choose({.launches = 10, .candidates = 4}, policy), Way::kInterpreted);
  EXPECT_EQ(Choose({.compiled = true}, policy), Way::kCompiled);
  EXPECT_EQ(Choose({.interpretable = false}, policy), Way::kCompiled);
  EXPECT_EQ(Choose({.candidates = 9, .repairs = true}, policy), Way::kCompiled);
}

TEST(DiskCacheTest, GivesBackWhatWasWritten) {
  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) / ("cache_" + std::to_string(getpid()));
  setenv("XDG_CACHE_HOME", folder.c_str(), 1);
  const std::string key = CacheKey("source", "sm_90", 13000);
  EXPECT_NE(key, CacheKey("source", "sm_80", 13000));
  EXPECT_NE(key, CacheKey("sources", "sm_90", 13000));
  EXPECT_FALSE(ReadCached(key).has_value());
  WriteCached(key, {'a', '\0', 'b'});
  EXPECT_EQ(ReadCached(key), (std::vector<char>{'a', '\0', 'b'}));
  const auto files = std::filesystem::directory_iterator(folder / "actsearch" / "kernels");
  EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "no part of a file is left";
  setenv("XDG_CACHE_HOME", "/proc/none", 1);  // not writable: nothing happens
  WriteCached(key, {'a'});
  EXPECT_FALSE(ReadCached(key).has_value());
  unsetenv("XDG_CACHE_HOME");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace actsearch::kernels::cuda
