// How alike the candidates of a space are in what they do: distances between their features,
// each scaled by its spread over random candidates. Typical distances are about 1; of
// activation functions, GELU and SiLU are 0.11 apart, ReLU and GELU 0.09, and functions that
// differ in the third digit of a constant about 0.005. Immutable; any thread.
#pragma once

#include <vector>

#include "search_spaces/space.h"

namespace actsearch {

class Likeness {
 public:
  using Point = std::vector<float>;

  // The space outlives it.
  explicit Likeness(const Space& space);

  Point PointOf(const Candidate& candidate) const;

 private:
  const Space& space_;
  std::vector<double> mean_, factor_;  // by feature
};

double DistanceBetween(const Likeness::Point& a, const Likeness::Point& b);

// Points none of which is near another. Who adds the best first keeps the best of each kind.
class PointsApart {
 public:
  explicit PointsApart(double least) : least_(least) {}

  // False, and not added, when one that was added before is nearer than `least`.
  bool Add(Likeness::Point point);

 private:
  double least_;
  std::vector<Likeness::Point> points_;
};

}  // namespace actsearch
