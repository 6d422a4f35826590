// What NVRTC, where there is one, says to the generated kernels: no GPU is needed.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "evaluators/kernels/activation.h"
#include "evaluators/kernels/cuda/interpreter.h"
#include "evaluators/kernels/cuda/nvrtc.h"
#include "evaluators/kernels/cuda/source.h"
#include "evaluators/kernels/plan.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "tests/support/random_expr.h"

namespace actsearch::kernels::cuda {
namespace {

using Clock = std::chrono::steady_clock;

class CudaCompileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<Nvrtc> loaded = Nvrtc::Load();
    if (!loaded) GTEST_SKIP() << loaded.error().message;
    nvrtc_ = *loaded;
  }

  // Compiles and notes how long it took.
  void Compile(const std::string& source, const std::string& architecture,
               const std::string& what) {
    const Clock::time_point start = Clock::now();
    const Result<std::vector<char>> code = nvrtc_->Compile(source, architecture);
    ASSERT_TRUE(code.has_value()) << what << ": " << code.error().message << source;
    EXPECT_GT(code->size(), 100u) << what;
    times_.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }

  // Both passes of a formula. Walks, storage types and architectures take turns, so that
  // every pair is met while nothing is compiled twelve times.
  void CompilePlan(const expr::Expr& f, std::size_t turn, const std::string& what) {
    const Plan plan = MakePlan(f);
    if (plan.is_identity) return;
    std::optional<ExactPrograms> exact;
    if (plan.may_overflow) exact.emplace(f);
    const Storage storage = turn % 2 == 0 ? Storage::kFloat32 : Storage::kBfloat16;
    const std::string architecture = turn % 4 < 2 ? "compute_80" : "compute_90";
    KernelRequest request{.program = &plan.forward,
                          .declared = f.parameters,
                          .storage = storage,
                          .exact = exact ? &*exact : nullptr};
    Compile(SourceOf(request), architecture, what + " forward");
    request.program = &plan.backward;
    request.is_backward = true;
    request.walk = plan.backward.reductions.empty() ? Walk::kPlain : static_cast<Walk>(turn % 3);
    Compile(SourceOf(request), architecture, what + " backward");
  }

  void Report(const char* what) {
    std::sort(times_.begin(), times_.end());
    double sum = 0;
    for (const double time : times_) sum += time;
    std::printf("%s: %zu kernels, median %.0f ms, largest %.0f ms, all %.1f s\n", what,
                times_.size(), times_[times_.size() / 2] * 1e3, times_.back() * 1e3, sum);
  }

  std::optional<Nvrtc> nvrtc_;
  std::vector<double> times_;
};

// Every fourth: a kernel takes the compiler 50 to 150 ms.
TEST_F(CudaCompileTest, ZooEntries) {
  std::size_t turn = 0;
  for (std::size_t k = 0; k < activations::Zoo().Rows().size(); k += 4) {
    const activations::ZooRow& row = activations::Zoo().Rows()[k];
    const auto f = expr::Parse(row.formula);
    ASSERT_TRUE(f.has_value()) << row.name;
    if (!HasFusedPasses(*f)) continue;
    CompilePlan(*f, turn++, std::string(row.name));
  }
  Report("zoo");
}

TEST_F(CudaCompileTest, RandomGraphs) {
  Rng rng(11);
  for (std::size_t i = 0; i < 60; ++i) {
    const expr::Expr f = testing::RandomExpr(rng);
    CompilePlan(f, i, expr::Print(f));
    if (HasFatalFailure()) return;
  }
  Report("random");
}

TEST_F(CudaCompileTest, MachineCodeAndFixedKernels) {
  const expr::Expr f = *expr::Parse("x * sigmoid(b * x) where b: channel = 1");
  const Plan plan = MakePlan(f);
  const KernelRequest request{.program = &plan.backward,
                              .declared = f.parameters,
                              .walk = Walk::kColumns,
                              .is_backward = true};
  for (const char* architecture : {"sm_80", "sm_90"}) {
    Compile(SourceOf(request), architecture, "swish");
    Compile(FinishSource(), architecture, "finish");
    Compile(InterpreterSource(Storage::kFloat32), architecture, "interpreter");
    Compile(InterpreterSource(Storage::kBfloat16), architecture, "interpreter");
  }
  Report("machine code");
}

TEST_F(CudaCompileTest, AMistakeIsExplained) {
  const Result<std::vector<char>> code = nvrtc_->Compile("KERNEL nothing", "compute_80");
  ASSERT_FALSE(code.has_value());
  EXPECT_NE(code.error().message.find("actsearch.cu"), std::string::npos) << code.error().message;
}

}  // namespace
}  // namespace actsearch::kernels::cuda
