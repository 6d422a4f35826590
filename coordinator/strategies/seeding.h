// Conceptual initialisation (So et al. 2021, "Primer"): known functions spread evenly over a
// strategy's first proposals, so that a short job sees random candidates early too. They come
// spread by likeness: each is the one of a few drawn that is farthest from those before it, so
// that the first dozen do not repeat one idea. A strategy owns one.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "coordinator/strategies/known_candidates.h"
#include "search_spaces/space.h"

namespace actsearch::strategies {

class Seeding {
 public:
  Seeding(const Space& space, double share);

  // The seed for this proposal, added to `known`; nothing when the index is not a seed's or
  // none is left.
  std::optional<Candidate> Next(std::uint64_t index, KnownCandidates& known, Rng& rng);

 private:
  struct Seed {
    Candidate candidate;
    std::vector<double> features;
    double distance;  // squared, to the nearest that was taken
  };

  Candidate Take(Rng& rng);

  double share_;
  std::vector<Seed> seeds_;  // not yet taken
};

}  // namespace actsearch::strategies
