#include "coordinator/strategies/hall_of_fame.h"

#include <limits>
#include <vector>

namespace actsearch::strategies {

void HallOfFame::Add(const Member& member) {
  const auto [at, added] = best_.try_emplace(member.size, member);
  if (!added && member.loss < at->second.loss) at->second = member;
}

void HallOfFame::Revise(const Candidate& candidate, double loss) {
  for (auto& [size, member] : best_) {
    if (member.candidate == candidate) member.loss = loss;
  }
}

const Member& HallOfFame::Pick(Rng& rng) const {
  std::vector<const Member*> front;
  double least = std::numeric_limits<double>::infinity();
  for (const auto& [size, member] : best_) {
    if (member.loss >= least) continue;
    least = member.loss;
    front.push_back(&member);
  }
  return *rng.Pick(front);
}

}  // namespace actsearch::strategies
