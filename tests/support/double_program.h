// The mlp and cnn tasks once more, in double precision by LibTorch's plain operations: shares
// no module, optimizer or fused pass with the evaluator. One thread at a time.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "evaluators/training/batches.h"

namespace actsearch::test {

using Tensors = std::map<std::string, at::Tensor>;  // by parameter name: layer1_linear.weight

// f(x) of tensors in double; parameters in the order of the formula.
using DoubleFunction =
    std::function<at::Tensor(const at::Tensor& x, const std::vector<at::Tensor>& parameters)>;

struct DoubleTask {
  bool planes = false;      // cnn, else mlp
  bool normalizes = false;  // batch normalization before each activation
  int layers = 2;           // hidden ones
  DoubleFunction f;
  std::vector<std::string> parameters;  // names of the formula's
};

class DoubleProgram {
 public:
  // Starts at these values, of any type and memory order.
  DoubleProgram(DoubleTask task, const Tensors& start);

  // Cross-entropy, with its graph down to Values().
  at::Tensor Loss(const training::Examples& examples) const;

  // At the present values; zeros where the loss does not depend on a parameter.
  Tensors Gradients(const training::Examples& examples) const;

  // Adam as published (Kingma and Ba 2015, algorithm 1), on parameters of which a value is so
  // many times the variable, by its name; once where it is not named.
  void Step(const training::Examples& examples, double learning_rate,
            const std::map<std::string, double>& gains);

  // Moves every value by a random part of itself, uniform up to `relative` either way: what
  // rounding does to it.
  void Disturb(double relative, at::Generator generator);

  const Tensors& Values() const { return values_; }

 private:
  at::Tensor Outputs(const at::Tensor& images) const;
  at::Tensor Place(const std::string& layer, at::Tensor x) const;
  const at::Tensor& Value(const std::string& name) const;

  DoubleTask task_;
  Tensors values_, mean_, square_;
  int step_ = 0;
};

}  // namespace actsearch::test
