#include "coordinator/strategies/policy_network.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace actsearch::strategies {
namespace {

using Matrix = Eigen::MatrixXf;
using Vector = Eigen::VectorXf;
using Eigen::Index;

constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kTiny = 1e-8;  // of Adam

Matrix Drawn(Index rows, Index columns, double deviation, Rng& rng) {
  Matrix m(rows, columns);
  for (Index i = 0; i < m.size(); ++i) m.data()[i] = static_cast<float>(deviation * rng.Normal());
  return m;
}

Matrix Sigmoid(const Matrix& z) { return (1 / (1 + (-z.array()).exp())).matrix(); }
Matrix Tanh(const Matrix& z) { return z.array().tanh().matrix(); }

// The log-probabilities of one question's options.
Vector LogSoftmax(const Eigen::Ref<const Vector>& logits) {
  const float top = logits.maxCoeff();
  return (logits.array() - top - std::log((logits.array() - top).exp().sum())).matrix();
}

}  // namespace

// Rows of options: those of the first kind, of the second, ...
struct PolicyNetwork::Weights {
  Matrix previous;  // hidden x (options + 1): what answer came before; the last: none
  Matrix kind;      // hidden x kinds
  Matrix cell;      // 4 hidden x 2 hidden: gates in, forget, candidate, out of (input, state)
  Matrix cell_bias;
  Matrix head;      // options x hidden
  Matrix head_bias;

  std::array<Matrix*, 6> All() {
    return {&previous, &kind, &cell, &cell_bias, &head, &head_bias};
  }

  Weights Zeros() const {
    Weights zeros = *this;
    for (Matrix* m : zeros.All()) m->setZero();
    return zeros;
  }
};

struct PolicyNetwork::Adam {
  Weights mean, square;
  int steps = 0;

  void Step(Weights& weights, Weights& gradient, double rate) {
    ++steps;
    const double scale =
        rate * std::sqrt(1 - std::pow(kBeta2, steps)) / (1 - std::pow(kBeta1, steps));
    for (std::size_t i = 0; i < weights.All().size(); ++i) {
      Matrix& m = *mean.All()[i];
      Matrix& s = *square.All()[i];
      const Matrix& g = *gradient.All()[i];
      m = static_cast<float>(kBeta1) * m + static_cast<float>(1 - kBeta1) * g;
      s = static_cast<float>(kBeta2) * s + static_cast<float>(1 - kBeta2) * g.cwiseAbs2();
      weights.All()[i]->array() -= static_cast<float>(scale) * m.array() /
                                   (s.array().sqrt() + static_cast<float>(kTiny));
    }
  }
};

// Everything of a forward pass that the backward pass reads; one column an episode.
struct PolicyNetwork::Trace {
  struct Step {
    std::vector<int> previous, kind;  // by episode; kind -1: it has ended
    Matrix joined;                    // input over state
    Matrix in, forget, fresh, out;    // gates
    Matrix cell_before, cell, state;
    Matrix logits;
  };
  std::vector<Step> steps;

  // One more question for every episode.
  void Add(const Weights& w, std::vector<int> previous, std::vector<int> kind) {
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
};

PolicyNetwork::PolicyNetwork(std::span<const ChoiceKind> kinds, const PolicySettings& settings,
                             Rng& rng)
    : kinds_(kinds), settings_(settings), weights_(std::make_unique<Weights>()) {
  for (const ChoiceKind& kind : kinds) {
    first_.push_back(options_);
    options_ += static_cast<int>(kind.options.size());
  }
  const Index hidden = settings.hidden;
  const double spread = 1 / std::sqrt(2.0 * settings.hidden);
  Weights& w = *weights_;
  w.previous = Drawn(hidden, options_ + 1, 0.5, rng);
  w.kind = Drawn(hidden, static_cast<Index>(kinds.size()), 0.5, rng);
  w.cell = Drawn(4 * hidden, 2 * hidden, spread, rng);
  w.cell_bias = Matrix::Zero(4 * hidden, 1);
  w.cell_bias.middleRows(hidden, hidden).setOnes();  // remembers at first
  w.head = Matrix::Zero(options_, hidden);           // so that the bias alone decides at first
  w.head_bias.resize(options_, 1);
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    for (std::size_t i = 0; i < kinds[k].prior.size(); ++i) {
      w.head_bias(first_[k] + static_cast<Index>(i), 0) =
          static_cast<float>(std::log(kinds[k].prior[i]));
    }
  }
  adam_ = std::make_unique<Adam>(Adam{w.Zeros(), w.Zeros()});
}

PolicyNetwork::~PolicyNetwork() = default;

struct PolicyNetwork::Session::State {
  Trace trace;
};

PolicyNetwork::Session::Session(const PolicyNetwork& network, Rng& rng)
    : network_(network), rng_(rng), state_(std::make_unique<State>()) {}
PolicyNetwork::Session::~Session() = default;

int PolicyNetwork::Session::Choose(int kind) {
  const PolicyNetwork& n = network_;
  const int previous = answers.empty()
                           ? n.options_
                           : n.first_[static_cast<std::size_t>(answers.back().kind)] +
                                 answers.back().option;
  state_->trace.Add(*n.weights_, {previous}, {kind});
  const auto size = static_cast<Index>(n.kinds_[static_cast<std::size_t>(kind)].options.size());
  const Vector log_probabilities = LogSoftmax(
      state_->trace.steps.back().logits.col(0).segment(n.first_[static_cast<std::size_t>(kind)],
                                                       size));
  std::vector<double> weights;
  for (Index i = 0; i < size; ++i) weights.push_back(std::exp(log_probabilities[i]));
  const auto option = static_cast<int>(rng_.Weighted(weights));
  answers.push_back({kind, option, log_probabilities[option]});
  return option;
}

