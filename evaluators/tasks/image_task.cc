#include "evaluators/tasks/image_task.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <string>
#include <utility>

#include "evaluators/tasks/formulas.h"
#include "evaluators/training/network.h"
#include "evaluators/training/train.h"

namespace actsearch::tasks {

ActivationFactory::ActivationFactory(const expr::Expr& f, const TaskSpec& task,
                                     const at::Device& device)
    : ActivationFactory({&f, 1}, task, device) {}

ActivationFactory::ActivationFactory(std::span<const expr::Expr> functions, const TaskSpec& task,
                                     const at::Device& device)
    : batch_norm_(task.normalization == "batch"), device_(device) {
  for (const expr::Expr& f : functions) {
    functions_.push_back({kernels::MakeActivation(f, device), f.parameters});
  }
}

ActivationFactory::ActivationFactory(std::shared_ptr<const kernels::Activation> activation,
                                     const expr::Expr& f, const TaskSpec& task,
                                     const at::Device& device)
    : functions_{{std::move(activation), f.parameters}},
      batch_norm_(task.normalization == "batch"),
      device_(device) {}

void ActivationFactory::Append(Layers& layers, std::int64_t channels) {
  const Function& f = functions_[appended_++ % functions_.size()];
  if (batch_norm_) layers.push_back(training::MakeBatchNorm(channels, device_));
  layers.push_back(training::MakeActivationLayer(f.activation, f.parameters, channels));
}

Result<Outcome> EvaluateOnImages(const Trial& trial, training::DataCache& cache,
                                 const evaluators::Control& control, BuildLayers build) {
  const Result<std::vector<expr::Expr>> functions = FormulasOf(trial);
  if (!functions) return std::unexpected(functions.error());
  const std::size_t layers = HiddenOf(trial.task).size();
  if (functions->size() != 1 && functions->size() != layers) {
    return Fail(ErrorCode::kInvalid, std::to_string(functions->size()) + " functions for the " +
                                         std::to_string(layers) + " activation layers of task '" +
                                         trial.task.name + "'; give one, or one for each layer");
  }
  // Wrong jobs are told from poor candidates even when a gate would reject the candidate.
  const Result<const training::Data*> data = cache.Get(trial.task);
  if (!data) return std::unexpected(data.error());

  std::optional<Rejection> rejection;
  if (trial.gates.probes) rejection = CheckGates(*functions);
  if (rejection && !trial.audit) {
    Outcome outcome;
    outcome.status = Status::kRejected;
    outcome.rejection = std::move(rejection);
    return outcome;
  }
  if (std::ranges::any_of(*functions, kernels::HasDraws)) at::manual_seed(trial.seed);
  ActivationFactory activations(*functions, trial.task, cache.device());
  training::Network network(build(trial.task, **data, activations), cache.device());
  return training::Train(trial, **data, network, control, std::move(rejection));
}

}  // namespace actsearch::tasks
