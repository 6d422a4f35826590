// The policy of an autoregressive controller: an LSTM that reads the previous answer and the
// kind of the present question and gives the probabilities of the options; trained by proximal
// policy optimization (Schulman et al. 2017). Untrained it answers by the priors of the kinds.
// Not thread-safe.
//
// By Eigen, not LibTorch: matrices of 64 x 128 are dwarfed by the overhead of a tensor
// operation, and every process that links LibTorch pays half a second to start.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "search_spaces/base/choices.h"
#include "search_spaces/base/rng.h"

namespace actsearch::strategies {

struct LstmWeights;

struct PolicySettings {
  int hidden = 64;
  double learning_rate = 5e-3;  // of Adam
  double clip = 0.2;            // of the ratio of probabilities
  double entropy = 0.01;        // weight of the bonus
  double max_gradient = 1;      // norm of all gradients together
  int epochs = 4;               // passes over a batch
};

// One answered question.
struct Answer {
  int kind = 0;
  int option = 0;
  double log_probability = 0;  // by which it was drawn
};
using Answers = std::vector<Answer>;

struct Episode {
  const Answers* answers;
  double advantage = 0;
  bool imitates = false;  // make the answers likelier by `advantage`, whoever gave them
};

class PolicyNetwork {
 public:
  // Weights are drawn from `rng`; `kinds` outlives this.
  PolicyNetwork(std::span<const ChoiceKind> kinds, const PolicySettings& settings, Rng& rng);
  ~PolicyNetwork();

  // Answers a space's questions, one candidate's, and notes them. Both arguments outlive it,
  // and the network must not be updated meanwhile.
  class Session final : public Chooser {
   public:
    // Draws from the prior with probability `prior_share`, else from the policy.
    Session(const PolicyNetwork& network, Rng& rng, double prior_share = 0);
    ~Session() override;

    int Choose(int kind) override;

    Answers answers;

   private:
    struct State;
    const PolicyNetwork& network_;
    Rng& rng_;
    const double prior_share_;
    std::unique_ptr<State> state_;
  };

  // Probabilities of the options of `kind` after these answers.
  std::vector<double> Probabilities(const Answers& before, int kind) const;

  // Some steps of Adam down the loss. No answer in any episode: nothing happens.
  void Update(std::span<const Episode> episodes);

  // The mean over all answers of: minus the clipped advantage, minus the entropy bonus.
  double LossOf(std::span<const Episode> episodes) const;
  // Its derivative by every weight, and a step of every weight in the same order: for checks
  // of one by the other.
  std::vector<double> DerivativesOf(std::span<const Episode> episodes) const;
  void Shift(std::span<const double> step);

 private:
  struct Adam;
  struct Judged;

  Judged Judge(std::span<const Episode> episodes) const;
  int Row(const Answer& answer) const {
    return first_[static_cast<std::size_t>(answer.kind)] + answer.option;
  }

  std::span<const ChoiceKind> kinds_;
  PolicySettings settings_;
  std::vector<int> first_;  // by kind: its first row among all options
  int options_ = 0;         // of all kinds
  std::unique_ptr<LstmWeights> weights_;
  std::unique_ptr<Adam> adam_;
};

}  // namespace actsearch::strategies
