// Generated device code, compiled for the host, against double precision: values, input
// gradients and parameter gradients of the zoo and of every primitive, over every walk and
// both storage types. One shared object for all of them.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "evaluators/kernels/cuda/device_text.h"
#include "evaluators/kernels/cuda/source.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"
#include "tests/support/cuda_cases.h"

namespace actsearch::kernels::cuda {
namespace {

using testing::DeviceEngine;
using testing::DeviceEntry;
using testing::HostModule;
using testing::kHostThreads;

std::string SourceFor(const std::vector<DeviceEntry>& entries) {
  std::vector<const Program*> programs;
  std::string kernels;
  for (std::size_t e = 0; e < entries.size(); ++e) {
    const DeviceEntry& entry = entries[e];
    programs.push_back(&entry.plan.forward);
    programs.push_back(&entry.plan.backward);
    if (entry.exact) {
      programs.push_back(&entry.exact->value);
      programs.push_back(&entry.exact->input_slope);
      for (const Program& slope : entry.exact->parameter_slopes) programs.push_back(&slope);
    }
    kernels += KernelText(entry.Request(false), "forward_" + std::to_string(e));
    kernels += KernelText(entry.Request(true), "backward_" + std::to_string(e));
  }
  return testing::HostTargetText() + std::string(VocabularyText()) + WalksText() +
         OpFunctionsText(programs) + kernels + FinishText("finish");
}

class CudaHostTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    entries_ = new std::vector<DeviceEntry>(testing::MakeDeviceEntries());
    module_ = new HostModule(SourceFor(*entries_));
  }
  static void TearDownTestSuite() {
    delete module_;
    delete entries_;
  }
  void SetUp() override { ASSERT_EQ(module_->error(), ""); }

  static std::vector<DeviceEntry>* entries_;
  static HostModule* module_;
};
std::vector<DeviceEntry>* CudaHostTest::entries_ = nullptr;
HostModule* CudaHostTest::module_ = nullptr;

// The entry's own kernels.
DeviceEngine EngineOf(HostModule& module, std::size_t index, const DeviceEntry& entry) {
  const auto run = [&module, index, &entry](bool is_backward, Arguments a) {
    const Launch& launch = is_backward ? entry.backward : entry.forward;
    a.aligned = launch.vectors;
    a.across = launch.across;
    module.Launch((is_backward ? "backward_" : "forward_") + std::to_string(index), a,
                  launch.blocks_x, launch.blocks_y, kHostThreads);
  };
  return {run, entry.backward.slices, entry.backward.positions};
}

TEST_F(CudaHostTest, ValuesAndGradientsAgreeWithDouble) {
  Rng rng(3);
  for (std::size_t e = 0; e < entries_->size(); ++e) {
    const DeviceEntry& entry = (*entries_)[e];
    double low = -4, high = 4;
    if (entry.name.starts_with("primitive ")) {
      const expr::PrimitiveRow& row = **expr::FindPrimitive(entry.name.substr(10));
      low = row.low, high = row.high;
      if (low > 0) high /= 1.5;  // a channel's factor goes up to 1.44
      if (low < 0) low /= 1.5, high /= 1.5;
    }
    std::vector<float> x;
    for (std::size_t i = 0; i < entry.Size(); ++i) {
      x.push_back(static_cast<float>(rng.Uniform(low, high)));
    }
    const auto pass = RunOnDevice(*module_, EngineOf(*module_, e, entry), entry, x, rng);
    EXPECT_EQ(DifferenceFromDouble(entry, pass), "");
  }
}

}  // namespace
}  // namespace actsearch::kernels::cuda
