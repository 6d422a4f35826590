// The policy of an autoregressive controller: an LSTM (Hochreiter, Schmidhuber 1997) that reads
// the previous answer and the kind of the present question and gives the probabilities of the
// options; trained by proximal policy optimization (Schulman et al. 2017). Untrained it answers
// by the priors of the kinds. A value; not thread-safe.
//
// By Eigen, not LibTorch: matrices of 64 x 128 are dwarfed by the overhead of a tensor
// operation, and every process that links LibTorch pays half a second to start.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "search_spaces/base/choices.h"
#include "search_spaces/base/rng.h"

namespace actsearch::strategies {

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
  double log_probability = 0;  // when it was given
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

  // Answers a space's questions, one candidate's, and notes them.
  class Session final : public Chooser {
   public:
    Session(const PolicyNetwork& network, Rng& rng);
    ~Session() override;

    int Choose(int kind) override;

    Answers answers;

   private:
    struct State;
    const PolicyNetwork& network_;
    Rng& rng_;
    std::unique_ptr<State> state_;
  };

  // Probabilities of the options of `kind` after these answers.
  std::vector<double> Probabilities(const Answers& before, int kind) const;

  // Some steps of Adam. No episode: nothing happens.
  void Update(std::span<const Episode> episodes);

 private:
  struct Weights;
  struct Trace;
  struct Adam;

  Trace Forward(std::span<const Episode> episodes, std::size_t length) const;
  Weights Gradient(std::span<const Episode> episodes) const;

  std::span<const ChoiceKind> kinds_;
  PolicySettings settings_;
  std::vector<int> first_;  // by kind: its first row among all options
  int options_ = 0;         // of all kinds
  std::unique_ptr<Weights> weights_;
  std::unique_ptr<Adam> adam_;
};

}  // namespace actsearch::strategies
