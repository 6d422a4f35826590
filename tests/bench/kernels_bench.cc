// kernels_bench [--filter TEXT] [--repeat N]: forward and backward of every scalar zoo
// entry, one thread, float32, against the same graph through LibTorch's autograd:
//   passes    the fused passes alone, memory kept between steps
//   function  the same under LibTorch's autograd (ApplyActivation)
//   autograd  the graph operation by operation (EvaluateOnTensors)
// and against LibTorch's own operators where there are any, ours under autograd as well.
// Each number is the smallest of N processor times, taken in turn: the machine may be
// shared. speedup_* in the last line are geometric means of autograd / passes,
// function_* of autograd / function; native_ratio is the largest of ours / LibTorch's.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "evaluators/device.h"
#include "evaluators/kernels/activation.h"
#include "evaluators/kernels/cpu/runner.h"
#include "evaluators/kernels/tensor_value.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/base/check.h"
#include "search_spaces/expr/parse.h"
#include "tests/support/processor_time.h"

namespace actsearch::kernels {
namespace {

using Function = std::function<at::Tensor(const at::Tensor&)>;
using Step = std::function<void()>;

constexpr std::int64_t kLarge = 1'048'576;
constexpr std::int64_t kSmall = 16'384;
// Entries nearer to LibTorch than this are measured again, longer: who is faster is
// otherwise a matter of the machine's mood.
constexpr double kClose = 1.2;
constexpr int kCloseRepeat = 5;

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

// Forward and backward under autograd, and the work of making the results go away again.
Step UnderAutograd(Function f, const Inputs& inputs) {
  torch::autograd::variable_list leaves = {inputs.x};
  leaves.insert(leaves.end(), inputs.parameters.begin(), inputs.parameters.end());
  return [f = std::move(f), leaves, &inputs] {
    const at::Tensor y = f(inputs.x);
    if (!y.requires_grad()) return;  // a step function: no gradient flows
    torch::autograd::grad({y}, leaves, {inputs.gradient}, {}, false, /*allow_unused=*/true);
  };
}

Step Passes(const expr::Expr& f, const Inputs& inputs) {
  struct State {
    std::shared_ptr<const Activation> activation;
    std::vector<at::Tensor> parameters;
    at::Tensor x, y;
    Saved saved;
    Gradients gradients;
  };
  const auto state = std::make_shared<State>();
  state->activation = MakeActivation(f, at::kCPU);
  state->x = inputs.x.detach();
  for (const at::Tensor& p : inputs.parameters) state->parameters.push_back(p.detach());
  return [state, &inputs] {
    state->activation->Forward(state->x, state->parameters, state->y, state->saved);
    state->activation->Backward(inputs.gradient, state->parameters, state->saved, state->gradients);
  };
}

Step AsFunction(const expr::Expr& f, const Inputs& inputs) {
  const auto apply = [activation = MakeActivation(f, at::kCPU), &inputs](const at::Tensor& x) {
    return ApplyActivation(activation, x, inputs.parameters, kMeans);
  };
  return UnderAutograd(apply, inputs);
}

Step Eager(const expr::Expr& f, const Inputs& inputs) {
  const auto apply = [f, &inputs](const at::Tensor& x) {
    return EvaluateOnTensors(f, x, inputs.parameters, kMeans);
  };
  return UnderAutograd(apply, inputs);
}

// The smallest mean time of a step, the steps in turn. Each measurement is long enough
// for the clock.
std::vector<double> Measure(const std::vector<Step>& steps, const Inputs& inputs, int repeat) {
  const int count = inputs.x.numel() >= kLarge ? 10 : 40;
  std::vector<double> best(steps.size(), HUGE_VAL);
  for (int round = 0; round < repeat + 1; ++round) {
    for (std::size_t k = 0; k < steps.size(); ++k) {
      const double start = ProcessorSeconds();
      for (int i = 0; i < count; ++i) steps[k]();
      // The first round warms up.
      if (round > 0) best[k] = std::min(best[k], (ProcessorSeconds() - start) / count);
    }
  }
  return best;
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

struct Comparison {
  Summary passes, function;
};

Comparison CompareWithAutograd(std::int64_t elements, const Options& options) {
  Comparison comparison;
  for (const activations::ZooRow& row : activations::Zoo().Rows()) {
    if (!activations::IsPlain(row) || row.formula == "x") continue;  // x: nothing to compute
    if (row.name.find(options.filter) == std::string_view::npos) continue;
    const expr::Expr f = expr::Parse(row.formula).value();
    const Inputs inputs = MakeInputs(f, elements);
    const std::vector<Step> steps = {Passes(f, inputs), AsFunction(f, inputs), Eager(f, inputs)};
    std::vector<double> times = Measure(steps, inputs, options.repeat);
    if (times[2] < kClose * std::min(times[0], times[1])) {
      const std::vector<double> again = Measure(steps, inputs, kCloseRepeat * options.repeat);
      for (std::size_t k = 0; k < times.size(); ++k) times[k] = std::min(times[k], again[k]);
    }
    comparison.passes.Add(times[2] / times[0], row.name);
    comparison.function.Add(times[2] / times[1], row.name);
    std::printf(
        "%9lld %-28s passes %9.1f us  function %9.1f us  autograd %9.1f us  ratios %6.2f %6.2f\n",
        static_cast<long long>(elements), std::string(row.name).c_str(), times[0] * 1e6,
        times[1] * 1e6, times[2] * 1e6, times[2] / times[0], times[2] / times[1]);
    std::fflush(stdout);
  }
  return comparison;
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

// The largest ratio of our time to LibTorch's own operator's, both under autograd.
double CompareWithNative(const Options& options) {
  double worst = 0;
  for (const std::int64_t elements : {kLarge, kSmall}) {
    for (const Native& native : kNatives) {
      const expr::Expr f =
          expr::Parse((*activations::Zoo().Find(native.zoo).value()).formula).value();
      const Inputs inputs = MakeInputs(f, elements);
      const auto times = Measure({AsFunction(f, inputs), UnderAutograd(native.function, inputs)},
                                 inputs, 3 * options.repeat);
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
    const double start = ProcessorSeconds();
    MakeActivation(f, at::kCPU);
    best = std::min(best, ProcessorSeconds() - start);
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
  evaluators::ConfigureLibraries();
  at::manual_seed(1);
  std::printf("instruction set %s, one thread, float32\n", cpu::DescribeKernels().c_str());
  const double native = CompareWithNative(options);
  const Comparison small = CompareWithAutograd(kSmall, options);
  const Comparison large = CompareWithAutograd(kLarge, options);
  PrepareSeconds();
  const auto print_least = [](const char* what, const Summary& summary) {
    std::printf("least %s: %s %.2f, of %d entries\n", what, summary.least_name.c_str(),
                summary.least, summary.count);
  };
  print_least("speedup_large", large.passes);
  print_least("speedup_small", small.passes);
  print_least("function_large", large.function);
  print_least("function_small", small.function);
  std::printf(
      "kernels speedup_large=%.2f speedup_small=%.2f native_ratio=%.3f function_large=%.2f "
      "function_small=%.2f\n",
      large.passes.Mean(), small.passes.Mean(), native, large.function.Mean(),
      small.function.Mean());
  return 0;
}

}  // namespace
}  // namespace actsearch::kernels

int main(int argc, char** argv) { return actsearch::kernels::Main(argc, argv); }
