#include "evaluators/training/schedule.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "search_spaces/base/number_text.h"

namespace actsearch::training {
namespace {

std::string AtStep(const RungValue& value) {
  return "loss " + NumberText(value.loss) + " after " + std::to_string(value.step) + " steps";
}

Error Wrong(const std::string& field, const std::string& value, const std::string& want) {
  return {ErrorCode::kInvalid, "trial: " + field + " is " + value + "; it must be " + want};
}

Result<void> CheckHurdles(const Trial& trial) {
  int previous = 0;
  for (const Hurdle& hurdle : trial.hurdles) {
    if (hurdle.step <= previous || hurdle.step > trial.task.steps) {
      return std::unexpected(Wrong(
          "hurdle step", std::to_string(hurdle.step),
          "above the one before and at most task.steps = " + std::to_string(trial.task.steps)));
    }
    if (std::isnan(hurdle.max_loss)) {
      return std::unexpected(Wrong("hurdle max_loss", "nan", "a number or infinity"));
    }
    previous = hurdle.step;
  }
  return {};
}

Result<void> CheckStops(const Trial& trial) {
  int before = 0;
  for (const int stop : trial.stops) {
    if (stop <= before || stop > trial.task.steps) {
      return std::unexpected(Wrong(
          "stop", std::to_string(stop),
          "above the one before and at most task.steps = " + std::to_string(trial.task.steps)));
    }
    before = stop;
  }
  return {};
}

}  // namespace

Schedule::Schedule(const Trial& trial, double chance_loss)
    : stops_(trial.stops), hurdles_(trial.hurdles), names_stops_(!trial.stops.empty()) {
  if (!names_stops_) stops_ = {trial.task.steps};
  const bool is_on = trial.gates.chance && std::isfinite(chance_loss);
  if (!is_on || trial.gates.chance_steps > LastStep()) return;
  chance_step_ = trial.gates.chance_steps;
  chance_loss_ = trial.gates.chance_margin * chance_loss;
}

bool Schedule::IsScored(int step) const {
  return step == chance_step_ || IsStop(step) || IsRung(step);
}

bool Schedule::IsStop(int step) const { return std::ranges::binary_search(stops_, step); }

std::vector<int> Schedule::ScoredSteps() const {
  std::vector<int> steps = stops_;
  for (const Hurdle& hurdle : hurdles_) {
    if (hurdle.step < LastStep()) steps.push_back(hurdle.step);
  }
  if (chance_step_ > 0) steps.push_back(chance_step_);
  std::ranges::sort(steps);
  const auto repeated = std::ranges::unique(steps);
  steps.erase(repeated.begin(), repeated.end());
  return steps;
}

bool Schedule::IsRung(int step) const {
  return (names_stops_ && IsStop(step)) ||
         std::ranges::any_of(hurdles_, [&](const Hurdle& h) { return h.step == step; });
}

std::optional<Rejection> Schedule::Check(const RungValue& value) const {
  if (!std::isfinite(value.loss)) return Rejection{"training", "non_finite", AtStep(value)};
  if (value.step == chance_step_ && value.loss > chance_loss_) {
    return Rejection{"training", "chance",
                     AtStep(value) + " is above " + NumberText(chance_loss_) + " (guessing)"};
  }
  for (const Hurdle& hurdle : hurdles_) {
    if (hurdle.step == value.step && value.loss > hurdle.max_loss) {
      return Rejection{"hurdle", "max_loss",
                       AtStep(value) + " is above the hurdle's " + NumberText(hurdle.max_loss)};
    }
  }
  return std::nullopt;
}

Outcome FollowCurve(const Schedule& schedule, const std::function<RungValue(int step)>& curve) {
  Outcome outcome;
  BestStop best;
  for (const int step : schedule.ScoredSteps()) {
    const RungValue value = curve(step);
    if (schedule.IsRung(step)) outcome.rungs.push_back(value);
    outcome.rejection = schedule.Check(value);
    if (outcome.rejection) {
      outcome.status = Status::kRejected;
      return outcome;
    }
    if (schedule.IsStop(step)) best.Add(value);
  }
  PutScore(*best.Value(), outcome);
  return outcome;
}

void PutScore(const RungValue& value, Outcome& outcome) {
  outcome.losses = {value.loss};
  outcome.metrics = value.metrics;
  outcome.step = value.step;
}

Result<void> CheckTrial(const Trial& trial) {
  const TaskSpec& task = trial.task;
  if (task.steps < 1) {
    return std::unexpected(Wrong("task.steps", std::to_string(task.steps), "at least 1"));
  }
  if (task.batch < 2) {
    return std::unexpected(Wrong("task.batch", std::to_string(task.batch), "at least 2"));
  }
  if (!(task.learning_rate > 0) || !std::isfinite(task.learning_rate)) {
    return std::unexpected(
        Wrong("task.learning_rate", NumberText(task.learning_rate), "finite and above 0"));
  }
  if (trial.gates.chance && trial.gates.chance_steps < 1) {
    return std::unexpected(
        Wrong("gates.chance_steps", std::to_string(trial.gates.chance_steps), "at least 1"));
  }
  if (Result<void> ok = CheckStops(trial); !ok) return ok;
  return CheckHurdles(trial);
}

}  // namespace actsearch::training
