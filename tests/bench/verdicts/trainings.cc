#include "tests/bench/verdicts/trainings.h"

#include <cstdio>

#include "search_spaces/base/check.h"

namespace actsearch::bench {

Trial MnistTrial(const std::string& folder) {
  Trial trial;
  trial.task = {.name = "mlp",
                .dataset = "mnist",
                .data_dir = folder,
                .steps = 300,
                .batch = 128,
                .learning_rate = 2e-3};
  trial.split = Split::kFinal;
  trial.gates = {.probes = false, .chance = false};
  trial.unit_losses = true;
  return trial;
}

std::vector<plan::Training> TrainMany(evaluators::Evaluator& evaluator, Trial trial,
                                      const std::string& function, int count) {
  std::vector<plan::Training> trainings;
  trial.candidate = function;
  for (int seed = 0; seed < count; ++seed) {
    trial.seed = static_cast<std::uint64_t>(seed);
    const Result<Outcome> outcome = evaluator.Evaluate(trial, {});
    ACTSEARCH_CHECK(outcome && outcome->status == Status::kScored,
                    outcome ? function : outcome.error().message);
    trainings.push_back({.loss = outcome->Loss(), .units = outcome->unit_losses, .failed = false});
    if (seed % 10 == 9) std::fprintf(stderr, "%s: %d of %d\n", function.c_str(), seed + 1, count);
  }
  return trainings;
}

}  // namespace actsearch::bench
