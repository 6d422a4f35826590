#include "evaluators/tasks/fit.row.h"
#include "evaluators/tasks/task.h"

namespace actsearch::tasks {

TaskRow FitTask() {
  return {.name = FitRow().name, .build = BuildMlp, .loss = training::SquaredError};
}

}  // namespace actsearch::tasks
