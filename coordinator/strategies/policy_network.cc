#include "coordinator/strategies/policy_network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "coordinator/strategies/lstm.h"

namespace actsearch::strategies {
namespace {

using Matrix = Eigen::MatrixXf;
using Vector = Eigen::VectorXf;
using Eigen::Index;

constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kTiny = 1e-8;  // of Adam

// The log-probabilities of one question's options.
Vector LogSoftmax(const Eigen::Ref<const Vector>& logits) {
  const float top = logits.maxCoeff();
  return (logits.array() - top - std::log((logits.array() - top).exp().sum())).matrix();
}

// Those of the question that the last step asked one sequence: its options are `count` rows from
// `first` on.
Vector LogsOf(const LstmTrace& trace, Index sequence, Index first, std::size_t count) {
  const Matrix& logits = trace.steps.back().logits;
  return LogSoftmax(logits.col(sequence).segment(first, static_cast<Index>(count)));
}

// What one answer adds to the loss, and its derivatives by the question's logits.
struct Term {
  double loss = 0;
  Vector by_logits;
};

Term TermOf(const Episode& episode, const Answer& answer, const Vector& logs,
            const PolicySettings& settings) {
  Term term;
  double pull = episode.advantage;  // on the answer's log-probability
  if (episode.imitates) {
    term.loss = -episode.advantage * static_cast<double>(logs[answer.option]);
  } else {
    const double ratio = std::exp(logs[answer.option] - answer.log_probability);
    const double nearest = std::clamp(ratio, 1 - settings.clip, 1 + settings.clip);
    const bool clipped = nearest * episode.advantage < ratio * episode.advantage;
    term.loss = -(clipped ? nearest : ratio) * episode.advantage;
    pull = clipped ? 0 : ratio * episode.advantage;
  }
  const Vector p = logs.array().exp().matrix();
  const float entropy = -p.dot(logs);
  const auto bonus = static_cast<float>(settings.entropy);
  term.loss -= settings.entropy * static_cast<double>(entropy);
  term.by_logits = static_cast<float>(pull) * p;
  term.by_logits[answer.option] -= static_cast<float>(pull);
  term.by_logits.array() += bonus * p.array() * (logs.array() + entropy);
  return term;
}

}  // namespace

struct PolicyNetwork::Adam {
  LstmWeights mean, square;
  int steps = 0;

