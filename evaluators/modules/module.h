// Layers of proxy networks as LibTorch modules: parameters, buffers, modes and saving are
// torch::nn::Module's, gradients are autograd's. A module declares its parameters; a Network
// (network.h) gives them their place in one flat vector before the first use. One thread at
// a time.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <cstdint>
#include <string>
#include <vector>

#include "evaluators/kernels/draws.h"

namespace actsearch::modules {

enum class Mode {
  kTrain,      // under autograd
  kScore,      // values only, statistics of the training
  kCalibrate,  // values only; layers with weights scale them to outputs of mean square 1
};

// One pass through a network.
struct Run {
  Mode mode = Mode::kScore;
  kernels::Draws draws = kernels::kMeans;  // of random functions: this training's own
};

// How the values of a parameter begin.
struct Start {
  double low = 0;   // uniform in [low, high); a constant where they are equal
  double high = 0;
};

struct Declaration {
  std::string name;
  std::vector<std::int64_t> shape;
  Start start;
  Start user;       // at StartKind::kUser
  double rate = 1;  // factor of the learning rate
  at::MemoryFormat format = at::MemoryFormat::Contiguous;
  bool decays = false;  // under weight decay
  bool is_candidates = false;  // a function's own parameter, whose rate is the recipe's to say
  double gain = 1;      // by which the start has scaled what was drawn (Module::Scale)
  at::Tensor* tensor = nullptr;  // the module's handle
};

struct Module : torch::nn::Module {
  // Examples in the first dimension, or the elements of sequences one behind the other. Spatial
  // tensors are N x C x H x W in channels-last memory, on the way in and out.
  virtual at::Tensor Forward(Run& run, const at::Tensor& x) = 0;

  const std::vector<Declaration>& Declarations() const { return declarations_; }

  // The parameter's place: a leaf of autograd.
  void Bind(const Declaration& declaration, const at::Tensor& leaf);

 protected:
  // `tensor` is a member: undefined until Bind.
  void Declare(at::Tensor& tensor, std::string name, std::vector<std::int64_t> shape, Start start,
               at::MemoryFormat format = at::MemoryFormat::Contiguous, double rate = 1);
  // A parameter of the function that stands at a site.
  void DeclareCandidates(at::Tensor& tensor, std::string name, std::vector<std::int64_t> shape,
                         double initial);
  // A linear map's bias; `deviation` at a fair start.
  void DeclareBias(at::Tensor& tensor, std::int64_t outputs, std::int64_t fan_in,
                   double deviation);
  // A weight that starts uniform with variance 1 / fan_in, under weight decay; of a third of that
  // at StartKind::kUser.
  void DeclareWeight(at::Tensor& tensor, std::vector<std::int64_t> shape, std::int64_t fan_in,
                     at::MemoryFormat format = at::MemoryFormat::Contiguous);

  // Multiplies a parameter at the start of a training; the optimizer goes on as if the factor
  // stood beside the parameter (training/optimizer.h).
  void Scale(at::Tensor& tensor, double factor);

 private:
  friend class Network;

  std::vector<Declaration> declarations_;
};

}  // namespace actsearch::modules
