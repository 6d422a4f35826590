#include "coordinator/plan/rungs.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace actsearch::plan {

void RunningQuantile::Add(double value) {
  if (std::isnan(value)) value = std::numeric_limits<double>::infinity();
  const bool is_low = !lower_.empty() && value < lower_.top();
  is_low ? lower_.push(value) : upper_.push(value);
  const double rank = std::ceil(share_ * static_cast<double>(Count()));
  const std::size_t wanted = std::clamp<std::size_t>(static_cast<std::size_t>(rank), 1, Count());
  for (; lower_.size() < wanted; upper_.pop()) lower_.push(upper_.top());
  for (; lower_.size() > wanted; lower_.pop()) upper_.push(lower_.top());
}

Rungs::Rungs(const HurdleSpec& spec, int steps) : spec_(spec) {
  for (const double share : spec.rungs) {
    const int step = std::max(1, static_cast<int>(std::ceil(share * steps)));
    // Short trainings merge rungs; one at the last step would spare nothing.
    if (step < steps && (steps_.empty() || step > steps_.back())) steps_.push_back(step);
  }
  losses_.assign(steps_.size(), RunningQuantile(spec.keep));
}

void Rungs::Add(const Outcome& outcome) {
  if (outcome.status != Status::kScored && outcome.status != Status::kRejected) return;
  for (const RungValue& rung : outcome.rungs) {
    const auto at = std::ranges::find(steps_, rung.step);
    if (at != steps_.end()) losses_[static_cast<std::size_t>(at - steps_.begin())].Add(rung.loss);
  }
}

std::vector<Hurdle> Rungs::Hurdles() const {
  std::vector<Hurdle> hurdles;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const bool known = losses_[i].Count() >= static_cast<std::size_t>(spec_.min_observed);
    const bool rejects = known && spec_.keep < 1;
    hurdles.push_back(
        {steps_[i], rejects ? losses_[i].Value() : std::numeric_limits<double>::infinity()});
  }
  return hurdles;
}

}  // namespace actsearch::plan
