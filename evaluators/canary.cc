#include "evaluators/canary.h"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

#include "evaluators/kernels/activation.h"
#include "evaluators/number_text.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::evaluators {
namespace {

constexpr double kKernelTolerance = 1e-4;  // relative to 1 + |value|

Result<void> Compare(const std::string& what, const at::Tensor& seen,
                     const std::vector<double>& exact, const std::vector<double>& x) {
  const at::Tensor host = seen.to(at::kCPU).contiguous();
  const float* values = host.data_ptr<float>();
  for (std::size_t i = 0; i < exact.size(); ++i) {
    if (std::fabs(values[i] - exact[i]) <= kKernelTolerance * (1 + std::fabs(exact[i]))) continue;
    return Fail(ErrorCode::kInternal, "canary: the kernels compute " + what + " = " +
                                          NumberText(values[i]) + " at x = " + NumberText(x[i]) +
                                          ", but it is " + NumberText(exact[i]) +
                                          "; this build or machine cannot be trusted");
  }
  return {};
}

}  // namespace

KnownScore KnownSiluScore() {
  KnownScore known;
  known.trial.formula = "x * sigmoid(x)";
  known.trial.task = {.name = "mlp",
                      .dataset = "glyphs",
                      .steps = 40,
                      .batch = 64,
                      .learning_rate = 3e-3,
                      .hidden = {32}};
  known.trial.gates = {.probes = false, .chance = false};
  known.trial.seed = 1;
  known.loss = 0.77927;
  known.tolerance = 0.01;
  return known;
}

Result<void> CheckScore(Evaluator& evaluator, const KnownScore& known) {
  const Result<Outcome> outcome = evaluator.Evaluate(known.trial, {});
  if (!outcome) return std::unexpected(outcome.error());
  const double error = std::fabs(outcome->loss - known.loss) / known.loss;
  if (outcome->status == Status::kScored && error <= known.tolerance) return {};
  return Fail(ErrorCode::kInternal,
              "canary: '" + known.trial.formula + "' ends " + std::string(Name(outcome->status)) +
                  " with loss " + NumberText(outcome->loss) + ", but the known loss is " +
                  NumberText(known.loss) + "; this build or machine cannot be trusted");
}

Result<void> CheckKernels(const std::string& formula, const std::string& reference,
                          const std::string& device) {
  const Result<expr::Expr> f = expr::ParseScalar(formula);
  if (!f) return std::unexpected(f.error());
  const Result<expr::Expr> exact = expr::ParseScalar(reference);
  if (!exact) return std::unexpected(exact.error());
  std::vector<double> x;
  for (double point = -6; point <= 6; point += 0.0625) x.push_back(point);
  const auto options = at::TensorOptions(at::Device(device));
  const at::Tensor input = at::tensor(x).to(options.dtype(at::kFloat)).view({1, -1});
  const auto activation = kernels::MakeActivation(*f, input.device());
  at::Tensor y;
  kernels::Saved saved;
  kernels::Gradients slopes;
  activation->Forward(input, {}, y, saved);
  activation->Backward(at::ones_like(input), {}, saved, slopes);
  const Result<void> value = Compare("f", y, expr::EvaluateMany(*exact, x, {}), x);
  if (!value) return value;
  return Compare("df/dx", slopes.input, expr::EvaluateMany(expr::Derive(*exact), x, {}), x);
}

}  // namespace actsearch::evaluators
