#include "evaluators/modules/activation.h"
#include "evaluators/modules/batch_norm.h"
#include "evaluators/modules/parts.h"

namespace actsearch::modules {
namespace {

class Pair : public Module {
 public:
  Pair(std::shared_ptr<Module> norm, std::shared_ptr<Module> activation)
      : norm_(register_module("norm", std::move(norm))),
        activation_(register_module("activation", std::move(activation))) {}

  at::Tensor Forward(Run& run, const at::Tensor& x) override {
    return activation_->Forward(run, norm_->Forward(run, x));
  }

 private:
  std::shared_ptr<Module> norm_, activation_;
};

// Both in one pass over memory.
class FusedPair : public Module {
 public:
  FusedPair(std::shared_ptr<BatchNorm> norm, std::shared_ptr<Activation> activation)
      : both_(kernels::MakeNormalizedActivation(activation->Formula(), kBatchNormEpsilon)),
        norm_(register_module("norm", std::move(norm))),
        activation_(register_module("activation", std::move(activation))) {}

  at::Tensor Forward(Run& run, const at::Tensor& x) override {
    return norm_->ForwardInto(*both_, run, x, activation_->Numbers());
  }

 private:
  std::shared_ptr<const kernels::NormalizedActivation> both_;
  std::shared_ptr<BatchNorm> norm_;
  std::shared_ptr<Activation> activation_;
};

}  // namespace

std::shared_ptr<Module> MakePair(Parts& parts, const Site& site) {
  auto norm = parts.At(InsideSite(site.name, Role::kNorm), Role::kNorm, site.in);
  auto activation = parts.At(InsideSite(site.name, Role::kActivation), Role::kActivation, site.in);
  auto batch_norm = std::dynamic_pointer_cast<BatchNorm>(norm);
  auto pointwise = std::dynamic_pointer_cast<Activation>(activation);
  if (batch_norm && pointwise) return std::make_shared<FusedPair>(batch_norm, pointwise);
  return std::make_shared<Pair>(std::move(norm), std::move(activation));
}

}  // namespace actsearch::modules
