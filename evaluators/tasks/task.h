// Proxy tasks as workers know them: how a network is built, how its outputs are judged. What
// job files may know of a task stands in its NAME.row.h (evaluators/catalogue).
// One thread at a time.
#pragma once

#include <memory>
#include <string_view>

#include "evaluators/catalogue/tasks.h"
#include "evaluators/training/data_cache.h"
#include "evaluators/training/loss.h"
#include "search_spaces/base/error.h"
#include "search_spaces/base/fields.h"
#include "search_spaces/base/registry.h"
#include "search_spaces/trial.h"

namespace actsearch::modules {
struct Module;  // evaluators/modules/module.h
class Parts;    // evaluators/modules/parts.h
}  // namespace actsearch::modules

namespace actsearch::tasks {

// A task either trains a network or answers by itself.
struct TaskRow {
  std::string_view name;
  // Complete fields. Asks `parts` for each site of the task's blueprint, in its order.
  std::shared_ptr<modules::Module> (*build)(const Fields& fields, const catalogue::DataFacts& data,
                                            modules::Parts& parts) = nullptr;
  const training::Loss& (*loss)() = nullptr;
  // The trial has been checked (training::CheckTrial).
  Result<Outcome> (*answer)(const Trial& trial, training::DataCache& data) = nullptr;
  // What it reads, where that is no data set: at least a digest.
  Result<catalogue::DataFacts> (*probe)(const TaskSpec& task, training::DataCache& data) = nullptr;
};

const Registry<TaskRow>& Tasks();

}  // namespace actsearch::tasks
