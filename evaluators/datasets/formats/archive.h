// Members of zip and tar files (plain or compressed), by libarchive: the one place that meets it.
// Pure apart from reading; any thread.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "evaluators/datasets/files.h"
#include "search_spaces/base/error.h"

namespace actsearch::datasets {

// Calls `take` for each regular member in the file's order, until it fails. kCorrupt for a
// damaged archive or more than 1 GiB of members; kInvalid where this build has no libarchive.
Result<void> ForEachMember(const std::filesystem::path& path,
                           const std::function<Result<void>(const std::string& name, Bytes)>& take);

}  // namespace actsearch::datasets
