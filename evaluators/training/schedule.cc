#include "evaluators/training/schedule.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "evaluators/number_text.h"

namespace actsearch::training {
namespace {

using evaluators::NumberText;

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

}  // namespace

Schedule::Schedule(const Trial& trial, int classes)
    : steps_(trial.task.steps), hurdles_(trial.hurdles) {
  if (!trial.gates.chance || trial.gates.chance_steps > steps_) return;
  chance_step_ = trial.gates.chance_steps;
  chance_loss_ = trial.gates.chance_margin * std::log(static_cast<double>(classes));
}

bool Schedule::IsScored(int step) const {
  return step == steps_ || step == chance_step_ || IsRung(step);
}

bool Schedule::IsRung(int step) const {
  return std::ranges::any_of(hurdles_, [&](const Hurdle& h) { return h.step == step; });
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
  for (const int width : task.hidden) {
    if (width < 1) {
      return std::unexpected(Wrong("task.hidden", std::to_string(width), "at least 1 each"));
    }
  }
  if (std::ranges::find(kNormalizationNames, task.normalization) == kNormalizationNames.end()) {
    return std::unexpected(
        Wrong("task.normalization", "'" + task.normalization + "'", "none or batch"));
  }
  if (trial.gates.chance && trial.gates.chance_steps < 1) {
    return std::unexpected(
        Wrong("gates.chance_steps", std::to_string(trial.gates.chance_steps), "at least 1"));
  }
  return CheckHurdles(trial);
}

}  // namespace actsearch::training
