// What a job found: the front with final numbers beside the baselines, what was
// rejected where, and how often a rejection was wrong. Pure functions of records.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

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

struct FrontRow {
  std::uint64_t index = 0;
  std::string candidate;
  std::string name;
  bool baseline = false;
  bool on_front = false;  // not dominated in (loss, cost), see Front
  int cost = 0;
  std::optional<double> search_loss;
  std::optional<double> select_loss;   // mean over seeds at `learning_rate`
  double learning_rate = 0;
  std::optional<Estimate> loss;
  std::vector<MetricEstimate> metrics;
  double seconds_per_step = 0;
};

// Finalists best first (by select loss once all are known, else search loss), then
// baselines as the job lists them. on_front compares final losses once the job is
// done, else search losses, which baselines do not have. Without a select stage, or
// before it: the non-dominated search candidates, best first.
std::vector<FrontRow> Front(const History& history);

struct RejectionCount {
  std::string stage;
  std::string rule;
  std::uint64_t count = 0;
};
// Of the search stage, sorted by stage and rule.
std::vector<RejectionCount> CountRejections(std::span<const Record> records);

// An audited rejection is false when its loss after full training is within the
// best tenth of the scored search candidates.
struct AuditCount {
  std::uint64_t audited = 0;
  std::uint64_t false_rejections = 0;
};
AuditCount CountAudits(std::span<const Record> records);

}  // namespace actsearch::plan
