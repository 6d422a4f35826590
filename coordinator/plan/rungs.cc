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

namespace {

// As shares of the steps, ascending.
std::vector<double> Shares(const HurdleSpec& spec) {
  if (spec.schedule == HurdleSchedule::kShares) return spec.rungs;
  std::vector<double> shares;
  for (int i = 0; i < spec.count; ++i) {
    shares.push_back(spec.schedule == HurdleSchedule::kHalving
                         ? (std::exp2(i + 1) - 1) / (std::exp2(spec.count + 1) - 1)
                         : std::pow(spec.eta, i - spec.count));
  }
  return shares;
}

// At the rung with this number.
double Passing(const HurdleSpec& spec, std::size_t rung) {
  const auto is_all = [](double keep) { return keep == 1; };
  if (std::ranges::all_of(spec.keep, is_all)) return 1;
  switch (spec.schedule) {
    case HurdleSchedule::kShares:
      return spec.keep[std::min(rung, spec.keep.size() - 1)];
    case HurdleSchedule::kHalving:
      return 0.5;
    case HurdleSchedule::kAsha:
      return 1 / spec.eta;
  }
  return 1;
}

}  // namespace

std::vector<Rung> RungsOf(const HurdleSpec& spec, int steps) {
  const std::vector<double> shares = Shares(spec);
  std::vector<Rung> rungs;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const int step = std::max(1, static_cast<int>(std::ceil(shares[i] * steps - 1e-9)));
    // Short trainings merge rungs; one at the last step would spare nothing.
    const bool is_new = step < steps && (rungs.empty() || step > rungs.back().step);
    if (is_new) rungs.push_back({step, Passing(spec, i)});
  }
  return rungs;
}

Rungs::Rungs(const HurdleSpec& spec, int steps)
    : min_observed_(static_cast<std::size_t>(spec.min_observed)),
      last_step_(steps),
      rungs_(RungsOf(spec, steps)) {
  for (const Rung& rung : rungs_) losses_.emplace_back(rung.passing);
}

void Rungs::Add(const Outcome& outcome) {
  if (outcome.status != Status::kScored && outcome.status != Status::kRejected) return;
  for (const RungValue& rung : outcome.rungs) {
    const auto at = std::ranges::find(rungs_, rung.step, &Rung::step);
    if (at != rungs_.end()) losses_[static_cast<std::size_t>(at - rungs_.begin())].Add(rung.loss);
  }
}

std::vector<int> Rungs::Stops() const {
  std::vector<int> stops;
  for (const Rung& rung : rungs_) stops.push_back(rung.step);
  stops.push_back(last_step_);
  return stops;
}

std::vector<Hurdle> Rungs::Hurdles() const {
  std::vector<Hurdle> hurdles;
  for (std::size_t i = 0; i < rungs_.size(); ++i) {
    const bool rejects = rungs_[i].passing < 1 && losses_[i].Count() >= min_observed_;
    hurdles.push_back(
        {rungs_[i].step, rejects ? losses_[i].Value() : std::numeric_limits<double>::infinity()});
  }
  return hurdles;
}

}  // namespace actsearch::plan
