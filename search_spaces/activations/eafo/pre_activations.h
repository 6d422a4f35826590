// What a function is applied to in a network: points and their probabilities. A value; any
// thread.
#pragma once

#include <span>
#include <vector>

#include "search_spaces/base/error.h"

namespace actsearch::activations::eafo {

struct PreActivations {
  std::vector<double> x;       // ascending
  std::vector<double> weight;  // sum 1
  double mean = 0;
  double deviation = 1;
  bool is_normal = true;  // quadrature of the standard normal distribution

  // `per_unit` points in each unit of [-end, end]; 256 resolve the densities of steep functions.
  static PreActivations StandardNormal(int per_unit = 256, int end = 8);

  // All equally likely. kInvalid for fewer than 100 numbers, for one that is not finite and
  // for numbers that are all the same.
  static Result<PreActivations> FromSamples(std::vector<double> samples);

  // exp(-((x - mean) / deviation)^2 / 2), the density's form up to a factor: that of the
  // normal distribution with the same moments.
  double BellAt(double at) const;
};

struct MeanAndDeviation {
  double mean = 0;
  double deviation = 0;
};

// Weights sum to 1. NaN when a value is not finite.
MeanAndDeviation MomentsOf(std::span<const double> values, std::span<const double> weights);

}  // namespace actsearch::activations::eafo
