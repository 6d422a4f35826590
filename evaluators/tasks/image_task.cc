#include "evaluators/tasks/image_task.h"

#include <ATen/ATen.h>

#include "evaluators/gates/gate.h"
#include "evaluators/training/network.h"
#include "evaluators/training/train.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::tasks {

ActivationFactory::ActivationFactory(const expr::Expr& f, const TaskSpec& task,
                                     const at::Device& device)
    : ActivationFactory(kernels::MakeActivation(f, device), f, task, device) {}

ActivationFactory::ActivationFactory(std::shared_ptr<const kernels::Activation> activation,
                                     const expr::Expr& f, const TaskSpec& task,
                                     const at::Device& device)
    : activation_(std::move(activation)),
      parameters_(f.parameters),
      batch_norm_(task.normalization == "batch"),
      device_(device) {}

void ActivationFactory::Append(Layers& layers, std::int64_t channels) const {
  if (batch_norm_) layers.push_back(training::MakeBatchNorm(channels, device_));
  layers.push_back(training::MakeActivationLayer(activation_, parameters_, channels));
}

Result<Outcome> EvaluateOnImages(const Trial& trial, training::DataCache& cache,
                                 const evaluators::Control& control, BuildLayers build) {
  const Result<expr::Expr> f = expr::ParseScalar(trial.formula);
  if (!f) return std::unexpected(f.error());
  // Wrong jobs are told from poor candidates even when a gate would reject the candidate.
  const Result<const training::Data*> data = cache.Get(trial.task);
  if (!data) return std::unexpected(data.error());

  std::optional<Rejection> rejection;
  if (trial.gates.probes) rejection = gates::CheckGates(*f);
  if (rejection && !trial.audit) {
    Outcome outcome;
    outcome.status = Status::kRejected;
    outcome.rejection = std::move(rejection);
    return outcome;
  }
  if (kernels::HasDraws(*f)) at::manual_seed(trial.seed);
  const ActivationFactory activations(*f, trial.task, cache.device());
  training::Network network(build(trial.task, **data, activations), cache.device());
  return training::Train(trial, **data, network, control, std::move(rejection));
}

}  // namespace actsearch::tasks
