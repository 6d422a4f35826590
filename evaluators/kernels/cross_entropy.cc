#include "evaluators/kernels/cross_entropy.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "evaluators/kernels/cpu/tiles.h"
#include "evaluators/kernels/node.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::kernels {
namespace {

struct Problem {
  std::size_t rows = 0, classes = 0;
  const std::int64_t* labels = nullptr;
  double smoothing = 0;
};

void ExpInPlace(double* x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) x[i] = std::exp(x[i]);
}

// n is a multiple of kTileStep.
void ExpInPlace(float* x, std::size_t n) {
  static const cpu::TileFunction exp = cpu::Tiles().ops[expr::IdOf<expr::rows::ExpRow>()];
  exp(x, x, x, x, n);
}

// Writes softmax(logits) and each row's loss.
template <class T>
void Forward(const Problem& problem, const T* logits, T* probabilities, T* losses) {
  const std::size_t classes = problem.classes;
  const std::size_t padded = (classes + cpu::kTileStep - 1) / cpu::kTileStep * cpu::kTileStep;
  std::vector<T> row(padded);
  for (std::size_t i = 0; i < problem.rows; ++i) {
    const T* in = logits + i * classes;
    const T largest = *std::max_element(in, in + classes);
    double all = 0;
    for (std::size_t k = 0; k < classes; ++k) {
      row[k] = in[k] - largest;
      all += row[k];
    }
    std::fill(row.begin() + static_cast<std::ptrdiff_t>(classes), row.end(), T(0));
    const double of_label = row[static_cast<std::size_t>(problem.labels[i])];
    ExpInPlace(row.data(), padded);
    double sum = 0;
    for (std::size_t k = 0; k < classes; ++k) sum += row[k];
    for (std::size_t k = 0; k < classes; ++k) {
      probabilities[i * classes + k] = static_cast<T>(row[k] / sum);
    }
    const double smooth = problem.smoothing * all / static_cast<double>(classes);
    losses[i] = static_cast<T>(std::log(sum) - (1 - problem.smoothing) * of_label - smooth);
  }
}

// factor * (softmax - target), from the probabilities.
template <class T>
void Backward(const Problem& problem, const T* probabilities, double factor, T* gradient) {
  const double even = problem.smoothing / static_cast<double>(problem.classes);
  for (std::size_t i = 0; i < problem.rows; ++i) {
    const std::size_t at = i * problem.classes;
    for (std::size_t k = 0; k < problem.classes; ++k) {
      gradient[at + k] = static_cast<T>(factor * (probabilities[at + k] - even));
    }
    const std::size_t label = at + static_cast<std::size_t>(problem.labels[i]);
    gradient[label] = static_cast<T>(
        factor * (probabilities[label] - even - (1 - problem.smoothing)));
  }
}

// Calls run(T{}) for the tensor's type.
template <class Run>
void WithType(const at::Tensor& t, const Run& run) {
  if (t.scalar_type() == at::kDouble) {
    run(double{});
  } else {
    run(float{});
  }
}

Problem ProblemOf(const at::Tensor& logits, const at::Tensor& labels, double smoothing) {
  return {static_cast<std::size_t>(logits.size(0)), static_cast<std::size_t>(logits.size(1)),
          labels.data_ptr<std::int64_t>(), smoothing};
}

at::Tensor Plainly(const at::Tensor& logits, const at::Tensor& labels, double smoothing,
                   std::int64_t reduction) {
  return at::cross_entropy_loss(logits, labels, {}, reduction, /*ignore_index=*/-100, smoothing);
}

