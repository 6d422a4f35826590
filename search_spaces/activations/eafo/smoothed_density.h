// The density of weighted values after normal noise: what an output looks like at a finite
// resolution. Atoms (ReLU's zeros) become bumps as wide as the noise, so entropies are finite
// for every function. Immutable; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace actsearch::activations::eafo {

class SmoothedDensity {
 public:
  // `width` > 0 is the noise's standard deviation h, in the values' unit. Values are finite,
  // not all equal, and weights sum to 1. Values more than 10 standard deviations from the mean
  // count as that far. O(values + 100 * deviation / width).
  SmoothedDensity(std::span<const double> values, std::span<const double> weights, double width);

  // -integral q log q, in nats.
  double Entropy() const;

  // E (log q)'(value + h u) for standard normal u: when each value v_i moves by t d_i, the
  // entropy changes by -t sum_i weight_i d_i ScoreAt(v_i) to first order.
  double ScoreAt(double value) const;

 private:
  double low_ = 0;   // of the grid
  double step_ = 1;
  std::vector<double> density_;
  std::vector<double> score_;
};

}  // namespace actsearch::activations::eafo
