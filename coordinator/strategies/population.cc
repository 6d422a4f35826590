#include "coordinator/strategies/population.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace actsearch::strategies {

void Population::Add(Member member) {
  ++sizes_[member.size];
  members_.push_back(std::move(member));
  if (members_.size() <= capacity_) return;
  const auto oldest = sizes_.find(members_.front().size);
  if (--oldest->second == 0) sizes_.erase(oldest);
  members_.pop_front();
}

void Population::Revise(const Candidate& candidate, double loss) {
  for (Member& member : members_) {
    if (member.candidate == candidate) member.loss = loss;
  }
}

double Population::ShareOf(int size) const {
  return static_cast<double>(sizes_.at(size)) / static_cast<double>(members_.size());
}

Member& Population::Tournament(std::size_t draws, double parsimony, Rng& rng) {
  std::vector<Member*> drawn;
  std::vector<double> losses;
  for (std::size_t i = 0; i < draws; ++i) {
    drawn.push_back(&rng.Pick(members_));
    losses.push_back(drawn.back()->loss);
  }
  std::ranges::sort(losses);
  const auto key = [&](const Member& member) {
    const auto better = std::ranges::lower_bound(losses, member.loss) - losses.begin();
    const double rank = static_cast<double>(better) / static_cast<double>(draws);
    return std::pair(member.stale >= kWornOut, rank + parsimony * ShareOf(member.size));
  };
  Member* best = drawn.front();
  for (Member* rival : drawn) {
    if (key(*rival) < key(*best)) best = rival;
  }
  return *best;
}

}  // namespace actsearch::strategies
