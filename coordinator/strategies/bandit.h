// Which arm to pull next when arms change with time and rewards come late: discounted UCB
// (Garivier, Moulines 2011, "On Upper-Confidence Bound Policies for Switching Bandit
// Problems"). A pull that is not rewarded yet counts as a try, not for the mean, so that
// pulls in a row spread. Deterministic. A strategy owns one.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace actsearch::strategies {

class Bandit {
 public:
  // `discount` in (0, 1]: what a reward weighs after one more.
  Bandit(std::size_t arms, double exploration, double discount);

  // The open arm of the highest bound, mean + exploration * sqrt(ln(tries) / its tries); the
  // first of those never tried. Nothing when all are closed.
  std::optional<std::size_t> Best() const;

  void Pull(std::size_t arm);

  // One for each pull, in any order. Rewards are in [0, 1].
  void Reward(std::size_t arm, double reward);

  // Out of the game.
  void Close(std::size_t arm) { arms_[arm].open = false; }

 private:
  struct Arm {
    double weight = 0;   // discounted number of rewards
    double sum = 0;      // of them, discounted
    double waiting = 0;  // pulls without a reward
    bool open = true;

    double Tries() const { return weight + waiting; }
  };

  double BoundOf(const Arm& arm, double log_tries) const;

  std::vector<Arm> arms_;
  double exploration_;
  double discount_;
};

}  // namespace actsearch::strategies
