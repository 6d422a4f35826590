// The text of examples/quickstart.yaml, built into the program.
#pragma once

#include <string_view>

namespace actsearch::cli {

extern const std::string_view kDefaultJob;

}  // namespace actsearch::cli
