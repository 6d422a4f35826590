#include "evaluators/tasks/rows.h"
#include "evaluators/tasks/task.h"

namespace actsearch::tasks {

// NAMETask(), each in its own file.
#define ACTSEARCH_ROW(Name) TaskRow Name##Task();
ACTSEARCH_TASKS(ACTSEARCH_ROW)
#undef ACTSEARCH_ROW

const Registry<TaskRow>& Tasks() {
#define ACTSEARCH_ROW(Name) Name##Task(),
  static const Registry<TaskRow> rows("task", {ACTSEARCH_TASKS(ACTSEARCH_ROW)});
#undef ACTSEARCH_ROW
  return rows;
}

}  // namespace actsearch::tasks
