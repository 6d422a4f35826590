// What a strategy has proposed so far, by exact fingerprint, so that no function
// is trained twice. Constant time for each candidate, 8 bytes and a hash slot for
// each kept. Not thread-safe: a strategy owns one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_set>

#include "search_spaces/base/rng.h"
#include "search_spaces/space.h"

namespace actsearch::strategies {

// A space counts as exhausted when this many samples in a row are all known. A
// space with n equally likely functions left out of N is left early with
// probability (1 - n/N)^1000.
inline constexpr int kPatience = 1000;

class KnownCandidates {
 public:
  explicit KnownCandidates(const Space& space) : space_(space) {}

  // True, and remembered, when no equal function was added before.
  bool Add(const Candidate& candidate);

  // A sample that was not known until now; nothing after kPatience failures.
  std::optional<Candidate> SampleNew(Rng& rng);

  // A child that was not known: made by `breed` and, where those were known, mutated once, twice
  // and three times more, since parents that stay for long wear out what is near them.
  std::optional<Candidate> NewChild(const std::function<Candidate()>& breed, Rng& rng);

  std::size_t Size() const { return fingerprints_.size(); }

 private:
  const Space& space_;
  std::unordered_set<std::uint64_t> fingerprints_;  // exact keys
  std::unordered_set<std::uint64_t> texts_;         // hashes; spares repeated fingerprints
};

}  // namespace actsearch::strategies
