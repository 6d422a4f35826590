// What a job found: the front with final numbers beside the baselines. Pure functions of records.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coordinator/plan/final_losses.h"
#include "coordinator/plan/history.h"

namespace actsearch::plan {

// Mean and 95 % confidence interval (Student's t over seeds). One value: low = high = mean.
struct Estimate {
  double mean = 0;
  double low = 0;
  double high = 0;
  int seeds = 0;
};
Estimate EstimateMean(std::span<const double> values);

// A candidate by what it costs: less is better in both.
struct Point {
  double loss = 0;
  int cost = 0;
};
// For each point, whether no other is at least as good in both and better in one
// (the Pareto set). NaN losses never are. O(n log n).
std::vector<bool> NonDominated(std::span<const Point> points);

struct MetricEstimate {
  std::string name;
  Estimate value;
};

// An entrant in one setting, or a search candidate.
struct FrontRow {
  std::uint64_t index = 0;
  std::string candidate;
  std::string name;
  bool baseline = false;
  bool given = false;     // of finals.functions
  int entrant = -1;       // -1: a search candidate that is none
  Setting setting = Setting::kBase;
  bool on_front = false;  // not dominated in (loss, cost), see Front
  int rank = 0;           // 1 + how many are clearly better, see Front; 0: not known
  int cost = 0;
  std::optional<double> search_loss;   // mean over the trainings of the search
  std::optional<double> select_loss;   // mean over seeds at `learning_rate`
  double learning_rate = 0;
  bool at_edge = false;                // no rate beyond it was tried
  int stop = 0;                        // step after which its trainings end
  std::optional<Estimate> loss;        // failures counted, see FinalLosses
  int failures = 0;                    // of its final trainings
  std::vector<MetricEstimate> metrics;  // of those that did not fail
  double seconds_per_step = 0;
};

// In the job's own setting: finalists best first (by select loss once all are known, else search
// loss), then given functions and baselines as the job lists them. on_front compares final losses
// once the job is done, else search losses, which only finalists have. Ranks count those that are
// better by Compare with Holm's correction over all pairs. Without a select stage, or before it:
// the non-dominated search candidates, best first.
std::vector<FrontRow> Front(const History& history, const FinalLosses& losses);
inline std::vector<FrontRow> Front(const History& history) {
  return Front(history, FinalLosses(history));
}

// The entrants that are confirmed, by setting, then as in Front.
std::vector<FrontRow> ConfirmRows(const History& history, const FinalLosses& losses);

}  // namespace actsearch::plan