PolicyNetwork::Trace PolicyNetwork::Forward(std::span<const Episode> episodes,
                                            std::size_t length) const {
  Trace trace;
  for (std::size_t t = 0; t < length; ++t) {
    std::vector<int> previous, kind;
    for (const Episode& episode : episodes) {
      const Answers& answers = *episode.answers;
      const bool starts = t == 0 || t > answers.size();
      previous.push_back(starts ? options_
                                : first_[static_cast<std::size_t>(answers[t - 1].kind)] +
                                      answers[t - 1].option);
      kind.push_back(t < answers.size() ? answers[t].kind : -1);
    }
    trace.Add(*weights_, std::move(previous), std::move(kind));
  }
  return trace;
}

std::vector<double> PolicyNetwork::Probabilities(const Answers& before, int kind) const {
  Answers asked = before;
  asked.push_back({.kind = kind});
  const Episode episode{&asked};
  const Trace trace = Forward({&episode, 1}, asked.size());
  const auto size = static_cast<Index>(kinds_[static_cast<std::size_t>(kind)].options.size());
  const Vector logs = LogSoftmax(
      trace.steps.back().logits.col(0).segment(first_[static_cast<std::size_t>(kind)], size));
  std::vector<double> probabilities;
  for (Index i = 0; i < size; ++i) probabilities.push_back(std::exp(logs[i]));
  return probabilities;
}

// Of the mean over answers of: minus the clipped advantage, minus the entropy bonus.
PolicyNetwork::Weights PolicyNetwork::Gradient(std::span<const Episode> episodes) const {
  const Weights& w = *weights_;
  Weights gradient = w.Zeros();
  std::size_t length = 0;
  std::size_t answered = 0;
  for (const Episode& episode : episodes) {
    length = std::max(length, episode.answers->size());
    answered += episode.answers->size();
  }
  const Trace trace = Forward(episodes, length);
  const Index hidden = w.head.cols();
  const auto count = static_cast<Index>(episodes.size());
  Matrix d_state = Matrix::Zero(hidden, count);
  Matrix d_cell = Matrix::Zero(hidden, count);
  for (std::size_t t = length; t-- > 0;) {
    const Trace::Step& step = trace.steps[t];
    Matrix d_logits = Matrix::Zero(options_, count);
    for (Index i = 0; i < count; ++i) {
      const Episode& episode = episodes[static_cast<std::size_t>(i)];
      const int kind = step.kind[static_cast<std::size_t>(i)];
      if (kind < 0) continue;
      const Answer& answer = (*episode.answers)[t];
      const auto size = static_cast<Index>(kinds_[static_cast<std::size_t>(kind)].options.size());
      const Index first = first_[static_cast<std::size_t>(kind)];
      const Vector logs = LogSoftmax(step.logits.col(i).segment(first, size));
      const Vector p = logs.array().exp().matrix();
      double pull = episode.advantage;
      if (!episode.imitates) {
        const double ratio = std::exp(logs[answer.option] - answer.log_probability);
        const bool clipped = episode.advantage > 0 ? ratio > 1 + settings_.clip
                                                   : ratio < 1 - settings_.clip;
        pull = clipped ? 0 : ratio * episode.advantage;
      }
      const auto scale = static_cast<float>(1.0 / static_cast<double>(answered));
      const float entropy = -p.dot(logs);
      Vector d = p * static_cast<float>(pull);
      d[answer.option] -= static_cast<float>(pull);
      d.array() += static_cast<float>(settings_.entropy) * p.array() * (logs.array() + entropy);
      d_logits.col(i).segment(first, size) = scale * d;
    }
    gradient.head += d_logits * step.state.transpose();
    gradient.head_bias += d_logits.rowwise().sum();
    d_state += w.head.transpose() * d_logits;

    const Matrix squashed = Tanh(step.cell);
    d_cell += (d_state.array() * step.out.array() * (1 - squashed.array().square())).matrix();
    Matrix d_z(4 * hidden, count);
    d_z.topRows(hidden) = (d_cell.array() * step.fresh.array() * step.in.array() *
                           (1 - step.in.array())).matrix();
    d_z.middleRows(hidden, hidden) = (d_cell.array() * step.cell_before.array() *
                                      step.forget.array() * (1 - step.forget.array())).matrix();
    d_z.middleRows(2 * hidden, hidden) =
        (d_cell.array() * step.in.array() * (1 - step.fresh.array().square())).matrix();
    d_z.bottomRows(hidden) = (d_state.array() * squashed.array() * step.out.array() *
                              (1 - step.out.array())).matrix();
    gradient.cell += d_z * step.joined.transpose();
    gradient.cell_bias += d_z.rowwise().sum();
    const Matrix d_joined = w.cell.transpose() * d_z;
    for (Index i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      gradient.previous.col(step.previous[at]) += d_joined.col(i).head(hidden);
      gradient.kind.col(std::max(step.kind[at], 0)) += d_joined.col(i).head(hidden);
    }
    d_state = d_joined.bottomRows(hidden);
    d_cell = d_cell.cwiseProduct(step.forget);
  }
  return gradient;
}

void PolicyNetwork::Update(std::span<const Episode> episodes) {
  if (episodes.empty()) return;
  for (int epoch = 0; epoch < settings_.epochs; ++epoch) {
    Weights gradient = Gradient(episodes);
    double square = 0;
    for (const Matrix* m : gradient.All()) square += static_cast<double>(m->squaredNorm());
    const double norm = std::sqrt(square);
    if (norm > settings_.max_gradient) {
      for (Matrix* m : gradient.All()) *m *= static_cast<float>(settings_.max_gradient / norm);
    }
    adam_->Step(*weights_, gradient, settings_.learning_rate);
  }
}

}  // namespace actsearch::strategies
