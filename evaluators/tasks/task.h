// Proxy tasks: each row says how a trial is judged. A new task is a file, a row here,
// and its name and sentence in search_spaces (kTaskNames, kTaskDocs).
// Called by the Evaluator; torch-free. One thread at a time.
#pragma once

#include <string_view>

#include "evaluators/evaluator.h"
#include "search_spaces/base/error.h"
#include "search_spaces/base/registry.h"
#include "search_spaces/trial.h"

namespace actsearch::training {
class DataCache;  // evaluators/training/examples.h
}

namespace actsearch::tasks {

struct TaskRow {
  std::string_view name;
  // The trial's numbers have been checked (training::CheckTrial).
  Result<Outcome> (*evaluate)(const Trial& trial, training::DataCache& data,
                              const evaluators::Control& control);
};

const Registry<TaskRow>& Tasks();

// One function a file: mlp.cc, cnn.cc, noop.cc, table.cc.
Result<Outcome> EvaluateMlp(const Trial& trial, training::DataCache& data,
                            const evaluators::Control& control);
Result<Outcome> EvaluateCnn(const Trial& trial, training::DataCache& data,
                            const evaluators::Control& control);
Result<Outcome> EvaluateNoop(const Trial& trial, training::DataCache& data,
                             const evaluators::Control& control);
Result<Outcome> EvaluateTable(const Trial& trial, training::DataCache& data,
                              const evaluators::Control& control);

}  // namespace actsearch::tasks
