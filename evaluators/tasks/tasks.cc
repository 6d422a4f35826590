#include "evaluators/tasks/task.h"

namespace actsearch::tasks {

const Registry<TaskRow>& Tasks() {
  static const Registry<TaskRow> tasks("task", {
                                                   {"mlp", EvaluateMlp},
                                                   {"cnn", EvaluateCnn},
                                                   {"noop", EvaluateNoop},
                                                   {"table", EvaluateTable},
                                               });
  return tasks;
}

}  // namespace actsearch::tasks
