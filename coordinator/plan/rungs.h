// The losses seen at each rung and the hurdles that follow from them: successive
// halving without waiting (Li et al. 2020, "A System for Massively Parallel
// Hyperparameter Tuning", ASHA), decided when a trial is proposed. A Plan owns one.
// docs/hurdles.md compares the schedules.
#pragma once

#include <cstddef>
#include <functional>
#include <queue>
#include <vector>

#include "coordinator/plan/job_spec.h"
#include "search_spaces/trial.h"

namespace actsearch::plan {

// The ceil(share * n)-th smallest of n values. Adding is O(log n), reading O(1).
class RunningQuantile {
 public:
  explicit RunningQuantile(double share) : share_(share) {}

  void Add(double value);  // NaN counts as infinity
  std::size_t Count() const { return lower_.size() + upper_.size(); }
  double Value() const { return lower_.top(); }  // at least one value was added

 private:
  double share_;
  std::priority_queue<double> lower_;  // the ceil(share * n) smallest
  std::priority_queue<double, std::vector<double>, std::greater<>> upper_;
};

struct Rung {
  int step = 0;
  double passing = 1;  // share of the losses that pass its hurdle; 1: losses are only recorded
};

// Those of a schedule in a training of `steps`: ascending, each step once, below the last one.
std::vector<Rung> RungsOf(const HurdleSpec& spec, int steps);

class Rungs {
 public:
  Rungs(const HurdleSpec& spec, int steps);

  // Losses of a scored or rejected search trial; other outcomes say nothing.
  void Add(const Outcome& outcome);

  // For a trial that is proposed now. Infinite where too few losses are known.
  std::vector<Hurdle> Hurdles() const;

  // The rungs and the last step: a training that was best at a rung counts by that, so that a
  // budget beyond what the data bear does not judge it.
  std::vector<int> Stops() const;

 private:
  std::size_t min_observed_;
  int last_step_;
  std::vector<Rung> rungs_;
  std::vector<RunningQuantile> losses_;  // by rung
};

}  // namespace actsearch::plan
