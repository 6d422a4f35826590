// Which data set lies in a folder that a person names. Looks at file names only.
#pragma once

#include <filesystem>
#include <string>

#include "search_spaces/base/error.h"

namespace actsearch::cli {

// The name of a row of evaluators/datasets. kNotFound says what was looked for.
Result<std::string> DatasetIn(const std::filesystem::path& folder);

}  // namespace actsearch::cli
