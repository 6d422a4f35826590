#include "search_spaces/activations/eafo/pre_activations.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

#include "search_spaces/expr/gaussian_rule.h"

namespace actsearch::activations::eafo {
namespace {

constexpr std::size_t kFewestSamples = 100;

}  // namespace

PreActivations PreActivations::StandardNormal(int per_unit, int end) {
  expr::GaussianRule rule(end, per_unit);
  return {.x = std::move(rule.x), .weight = std::move(rule.weight)};
}

Result<PreActivations> PreActivations::FromSamples(std::vector<double> samples) {
  if (samples.size() < kFewestSamples) {
    return Fail(ErrorCode::kInvalid, std::to_string(samples.size()) +
                                         " pre-activations say too little of a density; give at "
                                         "least " +
                                         std::to_string(kFewestSamples));
  }
  if (!std::ranges::all_of(samples, [](double v) { return std::isfinite(v); })) {
    return Fail(ErrorCode::kInvalid, "a pre-activation is not finite; leave it out");
  }
  std::ranges::sort(samples);
  const double share = 1 / static_cast<double>(samples.size());
  PreActivations input{.x = std::move(samples), .weight = {}, .is_normal = false};
  input.weight.assign(input.x.size(), share);
  const MeanAndDeviation moments = MomentsOf(input.x, input.weight);
  if (input.x.front() == input.x.back()) {
    return Fail(ErrorCode::kInvalid,
                "the pre-activations are all the same number; give those of a layer that varies");
  }
  input.mean = moments.mean;
  input.deviation = moments.deviation;
  return input;
}

double PreActivations::BellAt(double at) const {
  const double z = (at - mean) / deviation;
  return std::exp(-0.5 * z * z);
}

MeanAndDeviation MomentsOf(std::span<const double> values, std::span<const double> weights) {
  MeanAndDeviation m;
  for (std::size_t i = 0; i < values.size(); ++i) m.mean += weights[i] * values[i];
  double variance = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    variance += weights[i] * (values[i] - m.mean) * (values[i] - m.mean);
  }
  m.deviation = std::sqrt(variance);
  return m;
}

}  // namespace actsearch::activations::eafo
