// The version that this build is of. Constant; any thread.
#pragma once

#include <string_view>

namespace actsearch {

std::string_view ProgramVersion();  // as CMake's project() says: 0.2.0

}  // namespace actsearch
