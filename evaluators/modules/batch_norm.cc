#include "evaluators/modules/batch_norm.h"

#include <ATen/ATen.h>

#include "evaluators/modules/parts.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::modules {
namespace {

constexpr double kMomentum = 0.1;  // share of the newest batch in running statistics

}  // namespace

BatchNorm::BatchNorm(std::int64_t channels)
    : identity_(kernels::MakeNormalizedActivation(*expr::Parse("x"), kBatchNormEpsilon)) {
  Declare(scale_, "scale", {channels}, {1, 1});
  Declare(shift_, "shift", {channels}, {0, 0});
  mean_ = register_buffer("running_mean", at::zeros({channels}));
  variance_ = register_buffer("running_variance", at::ones({channels}));
}

at::Tensor BatchNorm::Forward(Run& run, const at::Tensor& x) {
  return ForwardInto(*identity_, run, x, {});
}

at::Tensor BatchNorm::ForwardInto(const kernels::NormalizedActivation& f, Run& run,
                                  const at::Tensor& x, std::span<const at::Tensor> numbers) {
  if (run.mode == Mode::kScore) return f.Score(x, scale_, shift_, numbers, mean_, variance_);
  kernels::BatchStatistics batch;
  const at::Tensor y = f.Train(x, scale_, shift_, numbers, run.draws, batch);
  if (run.mode == Mode::kCalibrate) return y;  // keeps the running ones
  const at::NoGradGuard no_grad;
  const auto count = static_cast<double>(x.numel() / x.size(1));
  mean_.lerp_(batch.mean, kMomentum);
  variance_.lerp_(batch.variance.mul(count / (count - 1)), kMomentum);
  return y;
}

std::shared_ptr<Module> MakeBatchNorm(Parts&, const Site& site) {
  return std::make_shared<BatchNorm>(site.in.channels);
}

}  // namespace actsearch::modules
