#include "evaluators/kernels/normalized_activation.h"

#include <ATen/ATen.h>

#include <cmath>
#include <utility>
#include <vector>

#include "evaluators/kernels/affine_input.h"
#include "evaluators/kernels/batch_moments.h"
#include "evaluators/kernels/dense.h"
#include "evaluators/kernels/node.h"
#include "evaluators/kernels/tensor_value.h"
#include "search_spaces/base/check.h"

namespace actsearch::kernels {
// What is made once for a candidate.
struct NormalizedFormula {
  expr::Expr f;
  double epsilon = 0;
  AffineInput affine;
  std::shared_ptr<const Activation> fused;  // of affine.g; null: f has no fused passes

  bool IsFusedFor(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift) const {
    const auto is_float = [](const at::Tensor& t) {
      return t.is_cpu() && t.scalar_type() == at::kFloat;
    };
    return fused && x.dim() >= 2 && x.numel() > 0 && is_float(x) && is_float(scale) &&
           is_float(shift);
  }

  // In LibTorch's operations.
  at::Tensor TrainPlainly(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift,
                          std::span<const at::Tensor> parameters, const Draws& draws,
                          BatchStatistics* statistics) const {
    const auto [z, mean, inverse] =
        at::native_batch_norm(x, scale, shift, {}, {}, /*training=*/true, /*momentum=*/0, epsilon);
    if (statistics != nullptr) {
      const at::Tensor deviation = inverse.detach().reciprocal();
      *statistics = {mean.detach(), deviation.square().sub_(epsilon).clamp_min_(0)};
    }
    return EvaluateOnTensors(f, z, parameters, draws);
  }
};

namespace {

// What the affine map of one batch is made of, one number a channel.
struct Normalization {
  at::Tensor centre, scale, shift;   // of x, as float32: the parameters of AffineInput
  std::vector<double> inverse;       // 1 / sqrt(variance + epsilon)
  std::vector<double> centre_error;  // centre - mean: what float32 rounds off, or 0
};

Normalization Normalize(const BatchMoments& moments, double epsilon, const at::Tensor& scale,
                        const at::Tensor& shift) {
  const std::size_t channels = moments.mean.size();
  const auto make = [&] { return at::empty({static_cast<std::int64_t>(channels)}); };
  Normalization n{make(), make(), make(), std::vector<double>(channels),
                  std::vector<double>(channels)};
  const at::Tensor scales = scale.contiguous(), shifts = shift.contiguous();
  for (std::size_t c = 0; c < channels; ++c) {
    const auto centre = static_cast<float>(moments.mean[c]);
    n.centre_error[c] = centre - moments.mean[c];
    n.inverse[c] = 1 / std::sqrt(moments.variance[c] + epsilon);
    const double slope = scales.data_ptr<float>()[c] * n.inverse[c];
    n.centre.data_ptr<float>()[c] = centre;
    n.scale.data_ptr<float>()[c] = static_cast<float>(slope);
    n.shift.data_ptr<float>()[c] =
        static_cast<float>(shifts.data_ptr<float>()[c] + slope * n.centre_error[c]);
  }
  return n;
}

std::vector<at::Tensor> NumbersOf(std::span<const at::Tensor> parameters, const Normalization& n) {
  std::vector<at::Tensor> numbers(parameters.begin(), parameters.end());
  numbers.insert(numbers.end(), {n.centre, n.scale, n.shift});
  return numbers;
}

struct NormalizedActivationBackward : public torch::autograd::Node {
  variable_list apply(variable_list&& incoming) override {
    CheckNotReleased(released);
    if (!incoming[0].defined()) return variable_list(3 + parameters.size());
    variable_list inputs = {x.unpack(), scale.unpack(), shift.unpack()};
    for (const SavedVariable& p : parameters) inputs.push_back(p.unpack());
    if (at::GradMode::is_enabled()) {
      return PlainGradients(inputs, incoming[0], [this](const variable_list& in) {
        return formula->TrainPlainly(in[0], in[1], in[2], std::span(in).subspan(3), kMeans,
                                     nullptr);
      });
    }
    Saved saved{.x = Dense(inputs[0]), .result = {}, .arrays = arrays};
    if (reads_result) saved.result = result.unpack(shared_from_this());
    Gradients gradients;
    formula->fused->Backward(incoming[0], NumbersOf(std::span(inputs).subspan(3), normalization),
                             saved, gradients);
    ACTSEARCH_CHECK(!gradients.input.is_same(incoming[0]), "dg/dx has the factor scale");
    return Finish(saved.x, gradients);
  }

  // From the gradients of the affine formula, in which the statistics are constants, to
  // those in which they follow from x.
  variable_list Finish(const at::Tensor& dense, Gradients& gradients) {
    const std::size_t count = parameters.size(), channels = normalization.inverse.size();
    const auto size = static_cast<double>(dense.numel()) / static_cast<double>(channels);
    at::Tensor& by_scale = gradients.parameters[formula->affine.scale];
    const at::Tensor& by_shift = gradients.parameters[formula->affine.shift];
    std::vector<float> offset(channels), slope(channels);
    for (std::size_t c = 0; c < channels; ++c) {
      const double sum = by_shift.data_ptr<float>()[c];
      const double inverse = normalization.inverse[c], error = normalization.centre_error[c];
      // Of dLoss/dz * (x - mean), in place of (x - centre).
      const double product = by_scale.data_ptr<float>()[c] + error * sum;
      const double factor = normalization.scale.data_ptr<float>()[c] / size;
      const double line = factor * inverse * inverse * product;
      slope[c] = static_cast<float>(line);
      offset[c] = static_cast<float>(factor * sum + line * error);
      by_scale.data_ptr<float>()[c] = static_cast<float>(inverse * product);
    }
    if (gradients.input.defined() && task_should_compute_output(0)) {
      SubtractLines({offset.data(), slope.data(), normalization.centre.data_ptr<float>()}, dense,
                    gradients.input);
    }
    variable_list out = {gradients.input, by_scale, by_shift};
    for (std::size_t k = 0; k < count; ++k) out.push_back(gradients.parameters[k]);
    return out;
  }

