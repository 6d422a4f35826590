// How long a job will take on this machine, measured before it begins.
#pragma once

#include <optional>
#include <string>

#include "cli/failure.h"
#include "cli/one_shot.h"
#include "coordinator/plan/cost.h"

namespace actsearch::cli {

// Trains a known function for a few steps. Nothing for jobs whose trials cost nothing worth saying
// (noop, table) or that name no known function.
Expected<std::optional<plan::TrainingCost>> MeasureTraining(const plan::JobSpec& spec,
                                                            const OneShotOptions& options);

// Worker processes that a job on this machine gets: `asked`, or one for each core as far as the
// job can use them.
int WorkersFor(int parallelism, int asked);

// "about 4m12s on 2 workers: search 2m, select 40s, confirm 1m, final 30s (3.2 ms a step)".
std::string EstimateText(const plan::JobSpec& spec, const plan::TrainingCost& one, int workers);

// Of "90", "90s", "15m", "2h", "1h30m"; kUsage says what is allowed.
Expected<double> SecondsOf(const std::string& text);

}  // namespace actsearch::cli