  void Step(LstmWeights& weights, LstmWeights& gradient, double rate) {
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

struct PolicyNetwork::Judged {
  double loss = 0;
  LstmTrace trace;
  std::vector<Matrix> by_logits;  // by step
};

PolicyNetwork::PolicyNetwork(std::span<const ChoiceKind> kinds, const PolicySettings& settings,
                             Rng& rng)
    : kinds_(kinds), settings_(settings) {
  std::vector<float> logits;
  for (const ChoiceKind& kind : kinds) {
    first_.push_back(static_cast<int>(logits.size()));
    for (const double p : kind.prior) logits.push_back(static_cast<float>(std::log(p)));
  }
  options_ = static_cast<int>(logits.size());
  weights_ = std::make_unique<LstmWeights>(
      LstmWeights::Draw(settings.hidden, static_cast<int>(kinds.size()),
                        Eigen::Map<const Vector>(logits.data(), options_), rng));
  adam_ = std::make_unique<Adam>(Adam{weights_->Zeros(), weights_->Zeros()});
}

PolicyNetwork::~PolicyNetwork() = default;

struct PolicyNetwork::Session::State {
  LstmTrace trace;
};

PolicyNetwork::Session::Session(const PolicyNetwork& network, Rng& rng, double prior_share)
    : network_(network), rng_(rng), prior_share_(prior_share), state_(std::make_unique<State>()) {}
PolicyNetwork::Session::~Session() = default;

int PolicyNetwork::Session::Choose(int kind) {
  const PolicyNetwork& n = network_;
  const std::vector<double>& prior = n.kinds_[static_cast<std::size_t>(kind)].prior;
  state_->trace.Add(*n.weights_, {answers.empty() ? n.options_ : n.Row(answers.back())}, {kind});
  const Vector logs = LogsOf(state_->trace, 0, n.Row({.kind = kind}), prior.size());
  std::vector<double> weights;
  for (std::size_t i = 0; i < prior.size(); ++i) {
    const double p = std::exp(static_cast<double>(logs[static_cast<Index>(i)]));
    weights.push_back(prior_share_ * prior[i] + (1 - prior_share_) * p);
  }
  const std::size_t option = rng_.Weighted(weights);
  answers.push_back({kind, static_cast<int>(option), std::log(weights[option])});
  return static_cast<int>(option);
}

std::vector<double> PolicyNetwork::Probabilities(const Answers& before, int kind) const {
  LstmTrace trace;
  int previous = options_;
  for (const Answer& answer : before) {
    trace.Add(*weights_, {previous}, {answer.kind});
    previous = Row(answer);
  }
  trace.Add(*weights_, {previous}, {kind});
  const std::size_t options = kinds_[static_cast<std::size_t>(kind)].prior.size();
  const Vector logs = LogsOf(trace, 0, Row({.kind = kind}), options);
  std::vector<double> probabilities;
  for (const float log : logs) probabilities.push_back(std::exp(static_cast<double>(log)));
  return probabilities;
}

PolicyNetwork::Judged PolicyNetwork::Judge(std::span<const Episode> episodes) const {
  std::size_t length = 0;
  std::size_t answered = 0;
  for (const Episode& episode : episodes) {
    length = std::max(length, episode.answers->size());
    answered += episode.answers->size();
  }
  const double share = 1.0 / static_cast<double>(std::max<std::size_t>(answered, 1));
  Judged judged;
  for (std::size_t t = 0; t < length; ++t) {
    std::vector<int> previous, kinds;
    for (const Episode& episode : episodes) {
      const Answers& answers = *episode.answers;
      previous.push_back(t == 0 || t > answers.size() ? options_ : Row(answers[t - 1]));
      kinds.push_back(t < answers.size() ? answers[t].kind : -1);
    }
    judged.trace.Add(*weights_, std::move(previous), std::move(kinds));
    const Matrix& logits = judged.trace.steps.back().logits;
    Matrix by_logits = Matrix::Zero(logits.rows(), logits.cols());
    for (std::size_t i = 0; i < episodes.size(); ++i) {
      if (t >= episodes[i].answers->size()) continue;
      const Answer& answer = (*episodes[i].answers)[t];
      const Index first = Row({.kind = answer.kind});
      const std::size_t options = kinds_[static_cast<std::size_t>(answer.kind)].prior.size();
      const auto column = static_cast<Index>(i);
      const Term term = TermOf(episodes[i], answer,
                               LogsOf(judged.trace, column, first, options), settings_);
      judged.loss += share * term.loss;
      by_logits.col(column).segment(first, term.by_logits.size()) =
          static_cast<float>(share) * term.by_logits;
    }
    judged.by_logits.push_back(std::move(by_logits));
  }
  return judged;
}

void PolicyNetwork::Update(std::span<const Episode> episodes) {
  if (std::ranges::all_of(episodes, [](const Episode& e) { return e.answers->empty(); })) return;
  for (int epoch = 0; epoch < settings_.epochs; ++epoch) {
    const Judged judged = Judge(episodes);
    LstmWeights gradient = GradientOf(*weights_, judged.trace, judged.by_logits);
    double square = 0;
    for (const Matrix* m : gradient.All()) square += static_cast<double>(m->squaredNorm());
    const double norm = std::sqrt(square);
    if (norm > settings_.max_gradient) {
      for (Matrix* m : gradient.All()) *m *= static_cast<float>(settings_.max_gradient / norm);
    }
    adam_->Step(*weights_, gradient, settings_.learning_rate);
  }
}

double PolicyNetwork::LossOf(std::span<const Episode> episodes) const {
  return Judge(episodes).loss;
}

std::vector<double> PolicyNetwork::DerivativesOf(std::span<const Episode> episodes) const {
  const Judged judged = Judge(episodes);
  LstmWeights gradient = GradientOf(*weights_, judged.trace, judged.by_logits);
  std::vector<double> derivatives;
  for (const Matrix* m : gradient.All()) {
    derivatives.insert(derivatives.end(), m->data(), m->data() + m->size());
  }
  return derivatives;
}

void PolicyNetwork::Shift(std::span<const double> step) {
  std::size_t at = 0;
  for (Matrix* m : weights_->All()) {
    for (Index i = 0; i < m->size(); ++i) m->data()[i] += static_cast<float>(step[at++]);
  }
}

}  // namespace actsearch::strategies
