// Numbers separated by commas, as options take them. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/failure.h"

namespace actsearch::cli {

// Finite numbers, 1 to `most` of them. Failures (kUsage) begin with the option's name and
// quote what is wrong.
Expected<std::vector<double>> ReadNumbers(std::string_view option, std::string_view text,
                                          std::size_t most);

}  // namespace actsearch::cli
