// The best candidate of each size class that was ever scored (PySR, Cranmer 2023,
// arXiv 2305.01582). Aging forgets what was good; this does not. A strategy owns one; as many
// entries as there are sizes.
#pragma once

#include <cstddef>
#include <map>

#include "coordinator/strategies/population.h"

namespace actsearch::strategies {

class HallOfFame {
 public:
  // Kept when it is better than the one of its size.
  void Add(const Member& member);

  // The loss of this candidate if it is kept; one that is worse now makes way for the next better.
  void Revise(const Candidate& candidate, double loss);

  // Uniform among those that are better than every smaller one; there is at least one when
  // anything was added.
  const Member& Pick(Rng& rng) const;

 private:
  std::map<int, Member> best_;  // by size
};

}  // namespace actsearch::strategies
