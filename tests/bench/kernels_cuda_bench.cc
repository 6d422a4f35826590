// kernels_cuda_bench [--elements N] [--repeat N] [--filter TEXT]: forward and backward of
// random graphs of up to 8 operations and of the zoo on GPU 0, float32: bandwidth of the
// fused kernels against a device copy of the same size in the same run, and the same graph
// through LibTorch's autograd beside it. Times are medians between CUDA events around
// several launches, after a warm-up that compiles. The last line sums up: geometric means
// of the shares, and of eager time by fused time.
#include <ATen/ATen.h>
#include <ATen/cuda/CUDAEvent.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "evaluators/kernels/activation.h"
#include "evaluators/kernels/plan.h"
#include "evaluators/kernels/tensor_value.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/expr/graph.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"

namespace actsearch::kernels {
namespace {

constexpr std::int64_t kChannels = 256;
constexpr int kLaunches = 20;  // between two events

struct Options {
  std::int64_t elements = 1 << 26;
  int repeat = 11;
  std::string filter;
};

struct Entry {
  std::string name;
  expr::Expr f;
};

// A chain and tree of up to 8 primitives of the activations' usual kinds.
expr::Expr RandomGraph(Rng& rng) {
  constexpr const char* kUnary[] = {"relu", "sigmoid", "tanh", "sin", "erf", "softplus", "square"};
  constexpr const char* kBinary[] = {"+", "*", "-"};
  std::string text = "x";
  for (int k = 1 + static_cast<int>(rng.Below(4)); k > 0; --k) {
    const std::string inner = std::string(kUnary[rng.Below(std::size(kUnary))]) + "(" + text + ")";
    text = "(" + inner + " " + kBinary[rng.Below(std::size(kBinary))] +
           (rng.Chance(0.3) ? " p * x)" : " x)");
  }
  return expr::Parse(text + " where p: channel = 1").value();
}

std::vector<Entry> MakeEntries(const Options& options) {
  std::vector<Entry> entries;
  Rng rng(1);
  for (int i = 0; i < 20; ++i) {
    const expr::Expr f = RandomGraph(rng);
    entries.push_back({expr::Print(f), f});
  }
  for (const activations::ZooRow& row : activations::Zoo().Rows()) {
    entries.push_back({std::string(row.name), expr::Parse(row.formula).value()});
  }
  std::erase_if(entries, [&](const Entry& entry) {
    return entry.name.find(options.filter) == std::string::npos || MakePlan(entry.f).is_identity;
  });
  return entries;
}

// Median seconds of one call.
double Seconds(const std::function<void()>& call, int repeat) {
  for (int i = 0; i < 3; ++i) call();
  std::vector<double> times;
  for (int round = 0; round < repeat; ++round) {
    at::cuda::CUDAEvent begin(cudaEventDefault), end(cudaEventDefault);
    begin.record();
    for (int i = 0; i < kLaunches; ++i) call();
    end.record();
    end.synchronize();
    times.push_back(begin.elapsed_time(end) * 1e-3 / kLaunches);
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

struct Row {
  double forward_gbs, backward_gbs, copy_gbs, eager_speedup;
};

// Nothing where the GPU has no fused passes for it; says why.
std::optional<Row> Measure(const Entry& entry, const Options& options) {
  const auto cuda = at::TensorOptions(at::kCUDA).dtype(at::kFloat);
  const at::Tensor x = at::randn({options.elements / kChannels, kChannels}, cuda);
  const at::Tensor gradient = at::randn_like(x);
  std::vector<at::Tensor> parameters;
  for (const expr::Parameter& p : entry.f.parameters) {
    parameters.push_back(
        at::full({p.shape == expr::Shape::kLayer ? 1 : kChannels}, p.initial, cuda));
  }
  const Plan plan = MakePlan(entry.f);
  std::string warning;
  const auto fused = MakeActivation(entry.f, x.device(), &warning);
  if (!warning.empty()) std::printf("%s: %s\n", entry.name.c_str(), warning.c_str());
  if (!fused->IsFusedFor(x)) return std::nullopt;
  const double array = static_cast<double>(x.numel()) * sizeof(float);

  at::Tensor y, copy = at::empty_like(x);
  const double copy_time = Seconds([&] { copy.copy_(x); }, options.repeat);
  Saved saved;
  const double forward =
      Seconds([&] { fused->Forward(x, parameters, y, saved); }, options.repeat);
  Gradients gradients;
  const double backward =
      Seconds([&] { fused->Backward(gradient, parameters, saved, gradients); }, options.repeat);

  std::vector<at::Tensor> leaves = {x.detach().requires_grad_(true)};
  for (const at::Tensor& p : parameters) leaves.push_back(p.detach().requires_grad_(true));
  const auto eager_step = [&] {
    const at::Tensor out =
        EvaluateOnTensors(entry.f, leaves[0], std::span(leaves).subspan(1), kMeans);
    torch::autograd::grad({out}, leaves, {gradient}, {}, false, /*allow_unused=*/true);
  };
  const double eager = Seconds(eager_step, std::max(3, options.repeat / 3));

  const double forward_arrays =
      static_cast<double>(plan.forward.inputs.size()) + plan.forward.stores;
  const double backward_arrays =
      static_cast<double>(plan.backward.inputs.size()) + plan.backward.stores;
  return Row{forward_arrays * array / forward / 1e9, backward_arrays * array / backward / 1e9,
          2 * array / copy_time / 1e9, eager / (forward + backward)};
}

int Main(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--elements") == 0) options.elements = std::atoll(argv[i + 1]);
    if (std::strcmp(argv[i], "--repeat") == 0) options.repeat = std::atoi(argv[i + 1]);
    if (std::strcmp(argv[i], "--filter") == 0) options.filter = argv[i + 1];
  }
  if (!at::hasCUDA()) {
    std::fprintf(stderr, "kernels_cuda_bench: LibTorch sees no CUDA device\n");
    return 1;
  }
  at::manual_seed(1);
  double forward = 0, backward = 0, speedup = 0;
  int count = 0, with_backward = 0;
  for (const Entry& entry : MakeEntries(options)) {
    const std::optional<Row> measured = Measure(entry, options);
    if (!measured) continue;
    const Row& row = *measured;
    std::printf("forward %7.0f GB/s  backward %7.0f GB/s  copy %7.0f GB/s  eager/fused %5.2f  %s\n",
                row.forward_gbs, row.backward_gbs, row.copy_gbs, row.eager_speedup,
                entry.name.c_str());
    std::fflush(stdout);
    ++count;
    forward += std::log(row.forward_gbs / row.copy_gbs);
    speedup += std::log(row.eager_speedup);
    if (!(row.backward_gbs > 0)) continue;  // dLoss/dx is the gradient itself
    backward += std::log(row.backward_gbs / row.copy_gbs);
    ++with_backward;
  }
  std::printf("kernels_cuda copy_share_forward=%.3f copy_share_backward=%.3f eager_speedup=%.2f\n",
              std::exp(forward / count), std::exp(backward / std::max(1, with_backward)),
              std::exp(speedup / count));
  return 0;
}

}  // namespace
}  // namespace actsearch::kernels

int main(int argc, char** argv) { return actsearch::kernels::Main(argc, argv); }
