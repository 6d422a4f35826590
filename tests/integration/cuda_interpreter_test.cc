// The interpreter's device code, compiled for the host, against double precision.
#include <gtest/gtest.h>

#include <cmath>

#include "evaluators/kernels/cuda/device_text.h"
#include "evaluators/kernels/cuda/interpreter.h"
#include "evaluators/kernels/cuda/source.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "tests/support/cuda_cases.h"

namespace actsearch::kernels::cuda {
namespace {

using testing::DeviceEngine;
using testing::DeviceEntry;
using testing::HostModule;
using testing::kHostThreads;

class CudaInterpreterTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    module_ =
        new HostModule(testing::HostTargetText() + std::string(VocabularyText()) +
                       InterpreterText(Storage::kFloat32, "one", "many") + FinishText("finish"));
  }
  static void TearDownTestSuite() { delete module_; }
  void SetUp() override { ASSERT_EQ(module_->error(), ""); }

  static HostModule* module_;
};
HostModule* CudaInterpreterTest::module_ = nullptr;

// A program's encoded form and memory, for a task.
struct Interpreted {
  EncodedProgram encoded;
  Task task;

  Interpreted(const DeviceEntry& entry, const Program& program)
      : encoded(Encode(program)),
        task(TaskOf(encoded, program, entry.sizes, entry.where.layout, entry.Size(),
                    kHostThreads)) {}

  // Once this object stays where it is.
  const Task& Placed(const Program& program, const Arguments& a) {
    task.steps = encoded.steps.data();
    task.constants = encoded.constants.data();
    for (std::size_t k = 0; k < program.parameters.size(); ++k) {
      task.parameters[k] = a.parameters[program.parameters[k]];
    }
    return task;
  }
};

std::vector<DeviceEntry> InterpretedEntries() {
  std::vector<DeviceEntry> entries;
  for (DeviceEntry& entry : testing::MakeDeviceEntries()) {
    const bool serves = IsInterpretable(entry.plan.forward, entry.sizes.size()) &&
                        IsInterpretable(entry.plan.backward, entry.sizes.size());
    if (serves && !entry.plan.may_overflow && entry.where.storage == Storage::kFloat32) {
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

TEST_F(CudaInterpreterTest, ManyCandidatesInOneLaunchAgreeWithDouble) {
  const std::vector<DeviceEntry> entries = InterpretedEntries();
  ASSERT_GT(entries.size(), 30u);
  // Candidates' elements are slices of one tensor.
  std::vector<float> x, y;
  std::vector<Interpreted> programs;
  Rng rng(9);
  for (const DeviceEntry& entry : entries) {
    programs.emplace_back(entry, entry.plan.value);
    for (std::size_t i = 0; i < entry.Size(); ++i) {
      x.push_back(static_cast<float>(rng.Uniform(0.2, 1)));
    }
  }
  y.resize(x.size());
  std::vector<std::vector<std::vector<float>>> numbers(entries.size());
  std::vector<Task> tasks;
  std::size_t begin = 0, blocks = 1;
  for (std::size_t e = 0; e < entries.size(); ++e) {
    Arguments a;
    for (std::size_t k = 0; k < entries[e].sizes.size(); ++k) {
      const auto initial = static_cast<float>(entries[e].f.parameters[k].initial);
      numbers[e].emplace_back(entries[e].sizes[k], initial);
    }
    for (std::size_t k = 0; k < numbers[e].size(); ++k) a.parameters[k] = numbers[e][k].data();
    Task task = programs[e].Placed(entries[e].plan.value, a);
    task.inputs[0] = x.data() + begin;
    task.stores[0] = y.data() + begin;
    tasks.push_back(task);
    blocks = std::max<std::size_t>(blocks, task.walk_channels * task.slices);
    begin += entries[e].Size();
  }
  module_->Launch("many", static_cast<const Task*>(tasks.data()), static_cast<unsigned>(blocks),
                  static_cast<unsigned>(tasks.size()), kHostThreads);
  begin = 0;
  for (const DeviceEntry& entry : entries) {
    const std::vector<double> initial = expr::InitialParameters(entry.f);
    const expr::Expr slope = expr::Derive(entry.f);
    for (std::size_t i = begin; i < begin + entry.Size(); ++i) {
      const double exact = expr::Evaluate(entry.f, x[i], initial);
      // What the rounding of x alone does to the value.
      const double rounded = 0x1p-22 * std::fabs(x[i] * expr::Evaluate(slope, x[i], initial));
      ASSERT_NEAR(y[i], exact, 2e-6 * std::fabs(exact) + 2e-6 + rounded)
          << entry.name << " at " << x[i];
    }
    begin += entry.Size();
  }
}

TEST_F(CudaInterpreterTest, BackwardPassesAgreeWithDouble) {
  Rng rng(10);
  for (const DeviceEntry& entry : InterpretedEntries()) {
    std::vector<float> x;
    for (std::size_t i = 0; i < entry.Size(); ++i) {
      x.push_back(static_cast<float>(rng.Uniform(0.2, 1)));
    }
    Interpreted forward(entry, entry.plan.forward), backward(entry, entry.plan.backward);
    const auto run = [&](bool is_backward, const Arguments& a) {
      const Program& program = is_backward ? entry.plan.backward : entry.plan.forward;
      Task task = (is_backward ? backward : forward).Placed(program, a);
      std::ranges::copy(a.inputs, task.inputs);
      std::ranges::copy(a.stores, task.stores);
      task.partial = a.partial;
      module_->Launch("one", task, task.walk_channels * task.slices, 1, kHostThreads);
    };
    const DeviceEngine engine{run, backward.task.slices, backward.task.walk_channels};
    EXPECT_EQ(DifferenceFromDouble(entry, RunOnDevice(*module_, engine, entry, x, rng)), "");
  }
}

}  // namespace
}  // namespace actsearch::kernels::cuda
