// Networks of the task table for tests and benchmarks, built as the evaluator builds them.
// One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "evaluators/catalogue/datasets.h"
#include "evaluators/catalogue/recipe.h"
#include "evaluators/modules/network.h"
#include "evaluators/training/batches.h"
#include "evaluators/training/loss.h"
#include "evaluators/training/optimizer.h"
#include "search_spaces/base/fields.h"

namespace actsearch::test {

struct NetworkSpec {
  std::string task = "mlp";
  Fields fields;                      // those that are not the task's and recipe's initial ones
  std::string candidate = "relu(x)";  // at every activation site
  std::vector<std::string> fill;      // SITE=PART: norm=batch_norm
  bool plain = false;                 // the candidate through LibTorch's operations
  int steps = 1000;                   // over which a recipe's schedule goes
  at::Device device = at::kCPU;
};

// The sites that the builder asked for go to `made`. Aborts when the specification makes no
// sense.
modules::Network MakeNetwork(const NetworkSpec& spec, const catalogue::DataFacts& facts,
                             std::vector<Site>* made = nullptr);

// Forward pass, loss, gradients and optimizer, as training::Train takes its steps.
class Trainee {
 public:
  Trainee(const NetworkSpec& spec, const catalogue::DataFacts& facts, double learning_rate);
  Trainee(const Trainee&) = delete;  // the optimizer refers to the network
  Trainee& operator=(const Trainee&) = delete;

  // Draws and scales the starting values on these inputs.
  void Initialize(std::uint64_t seed, const at::Tensor& inputs);

  at::Tensor Loss(const training::Examples& examples);
  std::vector<at::Tensor> Gradients(const training::Examples& examples);
  void Step(const training::Examples& examples) { optimizer_.Step(Gradients(examples)); }

  modules::Network& network() { return network_; }
  const training::Loss& loss() const { return loss_; }
  training::Optimizer& optimizer() { return optimizer_; }

 private:
  modules::Network network_;
  const training::Loss& loss_;
  catalogue::Recipe recipe_;
  training::Optimizer optimizer_;
  modules::Run run_;
};

// So many batches of the training part, each with memory of its own.
std::vector<training::Examples> TakeBatches(const datasets::Dataset& data, std::int64_t batch,
                                            int count, std::uint64_t seed);

}  // namespace actsearch::test
