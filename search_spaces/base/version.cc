#include "search_spaces/base/version.h"

namespace actsearch {

std::string_view ProgramVersion() { return ACTSEARCH_VERSION; }

}  // namespace actsearch