struct SoftmaxCrossEntropyBackward : public torch::autograd::Node {
  variable_list apply(variable_list&& incoming) override {
    CheckNotReleased(released);
    if (!incoming[0].defined()) return {at::Tensor()};
    const at::Tensor x = logits.unpack(), rows = labels.unpack();
    if (at::GradMode::is_enabled()) {
      return PlainGradients({x}, incoming[0], [&](const variable_list& in) {
        return Plainly(in[0], rows, smoothing, at::Reduction::Mean);
      });
    }
    at::Tensor result = at::empty_like(probabilities);
    const double factor = incoming[0].item<double>() / static_cast<double>(x.size(0));
    WithType(result, [&]<class T>(T) {
      Backward(ProblemOf(x, rows, smoothing), probabilities.data_ptr<T>(), factor,
               result.data_ptr<T>());
    });
    return {x.is_non_overlapping_and_dense() ? InStrides(result, x.strides()) : result};
  }

  void release_variables() override {
    released = true;
    logits.reset_data();
    labels.reset_data();
    probabilities.reset();
  }

  std::string name() const override { return "SoftmaxCrossEntropyBackward"; }

  SavedVariable logits, labels;
  at::Tensor probabilities;
  double smoothing = 0;
  bool released = false;
};

void Check(const at::Tensor& logits, const at::Tensor& labels, double smoothing) {
  TORCH_CHECK(logits.dim() == 2 && labels.dim() == 1 && logits.size(0) == labels.size(0),
              "SoftmaxCrossEntropy: logits ", logits.sizes(), " and labels ", labels.sizes(),
              " are not N x K and N");
  TORCH_CHECK(labels.scalar_type() == at::kLong, "SoftmaxCrossEntropy: labels are not int64");
  TORCH_CHECK(smoothing >= 0 && smoothing < 1, "SoftmaxCrossEntropy: smoothing is ", smoothing,
              "; it must be in [0, 1)");
}

void CheckLabels(const Problem& problem) {
  for (std::size_t i = 0; i < problem.rows; ++i) {
    TORCH_CHECK(problem.labels[i] >= 0 &&
                    problem.labels[i] < static_cast<std::int64_t>(problem.classes),
                "SoftmaxCrossEntropy: label ", problem.labels[i], " of ", problem.classes,
                " classes");
  }
}

bool IsServed(const at::Tensor& logits) {
  return logits.is_cpu() && logits.numel() > 0 &&
         (logits.scalar_type() == at::kFloat || logits.scalar_type() == at::kDouble);
}

}  // namespace

at::Tensor SoftmaxCrossEntropy(const at::Tensor& logits, const at::Tensor& labels,
                               double smoothing, at::Tensor* row_losses) {
  Check(logits, labels, smoothing);
  if (!IsServed(logits)) {
    const at::Tensor losses = Plainly(logits, labels, smoothing, at::Reduction::None);
    if (row_losses != nullptr) *row_losses = losses.detach();
    return losses.mean();
  }
  const at::Tensor in = logits.detach().contiguous(), rows = labels.contiguous();
  const Problem problem = ProblemOf(in, rows, smoothing);
  CheckLabels(problem);
  at::Tensor probabilities = at::empty_like(in), losses = at::empty({in.size(0)}, in.options());
  at::Tensor loss = at::empty({}, in.options());
  WithType(in, [&]<class T>(T) {
    T* const each = losses.data_ptr<T>();
    Forward(problem, in.data_ptr<T>(), probabilities.data_ptr<T>(), each);
    double sum = 0;
    for (std::size_t i = 0; i < problem.rows; ++i) sum += each[i];
    *loss.data_ptr<T>() = static_cast<T>(sum / static_cast<double>(problem.rows));
  });
  if (row_losses != nullptr) *row_losses = std::move(losses);
  if (!NeedsGradient({&logits, 1})) return loss;
  const auto node = MakeNode<SoftmaxCrossEntropyBackward>({&logits, 1});
  node->logits = SavedVariable(logits, false);
  node->labels = SavedVariable(rows, false);
  node->probabilities = std::move(probabilities);
  node->smoothing = smoothing;
  SetHistory(loss, node);
  return loss;
}

}  // namespace actsearch::kernels
