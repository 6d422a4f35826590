// When a trial is scored during its training, and which rule then rejects it: the
// hurdles it carries and "no better than chance". Immutable after it is made.
#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "search_spaces/base/error.h"
#include "search_spaces/trial.h"

namespace actsearch::training {

class Schedule {
 public:
  // `chance_loss`: of guessing; infinite: the chance rule is off.
  Schedule(const Trial& trial, double chance_loss);

  int LastStep() const { return stops_.back(); }

  // Whether the split is scored after this step; the last step always is.
  bool IsScored(int step) const;

  // Whether the loss after this step counts as the trial's.
  bool IsStop(int step) const;

  // The steps at which it is, in order.
  std::vector<int> ScoredSteps() const;

  // Whether the score belongs into Outcome::rungs.
  bool IsRung(int step) const;

  // stage training: non_finite, chance; stage hurdle: max_loss.
  std::optional<Rejection> Check(const RungValue& value) const;

 private:
  std::vector<int> stops_;
  std::vector<Hurdle> hurdles_;
  bool names_stops_;
  int chance_step_ = 0;  // 0: the rule is off
  double chance_loss_ = 0;
};

// The value with the least loss among those at stops.
class BestStop {
 public:
  // Whether it is the best so far.
  bool Add(const RungValue& value) {
    const bool is_best = !best_ || value.loss < best_->loss;
    if (is_best) best_ = value;
    return is_best;
  }
  void Resume(std::optional<RungValue> best) { best_ = std::move(best); }
  const std::optional<RungValue>& Value() const { return best_; }

 private:
  std::optional<RungValue> best_;
};

// The score of a training that came to its end.
void PutScore(const RungValue& value, Outcome& outcome);

// What a trial comes to whose scores are known for every step.
Outcome FollowCurve(const Schedule& schedule, const std::function<RungValue(int step)>& curve);

// kInvalid for a budget or hurdles that make no sense; the message names the field.
Result<void> CheckTrial(const Trial& trial);

}  // namespace actsearch::training
