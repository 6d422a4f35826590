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

std::vector<int> RungSteps(const HurdleSpec& spec, int steps) {
  std::vector<double> shares = spec.rungs;
  if (spec.schedule != HurdleSchedule::kShares) shares.clear();
  for (int i = 0; i < spec.count; ++i) {
    if (spec.schedule == HurdleSchedule::kHalving) {
      shares.push_back((std::exp2(i + 1) - 1) / (std::exp2(spec.count + 1) - 1));
    } else if (spec.schedule == HurdleSchedule::kAsha) {
      shares.push_back(std::pow(spec.eta, i - spec.count));
    }
  }
  std::vector<int> rungs;
  for (const double share : shares) {
    const int step = std::max(1, static_cast<int>(std::ceil(share * steps - 1e-9)));
    // Short trainings merge rungs; one at the last step would spare nothing.
    if (step < steps && (rungs.empty() || step > rungs.back())) rungs.push_back(step);
  }
  return rungs;
}

double PassingShare(const HurdleSpec& spec) {
  if (spec.keep == 1) return 1;
  switch (spec.schedule) {
    case HurdleSchedule::kShares:
      return spec.keep;
    case HurdleSchedule::kHalving:
      return 0.5;
    case HurdleSchedule::kAsha:
      return 1 / spec.eta;
  }
  return 1;
}

Rungs::Rungs(const HurdleSpec& spec, int steps)
    : passing_(PassingShare(spec)),
      min_observed_(static_cast<std::size_t>(spec.min_observed)),
      last_step_(steps),
      steps_(RungSteps(spec, steps)),
      losses_(steps_.size(), RunningQuantile(passing_)) {}

void Rungs::Add(const Outcome& outcome) {
  if (outcome.status != Status::kScored && outcome.status != Status::kRejected) return;
  for (const RungValue& rung : outcome.rungs) {
    const auto at = std::ranges::find(steps_, rung.step);
    if (at != steps_.end()) losses_[static_cast<std::size_t>(at - steps_.begin())].Add(rung.loss);
  }
}

std::vector<int> Rungs::Stops() const {
  std::vector<int> stops = steps_;
  stops.push_back(last_step_);
  return stops;
}

std::vector<Hurdle> Rungs::Hurdles() const {
  std::vector<Hurdle> hurdles;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const bool rejects = passing_ < 1 && losses_[i].Count() >= min_observed_;
    hurdles.push_back(
        {steps_[i], rejects ? losses_[i].Value() : std::numeric_limits<double>::infinity()});
  }
  return hurdles;
}

}  // namespace actsearch::plan
