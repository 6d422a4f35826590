// A tree of modules whose parameters lie in one flat vector, each part padded to 64 bytes, so
// that the optimizer makes one pass. Parameters are detached views of it: leaves of autograd
// that share its memory and version counter. One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "evaluators/catalogue/recipe.h"
#include "evaluators/modules/module.h"
#include "search_spaces/base/rng.h"

namespace actsearch::modules {

// One parameter: its leaf and the flat vector's numbers behind it.
struct Parameter {
  std::string name;      // layer1.activation.beta
  at::Tensor leaf;
  std::int64_t begin = 0;  // in the flat vector
  double rate = 1;         // factor of the learning rate
  Start start, user;
  bool decays = false;     // under weight decay
  bool is_candidates = false;  // Declaration::is_candidates
  double gain = 1;         // by which the start has scaled it
};

class Network {
 public:
  Network(std::shared_ptr<Module> root, const at::Device& device);

  // Starting values, each parameter's from a generator forked by its name, so that another
  // part at one site leaves the others' draws as they were; then scaled on `batch`
  // (Mode::kCalibrate), but for StartKind::kUser.
  void Initialize(const Rng& rng, const at::Tensor& batch,
                  catalogue::StartKind kind = catalogue::StartKind::kFair);

  at::Tensor Forward(Run& run, const at::Tensor& x) { return root_->Forward(run, x); }

  // Gradients of `loss` by each parameter, in their order; zeros where it does not depend on
  // one. The graph is released.
  std::vector<at::Tensor> Gradients(const at::Tensor& loss) const;

  const at::Tensor& Flat() const { return flat_; }
  std::span<const Parameter> Parameters() const { return parameters_; }
  std::int64_t ParameterCount() const;  // without padding
  Module& Root() { return *root_; }

  // Aborts when a parameter does not lie in the flat vector any more (after Module::to).
  void CheckPlaces() const;

 private:
  std::shared_ptr<Module> root_;
  at::Tensor flat_;
  std::vector<Parameter> parameters_;
  std::vector<Declaration*> declarations_;  // of the parameters, in the modules
  std::vector<at::Tensor> leaves_;
};

}  // namespace actsearch::modules
