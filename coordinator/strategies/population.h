// An island of aging evolution (Real et al. 2019): its most recent members, and tournaments
// among them. Two rules beside the loss decide a tournament: members of crowded size classes
// stand back (frequency-based parsimony, PySR, arXiv 2305.01582), and so do members whose
// neighbourhood is worn out. Not thread-safe: a strategy owns one for each island.
#pragma once

#include <cstddef>
#include <deque>
#include <map>

#include "search_spaces/base/rng.h"
#include "search_spaces/space.h"

namespace actsearch::strategies {

struct Member {
  Candidate candidate;
  double loss;
  int size;        // class: nodes of the graph
  int stale = 0;   // children in a row that were known functions
};

class Population {
 public:
  // Members at a time, at least 1.
  explicit Population(std::size_t capacity) : capacity_(capacity) {}

  // The loss of the members that are this candidate.
  void Revise(const Candidate& candidate, double loss);

  bool IsEmpty() const { return members_.empty(); }

  // As the youngest; the oldest leaves when there are too many.
  void Add(Member member);

  // The best of `draws` members drawn with replacement, by its rank among the drawn losses (from 0
  // to 1) plus `parsimony` times the share of its size class in the population; the first
  // drawn wins a tie. Any member that is not worn out beats one that is.
  Member& Tournament(std::size_t draws, double parsimony, Rng& rng);

 private:
  double ShareOf(int size) const;

  std::size_t capacity_;
  std::deque<Member> members_;  // oldest first
  std::map<int, int> sizes_;    // members by size class
};

// So many known children in a row say that few others are left around a member.
inline constexpr int kWornOut = 12;

}  // namespace actsearch::strategies
