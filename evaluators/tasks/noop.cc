// No training, no data: a learning curve made from the hash of formula, seed and split,
// the same on every machine. Hurdles and the chance rule act on it as they do on
// real curves, so that the whole service can be measured and tested without training.
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "evaluators/catalogue/sites.h"
#include "evaluators/modules/parts.h"
#include "evaluators/tasks/noop.row.h"
#include "evaluators/tasks/task.h"
#include "evaluators/training/schedule.h"
#include "search_spaces/base/hash.h"
#include "search_spaces/space.h"

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
    const std::uint64_t formula = HashText(trial.candidate);
    const std::uint64_t run =
        HashCombine(HashCombine(formula, trial.seed), static_cast<std::uint64_t>(trial.split));
    final_ = 0.1 + 2.376 * Fraction(formula) + 0.024 * Fraction(run);
  }

  RungValue At(int step) const {
    const double done = static_cast<double>(step) / steps_;
    const double loss = final_ + (kStartLoss - final_) * std::exp(-5 * done);
    return {step,
            loss,
            {{std::string(catalogue::kAccuracy.name), std::max(0.1, 1 - loss / kStartLoss)}}};
  }

 private:
  int steps_;
  double final_ = 0;
};

Result<std::optional<Rejection>> CheckProbes(const Trial& trial) {
  if (!trial.gates.probes) return std::nullopt;
  const auto space = modules::CandidateRows().Find(trial.space);
  if (!space) return std::unexpected(space.error());
  const Role role = (*Spaces().Find(trial.space))->role;
  const auto plan = catalogue::PlanSites(NoopRow(), trial.task.fields, trial.sites, role);
  if (!plan) return std::unexpected(plan.error());
  const auto candidates = modules::ReadCandidates(trial, plan->slots);
  if (!candidates) return std::unexpected(candidates.error());
  return modules::CheckGates(**space, *candidates);
}

Result<Outcome> AnswerNoop(const Trial& trial, training::DataCache&) {
  Result<std::optional<Rejection>> probes = CheckProbes(trial);
  if (!probes) return std::unexpected(probes.error());
  if (*probes) return Outcome{.status = Status::kRejected, .rejection = **std::move(probes)};
  const Curve curve(trial);
  return training::FollowCurve(training::Schedule(trial, std::log(kClasses)),
                               [&](int step) { return curve.At(step); });
}

}  // namespace

TaskRow NoopTask() {
  return {.name = NoopRow().name, .answer = AnswerNoop};
}

}  // namespace actsearch::tasks
