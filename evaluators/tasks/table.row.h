#pragma once

#include "evaluators/tasks/fields.h"

namespace actsearch::tasks {

inline catalogue::TaskInfo TableRow() {
  return {.name = "table",
          .doc = "Replays trainings kept in a table (tests/bench/actbench); data_dir: the table's "
                 "folder.",
          .metrics = {catalogue::kAccuracy},
          .takes_data = false,
          .needs_folder = true,
          .one_candidate = true,
          .one_budget = true};
}

}  // namespace actsearch::tasks
