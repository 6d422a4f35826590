// The most that hurdles could have spared on a tabular benchmark, were the best thresholds known
// beforehand. Pure; any thread.
#pragma once

#include <span>
#include <vector>

#include "evaluators/tables/table.h"

namespace actsearch::bench {

struct Hindsight {
  std::vector<double> thresholds;  // by recorded rung, the same for all functions and trainings
  std::vector<double> passing;     // at each, the share that passes of those that reach it
  double saved = 0;   // steps of all trainings without hurdles and gates / with them
  double recall = 0;  // of the trainings of the top rows, how many go to the end
};

// The thresholds, one for each recorded rung, that save the most while at least so much of the
// `top` rows' trainings on the search split pass. A threshold at a rung is the largest loss there
// of a training that must pass: lower loses it, higher spares less. Which trainings to give up is
// chosen one at a time. A recall of 0.95 that the gates alone miss cannot be had: `saved` is 1.
Hindsight BestInHindsight(const tables::Table& table, std::span<const std::size_t> top,
                          double recall, bool gates);

}  // namespace actsearch::bench
