// How good a loss is among those seen lately, without a scale: losses of different tasks, and
// losses that blew up, come to the same numbers. A strategy owns one; adding takes O(kept).
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

namespace actsearch::strategies {

class RecentQuantile {
 public:
  explicit RecentQuantile(std::size_t kept) : kept_(kept) {}

  void Add(double loss);

  // The share of the kept losses that are worse, ties half: 1 is better than all. 1/2 before
  // any was added.
  double Of(double loss) const;

 private:
  std::size_t kept_;
  std::deque<double> order_;    // of arrival
  std::vector<double> sorted_;  // ascending
};

}  // namespace actsearch::strategies
