#include "evaluators/canary.h"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

#include "evaluators/kernels/activation.h"
#include "evaluators/number_text.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::evaluators {
namespace {

constexpr double kKernelTolerance = 1e-4;  // relative to 1 + |value|

Result<void> Compare(const std::string& what, const at::Tensor& seen,
                     const std::vector<double>& exact, const std::vector<double>& x) {
  const at::Tensor host = seen.to(at::kCPU).contiguous();
  const float* values = host.data_ptr<float>();
  for (std::size_t i = 0; i < exact.size(); ++i) {
    if (std::fabs(values[i] - exact[i]) <= kKernelTolerance * (1 + std::fabs(exact[i]))) continue;
    return Fail(ErrorCode::kInternal, "canary: the kernels compute " + what + " = " +
                                          NumberText(values[i]) + " at x = " + NumberText(x[i]) +
                                          ", but it is " + NumberText(exact[i]) +
                                          "; this build or machine cannot be trusted");
  }
  return {};
}

// Relative. Where the instruction set is another, sums are rounded otherwise, and training
// amplifies that: by 3e-8 in networks without batch normalization and 2e-3 with it, over
// AVX-512, AVX2 and loops. Other versions of LibTorch have other kernels.
constexpr double kTolerance = 1e-2;

Trial MlpTrial(const char* candidate) {
  Trial trial;
  trial.candidate = candidate;
  trial.task = {.name = "mlp",
                .dataset = "glyphs",
                .steps = 20,
                .batch = 64,
                .learning_rate = 3e-3,
                .fields = {{"hidden", std::vector<std::int64_t>{24}}}};
  trial.gates = {.probes = false, .chance = false};
  trial.seed = 1;
  return trial;
}

Trial PlaneTrial(const char* task, std::vector<std::int64_t> hidden, const char* candidate,
                 const char* norm) {
  Trial trial = MlpTrial(candidate);
  trial.task.name = task;
  trial.task.steps = 16;
  trial.task.batch = 32;
  trial.task.learning_rate = 1e-2;
  trial.task.fields = {{"hidden", std::move(hidden)}};
  trial.sites.fill = {std::string("norm=") + norm};
  return trial;
}

Trial CnnTrial(const char* candidate, const char* norm) {
  return PlaneTrial("cnn", {4, 8}, candidate, norm);
}

Trial ResNetTrial() {
  Trial trial =
      PlaneTrial("resnet", {8, 16}, "x * sigmoid(g * x) where g: group(2) = 1", "batch_norm");
  trial.task.steps = 32;  // its running statistics need some
  trial.task.batch = 24;
  return trial;
}

std::vector<Song> MakeSongs() {
  return {
      {"linear layers, parameters by channel",
       MlpTrial("x * sigmoid(b * x) where b: channel = 1"), 1.5194777},
      {"parameters by layer, and results repaired in double",
       MlpTrial("log(1 + exp(8 * x)) * a where a: layer = 0.2"), 1.4772984},
      {"functions through LibTorch's operations", MlpTrial("relu(x + normal(0, 0))"), 1.6328885},
      {"convolutions", CnnTrial("x * normal_cdf(x)", "none"), 1.1864219},
      {"batch normalization with an activation in one",
       CnnTrial("x * tanh(softplus(x))", "batch_norm"), 1.2186},
      {"batch normalization and LibTorch's operations",
       CnnTrial("relu(x + normal(0, 0))", "batch_norm"), 1.3110},
      {"layer normalization", CnnTrial("x * sigmoid(x)", "layer_norm"), 1.1493585},
      {"residual blocks, parameters by group", ResNetTrial(), 2.5006834},
  };
}

}  // namespace

std::span<const Song> Songs() {
  static const std::vector<Song> songs = MakeSongs();
  return songs;
}

Result<void> CheckSong(Evaluator& evaluator, const Song& song) {
  const Result<Outcome> outcome = evaluator.Evaluate(song.trial, {});
  if (!outcome) return std::unexpected(outcome.error());
  const double loss = outcome->Loss();
  if (outcome->status == Status::kScored && std::fabs(loss / song.loss - 1) <= kTolerance) {
    return {};
  }
  return Fail(ErrorCode::kInternal,
              "canary: " + std::string(song.name) + ": '" + song.trial.candidate + "' ends " +
                  std::string(Name(outcome->status)) + " with loss " + NumberText(loss) +
                  ", but the known loss is " + NumberText(song.loss) +
                  "; this build or machine cannot be trusted");
}

Result<void> Choir::Sing(Canary canary, Evaluator& evaluator, const std::string& device) {
  if (canary == Canary::kPart) return CheckSong(evaluator, Songs()[next_++ % Songs().size()]);
  const Result<void> kernels = CheckKernels("x * sigmoid(x)", "x / (1 + exp(-x))", device);
  if (!kernels) return kernels;
  for (const Song& song : Songs()) {
    if (Result<void> sung = CheckSong(evaluator, song); !sung) return sung;
  }
  return {};
}

Result<void> CheckKernels(const std::string& formula, const std::string& reference,
                          const std::string& device) {
  const Result<expr::Expr> f = expr::ParseScalar(formula);
  if (!f) return std::unexpected(f.error());
  const Result<expr::Expr> exact = expr::ParseScalar(reference);
  if (!exact) return std::unexpected(exact.error());
  std::vector<double> x;
  for (double point = -6; point <= 6; point += 0.0625) x.push_back(point);
  const auto options = at::TensorOptions(at::Device(device));
  const at::Tensor input = at::tensor(x).to(options.dtype(at::kFloat)).view({1, -1});
  const auto activation = kernels::MakeActivation(*f, input.device());
  at::Tensor y;
  kernels::Saved saved;
  kernels::Gradients slopes;
  activation->Forward(input, {}, kernels::kMeans, y, saved);
  activation->Backward(at::ones_like(input), {}, saved, slopes);
  const Result<void> value = Compare("f", y, expr::EvaluateMany(*exact, x, {}), x);
  if (!value) return value;
  return Compare("df/dx", slopes.input, expr::EvaluateMany(expr::Derive(*exact), x, {}), x);
}

}  // namespace actsearch::evaluators
