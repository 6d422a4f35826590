#include "evaluators/tasks/task.h"

namespace actsearch::tasks {

const Registry<TaskRow>& Tasks() {
  static const Registry<TaskRow> tasks(
      "task",
      {
          {"mlp", "Fully connected network on flattened images; hidden: units of each layer.",
           EvaluateMlp},
          {"cnn",
           "Blocks of 3 x 3 convolution and mean pooling, then a linear layer; hidden: channels of "
           "each block.",
           EvaluateCnn},
          {"noop",
           "Answers at once with a loss made from formula and seed; for measuring the service.",
           EvaluateNoop},
      });
  return tasks;
}

}  // namespace actsearch::tasks
