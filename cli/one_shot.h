// Single trainings on this machine, in a worker process that serves no coordinator.
#pragma once

#include <string>
#include <vector>

#include "actsearch/v1/worker_service.pb.h"
#include "cli/failure.h"

namespace actsearch::cli {

struct OneShotOptions {
  std::string device = "cpu";
  std::string data_dir;  // stands before relative folders of tasks; empty: none
};

// The reports of the trials, in their order; blocks until all are there. A Failure when the
// process ends without them, with what it wrote.
Expected<std::vector<v1::Report>> EvaluateHere(const std::vector<v1::Trial>& trials,
                                               const OneShotOptions& options);

}  // namespace actsearch::cli
