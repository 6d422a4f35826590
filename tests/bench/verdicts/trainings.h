// Real trainings whose losses by seed and unit verdicts are tried on.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coordinator/plan/statistics.h"
#include "evaluators/evaluator.h"
#include "search_spaces/trial.h"

namespace actsearch::bench {

// A 784-128-128-10 network on the MNIST files in a folder, 300 steps, scored on *final*.
Trial MnistTrial(const std::string& folder);

// `count` trainings of a function with seeds 0, 1, ...; the program ends when one fails.
std::vector<plan::Training> TrainMany(evaluators::Evaluator& evaluator, Trial trial,
                                      const std::string& function, int count);

}  // namespace actsearch::bench
