// norm_bench [ROUNDS]: batch normalization with an activation, forward and backward, one
// thread, float32, channels last, for the two activations of the cnn task on CIFAR-10 (batch 64):
//   LibTorch   at::batch_norm and at::relu under autograd
//   relu, six  ours (normalized_activation.h) with relu(x) and with a candidate of six operations
//   copy       the array copied once: what a pass that reads and writes cannot beat
//   moments    the pass over memory for the statistics alone
// The contestants take turns of a few runs each, the first of which finds other arrays in the
// caches; each number is the smallest of all runs, in microseconds of processor time. The last
// line sums up.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "evaluators/device.h"
#include "evaluators/kernels/batch_moments.h"
#include "evaluators/kernels/cpu/runner.h"
#include "evaluators/kernels/normalized_activation.h"
#include "search_spaces/expr/parse.h"
#include "tests/support/processor_time.h"

namespace actsearch::kernels {
namespace {

constexpr const char* kCandidate = "x * tanh(softplus(x)) + 0.1 * sin(x) * exp(-x * x)";
constexpr double kEpsilon = 1e-5;
constexpr int kRunsInATurn = 4;

struct Contestant {
  std::string name;
  std::function<void()> run;
  double best = HUGE_VAL;  // seconds
};

// One layer: x, its scale and shift, and dLoss/dy.
struct Layer {
  explicit Layer(const std::vector<std::int64_t>& shape)
      : x(at::randn(shape).contiguous(at::MemoryFormat::ChannelsLast).requires_grad_(true)),
        scale(at::ones({shape[1]}).requires_grad_(true)),
        shift(at::zeros({shape[1]}).requires_grad_(true)),
        gradient(at::rand(shape).contiguous(at::MemoryFormat::ChannelsLast)),
        running_mean(at::zeros({shape[1]})),
        running_variance(at::ones({shape[1]})) {}

  void Backward(const at::Tensor& y) const {
    torch::autograd::grad({y}, {x, scale, shift}, {gradient});
  }

  at::Tensor x, scale, shift, gradient, running_mean, running_variance;
};

std::function<void()> Ours(const Layer& layer, const char* text) {
  const auto f = MakeNormalizedActivation(expr::Parse(text).value(), kEpsilon);
  return [f, layer] {
    BatchStatistics statistics;
    layer.Backward(f->Train(layer.x, layer.scale, layer.shift, {}, kMeans, statistics));
  };
}

std::function<void()> LibTorch(const Layer& layer) {
  return [layer] {
    const at::Tensor z =
        at::batch_norm(layer.x, layer.scale, layer.shift, layer.running_mean,
                       layer.running_variance, /*training=*/true, 0.1, kEpsilon, false);
    layer.Backward(at::relu(z));
  };
}

// The ratio of our time with ReLU to LibTorch's.
double Compare(const std::vector<std::int64_t>& shape, int rounds) {
  const Layer layer(shape);
  const at::Tensor plain = layer.x.detach(), copy = at::empty_like(plain);
  std::vector<Contestant> contestants = {
      {"LibTorch", LibTorch(layer)},
      {"relu", Ours(layer, "relu(x)")},
      {"six", Ours(layer, kCandidate)},
      {"copy", [&] { copy.copy_(plain); }},
      {"moments", [&] { MomentsOf(plain); }}};
  for (int round = 0; round < rounds; ++round) {
    for (Contestant& c : contestants) {
      for (int run = 0; run < kRunsInATurn; ++run) {
        const double start = ProcessorSeconds();
        c.run();
        c.best = std::min(c.best, ProcessorSeconds() - start);
      }
    }
  }
  std::printf("%lld x %lld x %lld x %lld\n", static_cast<long long>(shape[0]),
              static_cast<long long>(shape[1]), static_cast<long long>(shape[2]),
              static_cast<long long>(shape[3]));
  for (const Contestant& c : contestants) {
    std::printf("  %-10s %8.0f us  %6.3f of LibTorch  %6.2f copies\n", c.name.c_str(),
                c.best * 1e6, c.best / contestants[0].best, c.best / contestants[3].best);
  }
  return contestants[1].best / contestants[0].best;
}

int Main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 200;
  evaluators::ConfigureLibraries();
  at::manual_seed(1);
  std::printf("instruction set %s, one thread, float32\n", cpu::DescribeKernels().c_str());
  const double large = Compare({64, 16, 32, 32}, rounds);
  const double small = Compare({64, 32, 16, 16}, rounds);
  std::printf("norm relu_vs_libtorch_32x32=%.3f relu_vs_libtorch_16x16=%.3f\n", large, small);
  return 0;
}

}  // namespace
}  // namespace actsearch::kernels

int main(int argc, char** argv) { return actsearch::kernels::Main(argc, argv); }
