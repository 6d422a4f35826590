#include "search_spaces/likeness.h"

#include <cmath>
#include <cstddef>
#include <utility>

namespace actsearch {
namespace {

constexpr int kReference = 128;  // samples that give features their scale

}  // namespace

Likeness::Likeness(const Space& space) : space_(space) {
  Rng rng(1);
  std::vector<std::vector<double>> samples;
  for (int i = 0; i < kReference; ++i) samples.push_back(space.FeaturesOf(space.Sample(rng)));
  const std::size_t features = samples[0].size();
  for (std::size_t k = 0; k < features; ++k) {
    double mean = 0;
    double square = 0;
    for (const auto& sample : samples) mean += sample[k] / kReference;
    for (const auto& sample : samples) square += std::pow(sample[k] - mean, 2) / kReference;
    // By the root of their number too, or distances would grow with it.
    const double size = std::sqrt(square * static_cast<double>(features));
    mean_.push_back(mean);
    factor_.push_back(size > 1e-9 ? 1 / size : 0);
  }
}

Likeness::Point Likeness::PointOf(const Candidate& candidate) const {
  const std::vector<double> features = space_.FeaturesOf(candidate);
  Point point;
  for (std::size_t k = 0; k < features.size(); ++k) {
    point.push_back(static_cast<float>((features[k] - mean_[k]) * factor_[k]));
  }
  return point;
}

double DistanceBetween(const Likeness::Point& a, const Likeness::Point& b) {
  double square = 0;
  for (std::size_t k = 0; k < a.size(); ++k) square += std::pow(a[k] - b[k], 2);
  return std::sqrt(square);
}

bool PointsApart::Add(Likeness::Point point) {
  for (const Likeness::Point& other : points_) {
    if (DistanceBetween(other, point) < least_) return false;
  }
  points_.push_back(std::move(point));
  return true;
}

}  // namespace actsearch
