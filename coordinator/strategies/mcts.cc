#include "coordinator/strategies/mcts.h"

#include <cmath>
#include <unordered_map>
#include <utility>

#include "coordinator/strategies/choice_tree.h"
#include "coordinator/strategies/known_candidates.h"
#include "coordinator/strategies/losses.h"
#include "coordinator/strategies/recent_quantile.h"

namespace actsearch::strategies {
namespace {

constexpr int kWalks = 64;           // before a proposal falls back to a fresh sample
constexpr std::size_t kRecent = 500;  // losses that a quantile is taken of

class Mcts final : public Strategy {
 public:
  Mcts(const Space& space, double exploration, double power, bool bisects)
      : known_(space), tree_(space, exploration, bisects), power_(power), recent_(kRecent) {}

  std::optional<Candidate> Propose(std::uint64_t index, Rng& rng) override {
    for (int i = 0; i < kWalks && !tree_.IsClosed(); ++i) {
      ChoiceTree::Descent walk = tree_.Walk(rng);
      if (walk.candidate && known_.Add(*walk.candidate)) {
        tree_.Visit(walk);
        pending_[index] = std::move(walk.path);
        return std::move(walk.candidate);
      }
      tree_.Close(walk);
    }
    return known_.SampleNew(rng);
  }

  void Observe(std::uint64_t index, const Candidate&, const Outcome& outcome) override {
    const std::optional<double> loss = losses_.Read(index, outcome);
    if (loss) recent_.Add(*loss);
    const auto path = pending_.extract(index);
    if (path && loss) tree_.Reward(path.mapped(), std::pow(recent_.Of(*loss), power_));
  }

 private:
  KnownCandidates known_;
  ChoiceTree tree_;
  double power_;
  Losses losses_;
  RecentQuantile recent_;
  std::unordered_map<std::uint64_t, ChoiceTree::Path> pending_;
};

}  // namespace

StrategyRow MctsRow() {
  return {.name = "mcts",
          .doc = "Monte Carlo tree search over the choices that build a candidate, bisected.",
          .options = {{"exploration", 0.5, 0, 100, false,
                       "weight of the confidence bound (DeepArchitect: 0.5)"},
                      {"power", 4, 0.1, 100, false,
                       "of the quantile that is the reward; large: only the best count"},
                      {"bisection", 1, 0, 1, true,
                       "1: choices are halved along similar options; 0: one branch an option"}},
          .make = [](const Space& space, const Options& options) -> std::unique_ptr<Strategy> {
            return std::make_unique<Mcts>(space, ValueOf(options, "exploration"),
                                          ValueOf(options, "power"),
                                          ValueOf(options, "bisection") != 0);
          }};
}

}  // namespace actsearch::strategies
