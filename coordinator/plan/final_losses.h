// The final trials of a job by entrant and setting, ready to be compared. A value; any thread.
#pragma once

#include <map>
#include <span>
#include <utility>
#include <vector>

#include "coordinator/plan/history.h"
#include "coordinator/plan/statistics.h"

namespace actsearch::plan {

class FinalLosses {
 public:
  explicit FinalLosses(const History& history);

  // All entrants, one record each, as their trials begin.
  const std::map<int, Record>& Entrants() const { return entrants_; }
  // By replicate; empty when the entrant was not trained there. Trainings that failed count as
  // FillFailures has it for this entrant alone.
  std::span<const Training> At(int entrant, Setting setting) const;
  // The loss of `a` less that of `b`; replicates that are the same trainings count once. Trainings
  // that failed count as FillFailures has it for these two: a third entrant changes nothing.
  Difference Between(int a, int b, Setting setting) const;
  // Settings in which somebody was trained, in their order.
  const std::vector<Setting>& Settings() const { return settings_; }

 private:
  std::map<int, Record> entrants_;
  double trivial_loss_;
  std::map<std::pair<int, Setting>, std::vector<Training>> trainings_;  // failures filled alone
  std::vector<Setting> settings_;
};

}  // namespace actsearch::plan
