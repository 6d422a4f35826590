// What the tasks that train on images have in common: parse, gates, data, network,
// training. A task gives only the function that builds its network. One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "evaluators/evaluator.h"
#include "evaluators/training/examples.h"
#include "evaluators/training/layer.h"
#include "search_spaces/base/error.h"
#include "search_spaces/expr/expr.h"
#include "search_spaces/trial.h"

namespace actsearch::tasks {

using Layers = std::vector<std::unique_ptr<training::Layer>>;

// Adds the candidate's layers to a network under construction.
class ActivationFactory {
 public:
  ActivationFactory(const expr::Expr& f, const TaskSpec& task, const at::Device& device);

  // The first layer gets the first function, and so on; after the last the first again.
  ActivationFactory(std::span<const expr::Expr> functions, const TaskSpec& task,
                    const at::Device& device);

  // With another way to compute f.
  ActivationFactory(std::shared_ptr<const kernels::Activation> activation, const expr::Expr& f,
                    const TaskSpec& task, const at::Device& device);

  // The normalization the task asks for, then the activation.
  void Append(Layers& layers, std::int64_t channels);

 private:
  struct Function {
    std::shared_ptr<const kernels::Activation> activation;
    std::vector<expr::Parameter> parameters;
  };

  std::vector<Function> functions_;
  std::size_t appended_ = 0;
  bool batch_norm_;
  at::Device device_;
};

using BuildLayers = Layers (*)(const TaskSpec& task, const training::Data& data,
                               ActivationFactory& activations);

// The cnn task's network.
Layers BuildCnn(const TaskSpec& task, const training::Data& data,
                ActivationFactory& activations);

// Errors: the formula does not parse; the data cannot be loaded.
Result<Outcome> EvaluateOnImages(const Trial& trial, training::DataCache& cache,
                                 const evaluators::Control& control, BuildLayers build);

}  // namespace actsearch::tasks
