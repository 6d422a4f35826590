#include "coordinator/strategies/bandit.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace actsearch::strategies {
namespace {

constexpr double kUnknown = 0.5;   // the mean of an arm without rewards
constexpr double kHardly = 1e-3;   // an arm tried less than this counts as never tried

}  // namespace

Bandit::Bandit(std::size_t arms, double exploration, double discount)
    : arms_(arms), exploration_(exploration), discount_(discount) {}

std::optional<std::size_t> Bandit::Best() const {
  double tries = 0;
  for (const Arm& arm : arms_) tries += arm.Tries();
  const double log_tries = std::log(std::max(1.0, tries));
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < arms_.size(); ++i) {
    if (!arms_[i].open) continue;
    if (!best || BoundOf(arms_[i], log_tries) > BoundOf(arms_[*best], log_tries)) best = i;
  }
  return best;
}

void Bandit::Pull(std::size_t arm) { arms_[arm].waiting += 1; }

void Bandit::Reward(std::size_t arm, double reward) {
  for (Arm& other : arms_) {
    other.weight *= discount_;
    other.sum *= discount_;
  }
  arms_[arm].waiting -= 1;
  arms_[arm].weight += 1;
  arms_[arm].sum += reward;
}

double Bandit::BoundOf(const Arm& arm, double log_tries) const {
  if (arm.Tries() < kHardly) return std::numeric_limits<double>::infinity();
  const double mean = arm.weight < kHardly ? kUnknown : arm.sum / arm.weight;
  return mean + exploration_ * std::sqrt(log_tries / arm.Tries());
}

}  // namespace actsearch::strategies
