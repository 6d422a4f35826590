#include "tests/bench/strategies/hurdle_stream.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "coordinator/plan/rungs.h"
#include "search_spaces/base/check.h"

namespace actsearch::bench {
namespace {

using tables::Table;
using tables::Training;

// Steps until the training ended of itself.
int StepsOf(const Table& table, const Training& training) {
  const std::size_t reached = training.rung_losses.size();
  return reached < table.rungs.size() ? table.rungs[reached] : table.task.steps;
}

bool Blew(const Training& training) { return !std::isfinite(training.Loss(Split::kSearch)); }

}  // namespace

Run RunOf(const Table& table, const Training& training, std::span<const Hurdle> hurdles,
          bool gates) {
  Run run{.steps = StepsOf(table, training)};
  run.outcome.status = Blew(training) ? Status::kRejected : Status::kScored;
  if (gates && training.rule.starts_with("probe:")) {
    return {.outcome = {.status = Status::kRejected}, .steps = 0};
  }
  for (const Hurdle& hurdle : hurdles) {
    const auto rung = std::ranges::find(table.rungs, hurdle.step);
    ACTSEARCH_CHECK(rung != table.rungs.end(), "a hurdle at a step that was not recorded");
    const auto at = static_cast<std::size_t>(rung - table.rungs.begin());
    if (at >= training.rung_losses.size() || hurdle.step > run.steps) break;
    const double loss = training.rung_losses[at];
    run.outcome.rungs.push_back({hurdle.step, loss, {}});
    if (!(loss <= hurdle.max_loss)) {
      run.outcome.status = Status::kRejected;
      run.steps = hurdle.step;
      break;
    }
  }
  return run;
}

plan::HurdleSpec OnRecordedRungs(const plan::HurdleSpec& spec, const Table& table) {
  plan::HurdleSpec moved{.schedule = plan::HurdleSchedule::kShares,
                         .rungs = {},
                         .keep = {},
                         .min_observed = spec.min_observed};
  for (const plan::Rung& wanted : plan::RungsOf(spec, table.task.steps)) {
    const int step = *std::ranges::min_element(
        table.rungs, {}, [&](int recorded) { return std::abs(recorded - wanted.step); });
    // Half a step less, so that rounding up ends at the step itself.
    const double recorded = (step - 0.5) / table.task.steps;
    if (!moved.rungs.empty() && recorded <= moved.rungs.back()) continue;
    moved.rungs.push_back(recorded);
    moved.keep.push_back(wanted.passing);
  }
  return moved;
}

StreamResult Stream(const Table& table, std::span<const std::size_t> top, const StreamSpec& spec,
                    int replicate, Rng& rng) {
  std::vector<std::size_t> order(table.rows.size());
  std::iota(order.begin(), order.end(), 0);
  rng.Shuffle(order);
  plan::Rungs rungs(spec.hurdles, table.task.steps);
  std::vector<Outcome> outcomes;
  std::size_t observed = 0;
  StreamResult result;
  for (const std::size_t row : order) {
    for (; observed + static_cast<std::size_t>(spec.window) < outcomes.size(); ++observed) {
      rungs.Add(outcomes[observed]);
    }
    const Training& training = table.rows[row].trainings[static_cast<std::size_t>(replicate)];
    Run run = RunOf(table, training, rungs.Hurdles(), spec.gates);
    result.full_steps += StepsOf(table, training);
    result.spent_steps += run.steps;
    const bool ended = run.outcome.status == Status::kScored;
    if (ended && std::ranges::find(top, row) != top.end()) ++result.kept;
    outcomes.push_back(std::move(run.outcome));
  }
  return result;
}

}  // namespace actsearch::bench
