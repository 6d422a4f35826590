#include "coordinator/strategies/arm.h"

namespace actsearch::strategies {

void Arm::AwaitOutcome(const Candidate& candidate, std::uint64_t index) {
  pending_.push_back({candidate, index, std::nullopt});
}

void Arm::TakeOutcome(const Candidate& candidate, const Outcome& outcome) {
  pending_.push_back({candidate, 0, outcome});
  PassOn();
}

void Arm::Deliver(std::uint64_t index, const Outcome& outcome) {
  for (Pending& pending : pending_) {
    if (!pending.outcome && pending.index == index) pending.outcome = outcome;
  }
  PassOn();
}

void Arm::PassOn() {
  while (!pending_.empty() && pending_.front().outcome) {
    strategy_->Observe(observed_++, pending_.front().candidate, *pending_.front().outcome);
    pending_.pop_front();
  }
}

}  // namespace actsearch::strategies
