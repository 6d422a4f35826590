#include "cli/estimate.h"

#include <algorithm>
#include <charconv>
#include <thread>
#include <vector>

#include "cli/output.h"
#include "coordinator/plan/entrants.h"
#include "evaluators/catalogue/tasks.h"
#include "proto/convert.h"
#include "search_spaces/space.h"

namespace actsearch::cli {
namespace {

constexpr int kSteps = 30;  // that are measured

// A function that takes part whatever the search finds; null: none does.
std::optional<std::string> KnownFunction(const plan::JobSpec& spec) {
  const auto space = MakeSpace(spec.space);
  if (!space) return std::nullopt;
  const std::vector<plan::Record> entrants = plan::EntrantsOf(spec, **space, {});
  if (entrants.empty()) return std::nullopt;
  return entrants.front().candidate;
}

}  // namespace

Expected<std::optional<plan::TrainingCost>> MeasureTraining(const plan::JobSpec& spec,
                                                            const OneShotOptions& options) {
  const auto task = catalogue::Tasks().Find(spec.task.name);
  if (!task || !(*task)->takes_data) return std::optional<plan::TrainingCost>();
  const auto function = KnownFunction(spec);
  if (!function) return std::optional<plan::TrainingCost>();
  plan::Proposed proposed;
  proposed.stage = plan::Stage::kSelect;
  proposed.candidate = *function;
  proposed.learning_rate = spec.task.learning_rate;
  Trial trial = plan::TrialOf(spec, proposed);
  trial.split = Split::kSearch;
  trial.stops.clear();
  trial.unit_losses = false;
  trial.task.steps = 2;  // reads the data and prepares what is prepared once
  std::vector<v1::Trial> trials = {proto::ToProto(trial)};
  trial.task.steps = std::min(spec.task.steps, kSteps);
  trials.push_back(proto::ToProto(trial));
  const auto reports = EvaluateHere(trials, options);
  if (!reports) return std::unexpected(reports.error());
  const v1::Report& report = reports->back();
  if (report.has_attempt()) {
    return std::unexpected(FailureOf(proto::FromProto(report.attempt().error())));
  }
  const auto outcome = proto::FromProto(report.outcome());
  if (!outcome) return std::unexpected(FailureOf(outcome.error()));
  plan::TrainingCost cost{.step_seconds = outcome->timing.seconds_per_step};
  cost.score_seconds = std::max(
      0.0, outcome->timing.total_seconds - trial.task.steps * outcome->timing.seconds_per_step);
  return cost;
}

int WorkersFor(int parallelism, int asked) {
  if (asked > 0) return asked;
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return std::min(cores, parallelism);
}

std::string EstimateText(const plan::JobSpec& spec, const plan::TrainingCost& one, int workers) {
  const plan::JobCost cost = plan::CostOf(spec, one);
  const auto time = [workers](double seconds) { return Duration(seconds / workers); };
  std::string stages;
  const auto add = [&](const char* name, double seconds) {
    if (seconds > 0) stages += (stages.empty() ? "" : ", ") + std::string(name) + " " +
                               time(seconds);
  };
  add("search", cost.search);
  add("select", cost.select);
  add("confirm", cost.confirm);
  add("final", cost.final);
  return "about " + time(cost.Total()) + " on " + std::to_string(workers) +
         (workers == 1 ? " worker: " : " workers: ") + stages + " (" +
         Short(1e3 * one.step_seconds, 2) + " ms a step)";
}

Expected<double> SecondsOf(const std::string& text) {
  double total = 0;
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  while (at != end) {
    double number = 0;
    const auto [next, error] = std::from_chars(at, end, number, std::chars_format::fixed);
    const char unit = next == end ? 's' : *next;
    const double factor = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : 0;
    if (error != std::errc() || factor == 0 || number < 0) break;
    total += number * factor;
    at = next == end ? end : next + 1;
  }
  if (at == end && total > 0) return total;
  return Fail(kUsage, "--budget " + text + ": give a time, as 90s, 15m, 2h or 1h30m");
}

}  // namespace actsearch::cli
