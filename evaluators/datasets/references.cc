#include "evaluators/datasets/references.h"

#include <cmath>
#include <vector>

namespace actsearch::datasets {
namespace {

using catalogue::kSubsetCount;
using catalogue::Reference;

constexpr double kRidge = 1e-9;  // of the mean square of an input, which is 1

// Weights of least squares without intercept, since means are 0: inputs x outputs, row after
// row, by a Cholesky factor of the normal equations.
class LeastSquares {
 public:
  LeastSquares(const VectorRows& rows, std::size_t inputs, std::size_t outputs)
      : n_(inputs), outputs_(outputs), factor_(inputs * inputs), weights_(inputs * outputs) {
    const std::size_t count = rows.inputs.size() / n_;
    for (std::size_t row = 0; row < count; ++row) {
      const double* x = rows.inputs.data() + row * n_;
      const double* t = rows.targets.data() + row * outputs_;
      for (std::size_t i = 0; i < n_; ++i) {
        for (std::size_t j = 0; j <= i; ++j) factor_[i * n_ + j] += x[i] * x[j];
        for (std::size_t k = 0; k < outputs_; ++k) weights_[i * outputs_ + k] += x[i] * t[k];
      }
    }
    Factor(kRidge * static_cast<double>(count));
    Solve();
  }

  double Predicted(const double* x, std::size_t output) const {
    double sum = 0;
    for (std::size_t i = 0; i < n_; ++i) sum += x[i] * weights_[i * outputs_ + output];
    return sum;
  }

 private:
  void Factor(double ridge) {
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double sum = factor_[i * n_ + j] + (i == j ? ridge : 0);
        for (std::size_t k = 0; k < j; ++k) sum -= factor_[i * n_ + k] * factor_[j * n_ + k];
        factor_[i * n_ + j] = i == j ? std::sqrt(std::max(sum, ridge)) : sum / factor_[j * n_ + j];
      }
    }
  }

  void Solve() {
    for (std::size_t k = 0; k < outputs_; ++k) {
      for (std::size_t i = 0; i < n_; ++i) {
        for (std::size_t j = 0; j < i; ++j) At(i, k) -= factor_[i * n_ + j] * At(j, k);
        At(i, k) /= factor_[i * n_ + i];
      }
      for (std::size_t i = n_; i-- > 0;) {
        for (std::size_t j = i + 1; j < n_; ++j) At(i, k) -= factor_[j * n_ + i] * At(j, k);
        At(i, k) /= factor_[i * n_ + i];
      }
    }
  }

  double& At(std::size_t input, std::size_t output) { return weights_[input * outputs_ + output]; }

  std::size_t n_, outputs_;
  std::vector<double> factor_, weights_;
};

// Mean over the subset of the squared distance to what `predicted` says.
template <class Predicted>
Reference SquaredErrors(std::string name, const Vectors& vectors, Predicted predicted) {
  Reference reference{.name = std::move(name)};
  const auto inputs = static_cast<std::size_t>(Numbers(vectors.shape));
  const auto outputs = static_cast<std::size_t>(vectors.outputs);
  for (std::size_t k = 0; k < kSubsetCount; ++k) {
    const VectorRows& rows = vectors.subsets[k];
    const auto count = static_cast<double>(rows.targets.size());
    for (std::size_t i = 0; i < rows.targets.size(); ++i) {
      const double error =
          rows.targets[i] - predicted(rows.inputs.data() + i / outputs * inputs, i % outputs);
      reference.losses[k] += error * error / count;
    }
  }
  return reference;
}

Reference PriorOf(const Vectors& vectors) {
  const auto classes = static_cast<std::size_t>(vectors.classes);
  std::vector<double> counts(classes, 1);
  for (const std::int64_t label : vectors.subsets[0].labels) {
    ++counts[static_cast<std::size_t>(label)];
  }
  const double all = static_cast<double>(vectors.subsets[0].labels.size() + classes);
  Reference prior{.name = "prior"};
  for (std::size_t k = 0; k < kSubsetCount; ++k) {
    const auto& labels = vectors.subsets[k].labels;
    for (const std::int64_t label : labels) {
      prior.losses[k] -= std::log(counts[static_cast<std::size_t>(label)] / all) /
                         static_cast<double>(labels.size());
    }
  }
  return prior;
}

}  // namespace

void AddReferences(const Vectors& vectors, catalogue::DataFacts& facts) {
  if (vectors.outputs == 0) {
    facts.references.push_back(PriorOf(vectors));
    return;
  }
  facts.references.push_back(
      SquaredErrors("mean", vectors, [](const double*, std::size_t) { return 0.0; }));
  if (Numbers(vectors.shape) > kMostLinearInputs) return;
  const LeastSquares fit(vectors.subsets[0], static_cast<std::size_t>(Numbers(vectors.shape)),
                         static_cast<std::size_t>(vectors.outputs));
  facts.references.push_back(
      SquaredErrors("linear", vectors, [&](const double* x, std::size_t output) {
        return fit.Predicted(x, output);
      }));
}

}  // namespace actsearch::datasets
