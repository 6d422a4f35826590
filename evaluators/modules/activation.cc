#include "evaluators/modules/activation.h"

#include <ATen/ATen.h>

#include "evaluators/gates/gate.h"
#include "evaluators/kernels/layout.h"
#include "search_spaces/base/check.h"
#include "search_spaces/expr/moments.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::modules {
namespace {

expr::Expr Parsed(std::string_view text) {
  Result<expr::Expr> f = expr::ParseScalar(text);
  ACTSEARCH_CHECK(f.has_value(), std::string(text));
  return *std::move(f);
}

}  // namespace

Activation::Activation(const expr::Expr& f, std::shared_ptr<const kernels::Activation> activation,
                       std::int64_t channels)
    : activation_(std::move(activation)), parameters_(f.parameters.size()) {
  for (std::size_t k = 0; k < f.parameters.size(); ++k) {
    const expr::Parameter& p = f.parameters[k];
    const std::size_t size = kernels::SizeOf(p, static_cast<std::size_t>(channels));
    DeclareCandidates(parameters_[k], p.name, {static_cast<std::int64_t>(size)}, p.initial);
  }
}

at::Tensor Activation::Forward(Run& run, const at::Tensor& x) {
  return kernels::ApplyActivation(activation_, x, parameters_, run.draws);
}

Result<void> CheckActivation(std::string_view text) {
  const Result<expr::Expr> f = expr::ParseScalar(text);
  if (!f) return std::unexpected(f.error());
  return {};
}

std::optional<Rejection> CheckActivationGates(std::string_view text) {
  return gates::CheckGates(Parsed(text));
}

std::shared_ptr<Module> MakeActivation(std::string_view text, const Site& site,
                                       const at::Device& device) {
  const expr::Expr f = site.centres ? expr::WithoutMean(Parsed(text)) : Parsed(text);
  return std::make_shared<Activation>(f, kernels::MakeActivation(f, device), site.in.channels);
}

}  // namespace actsearch::modules
