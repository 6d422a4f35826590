#include "coordinator/strategies/lstm.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace actsearch::strategies {
namespace {

using Eigen::Index;
using Matrix = Eigen::MatrixXf;

Matrix Drawn(Index rows, Index columns, double deviation, Rng& rng) {
  Matrix m(rows, columns);
  for (Index i = 0; i < m.size(); ++i) m.data()[i] = static_cast<float>(deviation * rng.Normal());
  return m;
}

Matrix Sigmoid(const Matrix& z) { return (1 / (1 + (-z.array()).exp())).matrix(); }
Matrix Tanh(const Matrix& z) { return z.array().tanh().matrix(); }

// By the sums that go into the four gates; `by_cell` is that of the cell after the step.
Matrix ByGates(const LstmTrace::Step& step, const Matrix& squashed, const Matrix& by_state,
               const Matrix& by_cell) {
  const Index hidden = step.cell.rows();
  Matrix by(4 * hidden, step.cell.cols());
  by.topRows(hidden) =
      (by_cell.array() * step.fresh.array() * step.in.array() * (1 - step.in.array())).matrix();
  by.middleRows(hidden, hidden) = (by_cell.array() * step.cell_before.array() *
                                   step.forget.array() * (1 - step.forget.array())).matrix();
  by.middleRows(2 * hidden, hidden) =
      (by_cell.array() * step.in.array() * (1 - step.fresh.array().square())).matrix();
  by.bottomRows(hidden) =
      (by_state.array() * squashed.array() * step.out.array() * (1 - step.out.array())).matrix();
  return by;
}

}  // namespace

LstmWeights LstmWeights::Draw(int hidden, int kinds, const Eigen::VectorXf& logits, Rng& rng) {
  const Index h = hidden;
  LstmWeights w;
  w.previous = Drawn(h, logits.size() + 1, 0.5, rng);
  w.kind = Drawn(h, kinds, 0.5, rng);
  w.cell = Drawn(4 * h, 2 * h, 1 / std::sqrt(2.0 * hidden), rng);
  w.cell_bias = Matrix::Zero(4 * h, 1);
  w.cell_bias.middleRows(h, h).setOnes();  // remembers at first
  w.head = Matrix::Zero(logits.size(), h);
  w.head_bias = logits;
  return w;
}

LstmWeights LstmWeights::Zeros() const {
  LstmWeights zeros = *this;
  for (Matrix* m : zeros.All()) m->setZero();
  return zeros;
}

void LstmTrace::Add(const LstmWeights& w, std::vector<int> previous, std::vector<int> kind) {
  const Index hidden = w.head.cols();
  const auto count = static_cast<Index>(kind.size());
  Step step;
  step.cell_before = steps.empty() ? Matrix::Zero(hidden, count) : steps.back().cell;
  step.joined.resize(2 * hidden, count);
  for (Index i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    step.joined.col(i).head(hidden) =
        w.previous.col(previous[at]) + w.kind.col(std::max(kind[at], 0));
  }
  if (steps.empty()) {
    step.joined.bottomRows(hidden).setZero();
  } else {
    step.joined.bottomRows(hidden) = steps.back().state;
  }
  const Matrix z = (w.cell * step.joined).colwise() + w.cell_bias.col(0);
  step.in = Sigmoid(z.topRows(hidden));
  step.forget = Sigmoid(z.middleRows(hidden, hidden));
  step.fresh = Tanh(z.middleRows(2 * hidden, hidden));
  step.out = Sigmoid(z.bottomRows(hidden));
  step.cell = step.forget.cwiseProduct(step.cell_before) + step.in.cwiseProduct(step.fresh);
  step.state = step.out.cwiseProduct(Tanh(step.cell));
  step.logits = (w.head * step.state).colwise() + w.head_bias.col(0);
  step.previous = std::move(previous);
  step.kind = std::move(kind);
  steps.push_back(std::move(step));
}

LstmWeights GradientOf(const LstmWeights& w, const LstmTrace& trace,
                       std::span<const Matrix> by_logits) {
  LstmWeights gradient = w.Zeros();
  if (trace.steps.empty()) return gradient;
  const Index hidden = w.head.cols();
  const Index count = trace.steps.front().cell.cols();
  Matrix by_state = Matrix::Zero(hidden, count);
  Matrix by_cell = Matrix::Zero(hidden, count);
  for (std::size_t t = trace.steps.size(); t-- > 0;) {
    const LstmTrace::Step& step = trace.steps[t];
    gradient.head += by_logits[t] * step.state.transpose();
    gradient.head_bias += by_logits[t].rowwise().sum();
    by_state += w.head.transpose() * by_logits[t];

    const Matrix squashed = Tanh(step.cell);
    by_cell += (by_state.array() * step.out.array() * (1 - squashed.array().square())).matrix();
    const Matrix by_gates = ByGates(step, squashed, by_state, by_cell);
    gradient.cell += by_gates * step.joined.transpose();
    gradient.cell_bias += by_gates.rowwise().sum();
    const Matrix by_joined = w.cell.transpose() * by_gates;
    for (Index i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      gradient.previous.col(step.previous[at]) += by_joined.col(i).head(hidden);
      gradient.kind.col(std::max(step.kind[at], 0)) += by_joined.col(i).head(hidden);
    }
    by_state = by_joined.bottomRows(hidden);
    by_cell = by_cell.cwiseProduct(step.forget);
  }
  return gradient;
}

}  // namespace actsearch::strategies
