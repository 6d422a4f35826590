#include "evaluators/tasks/mlp.row.h"
#include "evaluators/tasks/task.h"

namespace actsearch::tasks {

TaskRow MlpTask() {
  return {.name = MlpRow().name, .build = BuildMlp, .loss = training::CrossEntropy};
}

}  // namespace actsearch::tasks