  void release_variables() override {
    released = true;
    for (SavedVariable* v : {&x, &scale, &shift, &result}) v->reset_data();
    for (SavedVariable& p : parameters) p.reset_data();
    arrays.clear();
  }

  std::string name() const override { return "NormalizedActivationBackward"; }

  std::shared_ptr<const NormalizedFormula> formula;
  Normalization normalization;
  bool reads_result = false, released = false;
  SavedVariable x, scale, shift, result;
  std::vector<SavedVariable> parameters;
  std::vector<at::Tensor> arrays;
};

std::vector<double> Doubles(const at::Tensor& t) {
  const at::Tensor numbers = t.detach().to(at::kDouble).contiguous();
  return {numbers.data_ptr<double>(), numbers.data_ptr<double>() + numbers.numel()};
}

at::Tensor FloatTensor(const std::vector<double>& values) {
  at::Tensor t = at::empty({static_cast<std::int64_t>(values.size())});
  for (std::size_t c = 0; c < values.size(); ++c) {
    t.data_ptr<float>()[c] = static_cast<float>(values[c]);
  }
  return t;
}

// x's values under the fused passes, and what they leave for the way back.
at::Tensor Record(const std::shared_ptr<const NormalizedFormula>& formula,
                  const variable_list& inputs, const at::Tensor& dense,
                  Normalization normalization) {
  const std::span<const at::Tensor> parameters = std::span(inputs).subspan(3);
  at::Tensor y;
  Saved saved;
  {
    const at::NoGradGuard no_grad;
    formula->fused->Forward(dense, NumbersOf(parameters, normalization), y, saved);
  }
  const auto node = MakeNode<NormalizedActivationBackward>(inputs);
  node->formula = formula;
  node->normalization = std::move(normalization);
  node->x = SavedVariable(inputs[0], false);
  node->scale = SavedVariable(inputs[1], false);
  node->shift = SavedVariable(inputs[2], false);
  for (const at::Tensor& p : parameters) node->parameters.emplace_back(p, false);
  node->arrays = std::move(saved.arrays);
  node->reads_result = saved.result.defined();
  SetHistory(y, node);
  if (node->reads_result) node->result = SavedVariable(y, true);
  return y;
}

}  // namespace

NormalizedActivation::NormalizedActivation(const expr::Expr& f, double epsilon) {
  auto formula = std::make_shared<NormalizedFormula>();
  formula->f = f;
  formula->epsilon = epsilon;
  if (HasFusedPasses(f)) {
    formula->affine = WithAffineInput(f);
    const std::uint16_t constants[] = {formula->affine.centre};
    formula->fused = MakeCpuActivation(formula->affine.g, constants);
  }
  formula_ = std::move(formula);
}

at::Tensor NormalizedActivation::Train(const at::Tensor& x, const at::Tensor& scale,
                                       const at::Tensor& shift,
                                       std::span<const at::Tensor> parameters, const Draws& draws,
                                       BatchStatistics& statistics) const {
  if (!formula_->IsFusedFor(x, scale, shift)) {
    return formula_->TrainPlainly(x, scale, shift, parameters, draws, &statistics);
  }
  const at::Tensor dense = Dense(x.detach());
  const BatchMoments moments = MomentsOf(dense);
  statistics = {FloatTensor(moments.mean), FloatTensor(moments.variance)};
  Normalization normalization = Normalize(moments, formula_->epsilon, scale, shift);
  variable_list inputs = {x, scale, shift};
  inputs.insert(inputs.end(), parameters.begin(), parameters.end());
  if (NeedsGradient(inputs)) return Record(formula_, inputs, dense, std::move(normalization));
  at::Tensor y;
  formula_->fused->Value(dense, NumbersOf(parameters, normalization), y);
  return y;
}

at::Tensor NormalizedActivation::Score(const at::Tensor& x, const at::Tensor& scale,
                                       const at::Tensor& shift,
                                       std::span<const at::Tensor> parameters,
                                       const at::Tensor& mean, const at::Tensor& variance) const {
  variable_list inputs = {x, scale, shift, mean, variance};
  inputs.insert(inputs.end(), parameters.begin(), parameters.end());
  if (!formula_->IsFusedFor(x, scale, shift) || NeedsGradient(inputs)) {
    const at::Tensor z = std::get<0>(at::native_batch_norm(
        x, scale, shift, mean, variance, /*training=*/false, /*momentum=*/0, formula_->epsilon));
    return EvaluateOnTensors(formula_->f, z, parameters, kMeans);
  }
  const BatchMoments given{.mean = Doubles(mean), .variance = Doubles(variance)};
  at::Tensor y;
  formula_->fused->Value(
      x, NumbersOf(parameters, Normalize(given, formula_->epsilon, scale, shift)), y);
  return y;
}

std::shared_ptr<const NormalizedActivation> MakeNormalizedActivation(const expr::Expr& f,
                                                                     double epsilon) {
  return std::make_shared<NormalizedActivation>(f, epsilon);
}

}  // namespace actsearch::kernels
