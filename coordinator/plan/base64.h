// Bytes as text for JSON (RFC 4648, with padding). Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "search_spaces/base/error.h"

namespace actsearch::plan {

std::string ToBase64(std::string_view bytes);
Result<std::string> FromBase64(std::string_view text);  // kInvalid

}  // namespace actsearch::plan
