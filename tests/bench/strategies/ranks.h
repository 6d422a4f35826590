// Small statistics for comparing searches. Pure.
#pragma once

#include <vector>

namespace actsearch::bench {

struct Quartiles {
  double low = 0;
  double median = 0;
  double high = 0;
};

// Of at least one value; between two neighbours linearly.
Quartiles QuartilesOf(std::vector<double> values);

// One-sided Mann-Whitney test with the normal approximation and a correction for ties: how
// likely values of `a` would be as small against those of `b` if both came from one
// distribution. Both hold at least one value.
double SmallerPValue(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace actsearch::bench
