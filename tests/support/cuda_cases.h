// Formulas with the arrays and layouts on which tests run their device code, and the
// comparison with double precision.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "evaluators/kernels/cuda/source.h"
#include "evaluators/kernels/plan.h"
#include "search_spaces/base/rng.h"
#include "tests/support/cuda_host.h"

namespace actsearch::testing {

using kernels::cuda::Arguments;

inline constexpr unsigned kHostThreads = 8;  // of a block

struct DeviceCase {
  std::size_t samples;
  kernels::ChannelLayout layout;
  kernels::cuda::Storage storage;
};

// A formula, its plan, and the kernels that run it on one layout.
struct DeviceEntry {
  std::string name;
  expr::Expr f;
  DeviceCase where;
  kernels::Plan plan;
  std::optional<kernels::cuda::ExactPrograms> exact;
  std::vector<std::size_t> sizes;
  kernels::cuda::Launch forward, backward;

  DeviceEntry(std::string entry_name, expr::Expr formula, const DeviceCase& c);
  std::size_t Size() const { return where.samples * where.layout.Period(); }

  kernels::cuda::KernelRequest Request(bool is_backward) const;
};

// Every second row of the zoo and every primitive, over layouts by columns and by runs, with
// and without whole vectors, in float32 and bfloat16.
std::vector<DeviceEntry> MakeDeviceEntries();

// One forward and one backward pass.
struct DevicePass {
  std::vector<float> x, gradient;
  std::vector<std::vector<float>> numbers;  // of each parameter
  std::vector<float> y, input_gradient;
  std::vector<std::vector<float>> parameter_gradients;
};

// How kernels of an entry are run: once for each pass, then the sums of the backward pass
// lie in Arguments::partial as [reduction][slice][position].
struct DeviceEngine {
  std::function<void(bool is_backward, const Arguments& a)> run;
  std::uint32_t slices = 1, positions = 1;
};

// `module` has the kernel `finish` of FinishText.
DevicePass RunOnDevice(HostModule& module, const DeviceEngine& engine, const DeviceEntry& entry,
                       const std::vector<float>& x, Rng& rng);

// Elementwise results and sums against double: what differs, or empty. bfloat16 keeps 8 bits
// of a result, and what it saves for the backward pass reaches the gradients.
std::string DifferenceFromDouble(const DeviceEntry& entry, const DevicePass& pass);

}  // namespace actsearch::testing
