// The folder of a worker in which trainings that last keep how far they are. Several workers may
// share one, also of different programs. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "evaluators/evaluator.h"
#include "search_spaces/trial.h"

namespace actsearch::workers {

// One file for each trial, program and kind of machine; `machine` names the latter two.
evaluators::CheckpointPlace CheckpointOf(const Trial& trial, std::string_view machine,
                                         const std::string& folder);

// Removes what nobody has gone on with for a week.
void RemoveOldCheckpoints(const std::string& folder);

}  // namespace actsearch::workers
