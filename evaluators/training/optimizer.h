// Steps of a recipe's optimizer over parameters that lie in one flat vector: Adam (Kingma and
// Ba 2015, algorithm 1, with beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8), AdamW (Loshchilov and
// Hutter 2019), or gradient descent with momentum. The start scales weights to the function
// between the layers (modules::Network::Initialize); that scale is taken as a constant beside
// them, so that steps, epsilon and weight decay are the same for every function c * f.
// One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

#include "evaluators/catalogue/recipe.h"
#include "evaluators/modules/network.h"

namespace actsearch::training {

class Optimizer {
 public:
  // Changes the network's flat vector in place, over a training of `steps` steps.
  Optimizer(const modules::Network& network, const catalogue::Recipe& recipe, double learning_rate,
            int steps);

  // gradients[k] belongs to the network's k-th parameter and has its shape; other strides
  // than the parameter's are copied into them (Copies() counts). Raises the version of the
  // flat vector once, so that a graph that still needs the old values fails.
  void Step(std::span<const at::Tensor> gradients);

  // What its steps have come to. Another one, made alike, goes on from there when these are copied
  // into its own and it is told after which step.
  std::vector<at::Tensor> Moments() const { return {mean_, square_}; }
  void Resume(int step) { step_ = step; }

  std::int64_t Copies() const { return copies_; }

 private:
  struct Rates;

  Rates RatesFor(const modules::Parameter& parameter) const;
  void StepOnArrays(const at::Tensor& gradient, const modules::Parameter& parameter);
  void StepOnTensors(const at::Tensor& gradient, const modules::Parameter& parameter);

  const modules::Network& network_;
  catalogue::Recipe recipe_;
  at::Tensor mean_, square_;  // in the places of the flat vector; momentum in mean_
  double learning_rate_;
  int steps_;
  int step_ = 0;
  std::int64_t copies_ = 0;
};

}  // namespace actsearch::training
