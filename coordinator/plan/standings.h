// What is known of search candidates from all their trainings. Values; not thread-safe.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "coordinator/plan/record.h"

namespace actsearch::plan {

// Of one candidate, on the search split.
struct Standing {
  std::vector<double> losses;  // by training, without those that failed
  int failures = 0;            // trainings that were rejected or quarantined

  double Mean() const;  // infinite when one failed or none ended
  int Trainings() const { return static_cast<int>(losses.size()) + failures; }
};

class Standings {
 public:
  // The losses of those without a failure, least first, and the index of the candidate.
  using Order = std::set<std::pair<double, std::uint64_t>>;

  Standings() = default;
  explicit Standings(std::span<const Record> search);

  // A search trial that ended. Duplicates and what was cancelled say nothing. O(log n).
  void Add(const Record& record);

  const Standing& Of(std::uint64_t candidate) const;  // empty when nothing is known
  const Order& BestFirst() const { return order_; }

 private:
  std::unordered_map<std::uint64_t, Standing> standings_;  // by the candidate's own index
  Order order_;
};

// The candidate that a search trial is a training of: its own index, or that of the original.
inline std::uint64_t CandidateOf(const Proposed& proposed) {
  return proposed.original.value_or(proposed.index);
}

}  // namespace actsearch::plan
