#include "coordinator/strategies/seeding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace actsearch::strategies {
namespace {

constexpr std::size_t kDrawn = 8;  // of which the farthest is taken

double SquaredDistance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

}  // namespace

Seeding::Seeding(const Space& space, double share) : share_(share) {
  if (share_ <= 0) return;
  for (Candidate& candidate : space.Seeds()) {
    std::vector<double> features = space.FeaturesOf(candidate);
    seeds_.push_back({std::move(candidate), std::move(features),
                      std::numeric_limits<double>::infinity()});
  }
}

std::optional<Candidate> Seeding::Next(std::uint64_t index, KnownCandidates& known, Rng& rng) {
  const auto due = [&](std::uint64_t i) { return std::floor(share_ * static_cast<double>(i)); };
  if (due(index + 1) == due(index)) return std::nullopt;
  while (!seeds_.empty()) {
    Candidate seed = Take(rng);
    if (known.Add(seed)) return seed;
  }
  return std::nullopt;
}

Candidate Seeding::Take(Rng& rng) {
  std::size_t best = rng.Below(seeds_.size());
  for (std::size_t i = 1; i < kDrawn; ++i) {
    const std::size_t rival = rng.Below(seeds_.size());
    if (seeds_[rival].distance > seeds_[best].distance) best = rival;
  }
  std::swap(seeds_[best], seeds_.back());
  const Seed taken = std::move(seeds_.back());
  seeds_.pop_back();
  for (Seed& seed : seeds_) {
    seed.distance = std::min(seed.distance, SquaredDistance(seed.features, taken.features));
  }
  return taken.candidate;
}

}  // namespace actsearch::strategies
