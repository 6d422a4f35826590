// Adam (Kingma and Ba 2015, algorithm 1, with beta1 = 0.9, beta2 = 0.999, epsilon =
// 1e-8) on one flat vector. One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace actsearch::training {

class Adam {
 public:
  // Changes `values` in place from `gradients`; both are shared, not copied.
  Adam(at::Tensor values, at::Tensor gradients, double learning_rate);

  void Step();

 private:
  void StepOnTensors(double step_size, double root_scale);

  at::Tensor values_, gradients_, mean_, square_;
  double learning_rate_;
  std::int64_t step_ = 0;
};

}  // namespace actsearch::training
