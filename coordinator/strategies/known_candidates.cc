#include "coordinator/strategies/known_candidates.h"

#include <utility>

#include "search_spaces/base/hash.h"

namespace actsearch::strategies {
namespace {

constexpr int kChildren = 8;  // tried before there is none
constexpr int kNear = 2;      // of them for each distance

}  // namespace

bool KnownCandidates::Add(const Candidate& candidate) {
  if (!texts_.insert(HashText(candidate.text)).second) return false;
  return fingerprints_.insert(space_.KeyOf(candidate)).second;
}

std::optional<Candidate> KnownCandidates::SampleNew(Rng& rng) {
  for (int attempt = 0; attempt < kPatience; ++attempt) {
    Candidate candidate = space_.Sample(rng);
    if (Add(candidate)) return candidate;
  }
  return std::nullopt;
}

std::optional<Candidate> KnownCandidates::NewChild(const std::function<Candidate()>& breed,
                                                   Rng& rng) {
  for (int attempt = 0; attempt < kChildren; ++attempt) {
    Candidate child = breed();
    for (int i = 0; i < attempt / kNear; ++i) child = space_.Mutate(child, rng);
    if (Add(child)) return child;
  }
  return std::nullopt;
}

}  // namespace actsearch::strategies
