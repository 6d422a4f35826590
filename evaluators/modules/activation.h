// Candidates of the space `activations`, and fixed functions, as modules: y = f(x) element by
// element, the function's parameters are the module's own. One thread at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "evaluators/kernels/activation.h"
#include "evaluators/modules/module.h"
#include "search_spaces/base/error.h"
#include "search_spaces/expr/expr.h"
#include "search_spaces/site.h"
#include "search_spaces/trial.h"

namespace actsearch::modules {

Result<void> CheckActivation(std::string_view text);
std::optional<Rejection> CheckActivationGates(std::string_view text);

class Activation : public Module {
 public:
  Activation(const expr::Expr& f, std::shared_ptr<const kernels::Activation> activation,
             std::int64_t channels);

  at::Tensor Forward(Run& run, const at::Tensor& x) override;

  const expr::Expr& Formula() const { return activation_->formula(); }
  const std::vector<at::Tensor>& Numbers() const { return parameters_; }  // of the formula

 private:
  std::shared_ptr<const kernels::Activation> activation_;
  std::vector<at::Tensor> parameters_;
};

// `text` has passed CheckActivation. Without its mean where the site centres functions.
std::shared_ptr<Module> MakeActivation(std::string_view text, const Site& site,
                                       const at::Device& device);

}  // namespace actsearch::modules
