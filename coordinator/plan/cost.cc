#include "coordinator/plan/cost.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "coordinator/plan/rungs.h"

namespace actsearch::plan {
namespace {

// Typical of the searches of docs/results.md.
constexpr double kPassGates = 0.7;    // share of proposals that are trained at all
constexpr double kDearer = 1.3;       // a candidate's step in steps of a known function
constexpr double kMoreRates = 1.5;    // rates that octaves add to a function's grid
constexpr double kAuditedRules = 3;
constexpr double kEachSeconds = 5e-3; // of any trial: proposal, machine code, messages
constexpr double kWidthPower = 1.6;   // cost of a step grows as a power of the width
constexpr double kLateShare = 0.5;    // of a budget, at most, for the stages after the search
constexpr std::uint64_t kFewestCandidates = 20;
constexpr std::uint64_t kMostCandidates = 1'000'000;

// What a job asks for after the search, the most first.
struct Effort {
  int confirm_steps, confirm_width, select_seeds, seeds;
};
constexpr Effort kEfforts[] = {{10, 2, 3, 20}, {10, 2, 3, 10}, {5, 2, 3, 10}, {3, 2, 3, 10},
                               {3, 2, 2, 8},   {2, 2, 2, 6},   {2, 1, 2, 5},  {1, 1, 2, 5}};

// Of `spec`'s setting against its own.
double WidthFactor(const JobSpec& spec, Setting setting) {
  return setting == Setting::kWider ? std::pow(spec.confirm.width, kWidthPower) : 1;
}

double TrainingSeconds(const JobSpec& spec, const TrainingCost& one, Setting setting,
                       double scores) {
  return kEachSeconds +
         WidthFactor(spec, setting) *
         (TaskAt(spec, setting).steps * one.step_seconds + scores * one.score_seconds);
}

// Share of the steps that a candidate which passed the gates takes, and its scores.
std::pair<double, double> SearchShare(const HurdleSpec& hurdles, int steps) {
  double share = 0, alive = 1, scores = 0;
  int from = 0;
  for (const Rung& rung : RungsOf(hurdles, steps)) {
    share += alive * (rung.step - from) / steps;
    scores += alive;
    alive *= rung.passing;
    from = rung.step;
  }
  return {share + alive * (steps - from) / steps, scores + alive};
}

double CandidateSeconds(const JobSpec& spec, const TrainingCost& one) {
  const auto [share, scores] = SearchShare(spec.hurdles, spec.task.steps);
  return kEachSeconds +
         kPassGates * kDearer *
         (share * spec.task.steps * one.step_seconds + scores * one.score_seconds);
}

double AuditSeconds(const JobSpec& spec, const TrainingCost& one) {
  const double audits = std::min(kAuditedRules * spec.search.audits,
                                 0.5 * static_cast<double>(spec.search.candidates));
  return audits * kDearer * TrainingSeconds(spec, one, Setting::kBase, 1);
}

JobSpec WithEffort(JobSpec spec, const Effort& effort) {
  spec.confirm.steps = effort.confirm_steps;
  spec.confirm.width = effort.confirm_width;
  spec.finals.select_seeds = effort.select_seeds;
  spec.finals.seeds = effort.seeds;
  return spec;
}

std::string Minutes(double seconds) {
  char text[40];
  std::snprintf(text, sizeof text, seconds < 600 ? "%.1f minutes" : "%.0f minutes", seconds / 60);
  return text;
}

}  // namespace

JobCost CostOf(const JobSpec& spec, const TrainingCost& one) {
  const auto finalists = std::min(static_cast<double>(spec.finals.finalists),
                                  static_cast<double>(spec.search.candidates));
  const auto given = static_cast<double>(spec.finals.functions.size());
  const auto baselines = static_cast<double>(spec.finals.baselines.size());
  const double entrants = finalists + given + baselines;
  const double confirmed =
      finalists + given == 0
          ? 0
          : std::min(finalists, 1.0) + given +
                std::min(baselines, static_cast<double>(spec.confirm.baselines));
  const auto stops = static_cast<double>(spec.finals.stops.size());
  const double rates = static_cast<double>(spec.finals.learning_rates.size()) +
                       (spec.finals.octaves > 0 ? kMoreRates : 0);
  const double tunings = rates * spec.finals.select_seeds;

  JobCost cost;
  cost.search = static_cast<double>(spec.search.candidates) * CandidateSeconds(spec, one) +
                AuditSeconds(spec, one);
  cost.select = entrants * tunings * TrainingSeconds(spec, one, Setting::kBase, stops);
  cost.final = entrants * spec.finals.seeds * TrainingSeconds(spec, one, Setting::kBase, 1);
  for (const Setting setting : ConfirmSettings(spec)) {
    cost.confirm += confirmed * tunings * TrainingSeconds(spec, one, setting, stops);
    cost.final += confirmed * spec.finals.seeds * TrainingSeconds(spec, one, setting, 1);
  }
  return cost;
}

Result<JobSpec> WithinBudget(JobSpec spec, const TrainingCost& one, double seconds) {
  const bool searches = spec.search.candidates > 0;
  if (searches) spec.search.candidates = kFewestCandidates;
  const auto late = [&](const JobSpec& job) {
    const JobCost cost = CostOf(job, one);
    return cost.Total() - cost.search;
  };
  const double allowed = searches ? kLateShare * seconds : seconds;
  JobSpec fitted = WithEffort(spec, kEfforts[std::size(kEfforts) - 1]);
  for (const Effort& effort : kEfforts) {
    JobSpec tried = WithEffort(spec, effort);
    if (late(tried) > allowed) continue;
    fitted = std::move(tried);
    break;
  }
  const double least = CostOf(fitted, one).Total();
  if (least > seconds) {
    return Fail(ErrorCode::kInvalid,
                "even the least of this job (" +
                    (searches ? std::to_string(kFewestCandidates) + " candidates, " : "") +
                    std::to_string(fitted.finals.seeds) +
                    " seeds, nothing confirmed) takes about " + Minutes(least) +
                    " of processor time; give it more, or fewer steps, finalists "
                    "or baselines");
  }
  if (!searches) return fitted;
  // Audits end growing with the candidates: what they cost at most is kept apart.
  JobSpec many = fitted;
  many.search.candidates = kMostCandidates;
  const double rest = seconds - late(fitted) - AuditSeconds(many, one);
  const double count = rest / CandidateSeconds(fitted, one);
  fitted.search.candidates = static_cast<std::uint64_t>(
      std::clamp(count, static_cast<double>(kFewestCandidates),
                 static_cast<double>(kMostCandidates)));
  return fitted;
}

}  // namespace actsearch::plan
