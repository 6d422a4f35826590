// kernels_bench [--filter TEXT] [--repeat N]: forward and backward of every zoo entry on
// one thread, float32: fused kernels against the same graph through LibTorch's autograd,
// and against LibTorch's own operators where there are any. Each row is the smallest of
// N times, taken in turn. The last line sums up.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "evaluators/device.h"
#include "evaluators/kernels/activation.h"
#include "evaluators/kernels/cpu/tiles.h"
#include "evaluators/kernels/tensor_value.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/base/check.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::kernels {
namespace {

using Clock = std::chrono::steady_clock;
using Function = std::function<at::Tensor(const at::Tensor&)>;

constexpr std::int64_t kLarge = 1'048'576;
constexpr std::int64_t kSmall = 16'384;

struct Options {
  std::string filter;
  int repeat = 7;
};

// Inputs of one entry: x as a matrix of 128 channels, the gradient, and parameters.
struct Inputs {
  at::Tensor x, gradient;
  std::vector<at::Tensor> parameters;
};

Inputs MakeInputs(const expr::Expr& f, std::int64_t elements) {
  constexpr std::int64_t kChannels = 128;
  Inputs inputs;
  inputs.x = at::randn({elements / kChannels, kChannels}).requires_grad_(true);
  inputs.gradient = at::randn({elements / kChannels, kChannels});
  for (const expr::Parameter& p : f.parameters) {
    const std::int64_t size = p.shape == expr::Shape::kLayer ? 1 : kChannels;
    inputs.parameters.push_back(at::full({size}, p.initial).requires_grad_(true));
  }
  return inputs;
}

double Seconds(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Forward and backward, and the work of making the results go away again.
void Step(const Function& f, const Inputs& inputs) {
  torch::autograd::variable_list leaves = {inputs.x};
  leaves.insert(leaves.end(), inputs.parameters.begin(), inputs.parameters.end());
  const at::Tensor y = f(inputs.x);
  torch::autograd::grad({y}, leaves, {inputs.gradient}, {}, false, /*allow_unused=*/true);
}

// The smallest mean time of a step, the functions in turn. Each measurement is long
// enough for the clock.
std::vector<double> Measure(const std::vector<Function>& functions, const Inputs& inputs,
                            int repeat) {
  const int steps = inputs.x.numel() >= kLarge ? 1 : 20;
  std::vector<double> best(functions.size(), HUGE_VAL);
  for (int round = 0; round < repeat + 1; ++round) {
    for (std::size_t k = 0; k < functions.size(); ++k) {
      const Clock::time_point start = Clock::now();
      for (int i = 0; i < steps; ++i) Step(functions[k], inputs);
      if (round > 0) best[k] = std::min(best[k], Seconds(start) / steps);  // the first warms up
    }
  }
  return best;
}

Function Fused(const expr::Expr& f, const Inputs& inputs) {
  return [activation = MakeActivation(f, at::kCPU), &inputs](const at::Tensor& x) {
    return ApplyActivation(activation, x, inputs.parameters);
  };
}

Function Eager(const expr::Expr& f, const Inputs& inputs) {
  return [f, &inputs](const at::Tensor& x) { return EvaluateOnTensors(f, x, inputs.parameters); };
}

// Geometric mean, and the smallest with its name.
struct Summary {
  double log_sum = 0;
  int count = 0;
  double least = HUGE_VAL;
  std::string least_name;

  void Add(double ratio, std::string_view name) {
    log_sum += std::log(ratio);
    ++count;
    if (ratio >= least) return;
    least = ratio;
    least_name = name;
  }
  double Mean() const { return std::exp(log_sum / count); }
};

Summary CompareWithAutograd(std::int64_t elements, const Options& options) {
  Summary summary;
  for (const activations::ZooRow& row : activations::Zoo().Rows()) {
    if (row.name.find(options.filter) == std::string_view::npos) continue;
    const expr::Expr f = expr::Parse(row.formula).value();
    const Inputs inputs = MakeInputs(f, elements);
    const auto times = Measure({Fused(f, inputs), Eager(f, inputs)}, inputs, options.repeat);
    const double ratio = times[1] / times[0];
    summary.Add(ratio, row.name);
    std::printf("%9lld %-28s fused %9.1f us  autograd %9.1f us  ratio %6.2f\n",
                static_cast<long long>(elements), std::string(row.name).c_str(), times[0] * 1e6,
                times[1] * 1e6, ratio);
    std::fflush(stdout);
  }
  return summary;
}

struct Native {
  const char* zoo;
  at::Tensor (*function)(const at::Tensor& x);
};

constexpr Native kNatives[] = {
    {"silu", [](const at::Tensor& x) { return at::silu(x); }},
    {"gelu", [](const at::Tensor& x) { return at::gelu(x); }},
    {"tanh", [](const at::Tensor& x) { return at::tanh(x); }},
    {"mish", [](const at::Tensor& x) { return at::mish(x); }},
    {"relu", [](const at::Tensor& x) { return at::relu(x); }},
};

// The largest ratio of our time to LibTorch's own operator's, at the large size.
double CompareWithNative(const Options& options) {
  double worst = 0;
  for (const std::int64_t elements : {kLarge, kSmall}) {
    for (const Native& native : kNatives) {
      const expr::Expr f =
          expr::Parse((*activations::Zoo().Find(native.zoo).value()).formula).value();
      const Inputs inputs = MakeInputs(f, elements);
      const auto times =
          Measure({Fused(f, inputs), native.function}, inputs, 3 * options.repeat);
      const double ratio = times[0] / times[1];
      if (std::strcmp(native.zoo, "relu") != 0) worst = std::max(worst, ratio);
      std::printf("%9lld %-28s fused %9.1f us  LibTorch's %8.1f us  time ratio %.3f\n",
                  static_cast<long long>(elements), native.zoo, times[0] * 1e6, times[1] * 1e6,
                  ratio);
    }
  }
  return worst;
}

// Making the kernel of a 14-node graph.
double PrepareSeconds() {
  const expr::Expr f = expr::Parse(
                           "relu(x) + p0 * x * sigmoid(p1 * x) * tanh(erf(x)) + sin(x) where "
                           "p0: channel = 1, p1: channel = 1")
                           .value();
  double best = HUGE_VAL;
  for (int i = 0; i < 20; ++i) {
    const Clock::time_point start = Clock::now();
    MakeActivation(f, at::kCPU);
    best = std::min(best, Seconds(start));
  }
  std::printf("prepare nodes=%zu us=%.0f\n", f.nodes.size(), best * 1e6);
  return best;
}

int Main(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--filter") == 0) options.filter = argv[i + 1];
    if (std::strcmp(argv[i], "--repeat") == 0) options.repeat = std::atoi(argv[i + 1]);
  }
  evaluators::ConfigureLibraries(1);
  at::manual_seed(1);
  std::printf("instruction set %s, one thread, float32\n",
              std::string(cpu::Tiles().instruction_set).c_str());
  const double native = CompareWithNative(options);
  const Summary small = CompareWithAutograd(kSmall, options);
  const Summary large = CompareWithAutograd(kLarge, options);
  PrepareSeconds();
  std::printf("least speedup: large %s %.2f, small %s %.2f; entries %d\n", large.least_name.c_str(),
              large.least, small.least_name.c_str(), small.least, large.count);
  std::printf("kernels speedup_large=%.2f speedup_small=%.2f native_ratio=%.3f\n", large.Mean(),
              small.Mean(), native);
  return 0;
}

}  // namespace
}  // namespace actsearch::kernels

int main(int argc, char** argv) { return actsearch::kernels::Main(argc, argv); }
