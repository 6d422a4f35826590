// No training, no data: a learning curve made from the hash of formula, seed and split,
// the same on every machine. Hurdles, the chance rule and audits act on it as they do on
// real curves, so that the whole service can be measured and tested without training.
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "evaluators/tasks/formulas.h"
#include "evaluators/tasks/task.h"
#include "evaluators/training/schedule.h"
#include "search_spaces/base/hash.h"

namespace actsearch::tasks {
namespace {

constexpr int kClasses = 10;
constexpr double kStartLoss = 2.5;  // a little above ln(10)

// In [0, 1).
double Fraction(std::uint64_t hash) { return static_cast<double>(hash >> 11) * 0x1p-53; }

// An exponential fall from kStartLoss to a final loss in [0.1, 2.5], of which one in a
// hundred parts depends on the seed and the split.
class Curve {
 public:
  explicit Curve(const Trial& trial) : steps_(trial.task.steps) {
    const std::uint64_t formula = HashText(trial.formula);
    const std::uint64_t run =
        HashCombine(HashCombine(formula, trial.seed), static_cast<std::uint64_t>(trial.split));
    final_ = 0.1 + 2.376 * Fraction(formula) + 0.024 * Fraction(run);
  }

  RungValue At(int step) const {
    const double done = static_cast<double>(step) / steps_;
    const double loss = final_ + (kStartLoss - final_) * std::exp(-5 * done);
    return {step, loss, std::max(0.1, 1 - loss / kStartLoss)};
  }

 private:
  int steps_;
  double final_ = 0;
};

Result<std::optional<Rejection>> CheckProbes(const Trial& trial) {
  if (!trial.gates.probes) return std::nullopt;
  const Result<std::vector<expr::Expr>> functions = FormulasOf(trial);
  if (!functions) return std::unexpected(functions.error());
  return CheckGates(*functions);
}

// The steps at which the trial is scored, in order.
std::vector<int> ScoredSteps(const Trial& trial) {
  std::vector<int> steps = {trial.task.steps};
  for (const Hurdle& hurdle : trial.hurdles) steps.push_back(hurdle.step);
  if (trial.gates.chance) steps.push_back(trial.gates.chance_steps);
  std::ranges::sort(steps);
  const auto repeated = std::ranges::unique(steps);
  steps.erase(repeated.begin(), repeated.end());
  std::erase_if(steps, [&](int step) { return step > trial.task.steps; });
  return steps;
}

}  // namespace

Result<Outcome> EvaluateNoop(const Trial& trial, training::DataCache&, const evaluators::Control&) {
  Result<std::optional<Rejection>> probes = CheckProbes(trial);
  if (!probes) return std::unexpected(probes.error());
  Outcome outcome;
  outcome.rejection = *std::move(probes);
  const Curve curve(trial);
  const training::Schedule schedule(trial, kClasses);
  for (const int step : ScoredSteps(trial)) {
    if (outcome.rejection && !trial.audit) break;
    const RungValue value = curve.At(step);
    if (schedule.IsRung(step)) outcome.rungs.push_back(value);
    if (!outcome.rejection) outcome.rejection = schedule.Check(value);
  }
  const RungValue last = curve.At(trial.task.steps);
  if (outcome.rejection) {
    outcome.status = Status::kRejected;
    if (trial.audit) outcome.audit = last;
  } else {
    outcome.loss = last.loss;
    outcome.accuracy = last.accuracy;
  }
  return outcome;
}

}  // namespace actsearch::tasks
