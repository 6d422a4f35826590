#pragma once

#include "evaluators/tasks/fields.h"

namespace actsearch::tasks {

inline catalogue::TaskInfo NoopRow() {
  return {.name = "noop",
          .doc = "Answers at once with a loss made from candidate and seed; for measuring the "
                 "service.",
          .metrics = {catalogue::kAccuracy},
          .takes_data = false};
}

}  // namespace actsearch::tasks
