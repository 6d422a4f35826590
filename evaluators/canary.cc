#include "evaluators/canary.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <map>
#include <vector>

#include "evaluators/kernels/activation.h"
#include "search_spaces/base/number_text.h"
#include "search_spaces/base/rng.h"
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

// Relative. Where the instruction set is another, sums are rounded otherwise, and training
// amplifies that; gradients of the first step show it as it is. Over AVX-512, AVX2 and loops
// first gradients differ by 1e-6, losses by 3e-8 without batch normalization and 3e-3 with it,
// and changes by 1e-6, but for biases before batch normalization, which move by nothing but
// the rounding of their gradients: by 0.28. Other versions of LibTorch have other kernels.
constexpr double kGradientTolerance = 1e-3;
constexpr double kLossTolerance = 1e-2;
constexpr double kChangeTolerance = 0.5;

using ByKind = std::map<std::string, std::vector<float>>;

void Append(const ParameterValues& p, ByKind& kinds) {
  std::vector<float>& all = kinds[std::string(p.name.substr(p.name.rfind('.') + 1))];
  all.insert(all.end(), p.values.begin(), p.values.end());
}

double Norm(const std::vector<float>& values) {
  double squares = 0;
  for (const float value : values) squares += double{value} * value;
  return std::sqrt(squares);
}

double Projection(const std::vector<float>& values) {
  Rng signs(1);
  double sum = 0;
  for (const float value : values) sum += signs.Bits() % 2 == 0 ? value : -value;
  return sum / std::sqrt(static_cast<double>(values.size()));
}

Result<void> Differs(const Song& song, const std::string& what, double heard, double known) {
  return Fail(ErrorCode::kInternal,
              "canary: " + std::string(song.name) + ": '" + song.trial.candidate + "' has " +
                  what + ' ' + NumberText(heard) + ", but the known one is " + NumberText(known) +
                  "; this build or machine cannot be trusted");
}

bool IsNear(double heard, double known, double tolerance) {
  return std::fabs(heard - known) <= tolerance;  // false for NaN
}

Result<void> JudgeKind(const Song& song, const Learned& heard, const Learned& known) {
  const double tolerance = kGradientTolerance * known.gradient;
  const std::string of = " of '" + known.kind + "'";
  if (!IsNear(heard.gradient, known.gradient, tolerance)) {
    return Differs(song, "the norm of the first gradient" + of, heard.gradient, known.gradient);
  }
  if (!IsNear(heard.projection, known.projection, tolerance)) {
    return Differs(song, "the projection of the first gradient" + of, heard.projection,
                   known.projection);
  }
  if (!IsNear(heard.change, known.change, kChangeTolerance * known.change)) {
    return Differs(song, "the change" + of, heard.change, known.change);
  }
  return {};
}

}  // namespace

Result<Answer> SingSong(Evaluator& evaluator, const Song& song) {
  ByKind gradients, first, last;
  const Control control{
      .on_parameters = [&](const ParameterValues& p) { Append(p, p.step == 0 ? first : last); },
      .on_gradients = [&](const ParameterValues& p) { Append(p, gradients); }};
  const Result<Outcome> outcome = evaluator.Evaluate(song.trial, control);
  if (!outcome) return std::unexpected(outcome.error());
  if (outcome->status != Status::kScored) {
    return Fail(ErrorCode::kInternal, "canary: " + std::string(song.name) + ": '" +
                                          song.trial.candidate + "' ends " +
                                          std::string(Name(outcome->status)) +
                                          "; this build or machine cannot be trusted");
  }
  Answer answer{.loss = outcome->Loss(), .learned = {}};
  for (auto& [kind, values] : last) {
    const std::vector<float>& before = first.at(kind);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] -= before[i];
    const std::vector<float>& gradient = gradients.at(kind);
    answer.learned.push_back({kind, Norm(gradient), Projection(gradient), Norm(values)});
  }
  return answer;
}

Result<void> Judge(const Song& song, const Answer& heard) {
  const std::vector<Learned>& known = song.known.learned;
  if (heard.learned.size() != known.size()) {
    return Differs(song, "kinds of parameters", static_cast<double>(heard.learned.size()),
                   static_cast<double>(known.size()));
  }
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (Result<void> judged = JudgeKind(song, heard.learned[i], known[i]); !judged) return judged;
  }
  if (!IsNear(heard.loss, song.known.loss, kLossTolerance * song.known.loss)) {
    return Differs(song, "the loss", heard.loss, song.known.loss);
  }
  return {};
}

Result<void> CheckSong(Evaluator& evaluator, const Song& song) {
  const Result<Answer> heard = SingSong(evaluator, song);
  return heard ? Judge(song, *heard) : std::unexpected(heard.error());
}

std::string Text(const Answer& answer) {
  std::string text = "{" + NumberText(answer.loss) + ",\n {";
  for (const Learned& kind : answer.learned) {
    text += "{\"" + kind.kind + "\", " + NumberText(kind.gradient) + ", " +
            NumberText(kind.projection) + ", " + NumberText(kind.change) + "},\n  ";
  }
  return text + "}}";
}

Result<void> Choir::Sing(Canary canary, Evaluator& evaluator, const std::string& device) {
  if (canary == Canary::kPart) return CheckSong(evaluator, Songs()[next_++ % Songs().size()]);
  const Result<void> kernels = CheckKernels("x * sigmoid(x)", "x / (1 + exp(-x))", device);
  if (!kernels) return kernels;
  for (const Song& song : Songs()) {
    if (Result<void> sung = CheckSong(evaluator, song); !sung) return sung;
  }
  return {};
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
  const at::Tensor input =
      at::tensor(x).to(options.dtype(at::kFloat)).view({1, -1}).requires_grad_(true);
  const auto activation = kernels::MakeActivation(*f, input.device());
  const at::AutoGradMode with_gradients(true);
  const at::Tensor y = kernels::ApplyActivation(activation, input, {}, kernels::kMeans);
  const at::Tensor slopes = torch::autograd::grad({y.sum()}, {input})[0];
  const Result<void> value = Compare("f", y, expr::EvaluateMany(*exact, x, {}), x);
  if (!value) return value;
  return Compare("df/dx", slopes, expr::EvaluateMany(expr::Derive(*exact), x, {}), x);
}

}  // namespace actsearch::evaluators
