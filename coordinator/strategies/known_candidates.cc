#include "coordinator/strategies/known_candidates.h"

#include <utility>

#include "search_spaces/base/hash.h"

namespace actsearch::strategies {

bool KnownCandidates::Add(const Candidate& candidate) {
  if (!texts_.insert(HashText(candidate.text)).second) return false;
  return fingerprints_.insert(space_.FingerprintOf(candidate).exact).second;
}

std::optional<Candidate> KnownCandidates::SampleNew(Rng& rng) {
  for (int attempt = 0; attempt < kPatience; ++attempt) {
    Candidate candidate = space_.Sample(rng);
    if (Add(candidate)) return candidate;
  }
  return std::nullopt;
}

}  // namespace actsearch::strategies
