// A strategy that works for another one, such as an arm of a portfolio: it counts its own
// proposals from 0 and observes them in that order, while its owner counts all proposals of
// the job. Some of what it proposes was proposed already, by a sibling: it observes the
// outcome of that. Not thread-safe: its owner keeps it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "coordinator/strategies/strategy.h"

namespace actsearch::strategies {

class Arm {
 public:
  explicit Arm(std::unique_ptr<Strategy> strategy) : strategy_(std::move(strategy)) {}

  // The next proposal of its own; nothing when it is exhausted. One of the two below must
  // follow for each.
  std::optional<Candidate> Propose(Rng& rng) { return strategy_->Propose(next_++, rng); }

  // The proposal goes by this index of the owner, whose outcome is to come by Deliver ...
  void AwaitOutcome(const Candidate& candidate, std::uint64_t index);
  // ... or is known.
  void TakeOutcome(const Candidate& candidate, const Outcome& outcome);

  // The outcome of the owner's proposal `index`; called for every one, in order. Passes on
  // what its strategy may see by that.
  void Deliver(std::uint64_t index, const Outcome& outcome);

  void Revise(const Candidate& candidate, double loss, int trainings) {
    strategy_->Revise(candidate, loss, trainings);
  }
  void Adopt(const Candidate& candidate, double loss) { strategy_->Adopt(candidate, loss); }

 private:
  struct Pending {
    Candidate candidate;
    std::uint64_t index;             // of the owner
    std::optional<Outcome> outcome;  // as soon as it is known
  };

  void PassOn();

  std::unique_ptr<Strategy> strategy_;
  std::uint64_t next_ = 0;      // its own index of the next proposal
  std::uint64_t observed_ = 0;  // its own index of the first in pending_
  std::deque<Pending> pending_;
};

}  // namespace actsearch::strategies
