// Adam (Kingma and Ba 2015, algorithm 1, with beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8)
// over parameters that lie in one flat vector. One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

#include "evaluators/modules/network.h"

namespace actsearch::training {

class Adam {
 public:
  // Changes the network's flat vector in place.
  Adam(const modules::Network& network, double learning_rate);

  // gradients[k] belongs to the network's k-th parameter and has its shape; other strides
  // than the parameter's are copied into them (Copies() counts). Raises the version of the
  // flat vector once, so that a graph that still needs the old values fails.
  void Step(std::span<const at::Tensor> gradients);

  std::int64_t Copies() const { return copies_; }

 private:
  void StepOnTensors(const at::Tensor& gradient, const modules::Parameter& parameter,
                     double step_size, double root_scale);

  const modules::Network& network_;
  at::Tensor mean_, square_;  // in the places of the flat vector
  double learning_rate_;
  std::int64_t step_ = 0;
  std::int64_t copies_ = 0;
};

}  // namespace actsearch::training
