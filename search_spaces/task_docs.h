// One sentence for each task, where people list tasks without linking LibTorch.
// Constant; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "search_spaces/trial.h"

namespace actsearch {

// In the order of kTaskNames.
inline constexpr std::array<std::string_view, kTaskNames.size()> kTaskDocs = {
    "Fully connected network on flattened images; hidden: units of each layer.",
    "3 x 3 convolutions with mean pooling, then a mean over the plane and a linear layer; hidden: "
    "channels of each block.",
    "Answers at once with a loss made from formula and seed; for measuring the service.",
    "Replays trainings kept in a table (tests/bench/actbench); data_dir: the table's folder.",
};

}  // namespace actsearch
