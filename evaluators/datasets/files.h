// Finds and reads the files of a data set, plain or gzip. Used by the loaders only.
// The one place that meets zlib. Pure apart from reading; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search_spaces/base/error.h"

namespace actsearch::datasets {

// The folder and those sub-folders of it that exist: where files are looked for, in order.
// kInvalid for an empty `dir`, kNotFound for one that is not a folder.
Result<std::vector<std::filesystem::path>> Folders(std::string_view dataset, const std::string& dir,
                                                   std::span<const std::string_view> sub_folders);

// The first of `names`, each plain or with ".gz", in the first folder that has one.
// kNotFound lists what was looked for.
Result<std::filesystem::path> FindFile(const std::vector<std::filesystem::path>& folders,
                                       std::span<const std::string_view> names);

// The whole file, decompressed when it is gzip. kCorrupt for damaged gzip or more
// than 1 GiB, kUnavailable when reading fails.
Result<std::vector<std::uint8_t>> ReadFile(const std::filesystem::path& path);

// "FILE: byte OFFSET: FOUND, expected EXPECTED; copy or download the file again"
std::unexpected<Error> Corrupt(const std::filesystem::path& path, std::size_t offset,
                               const std::string& found, const std::string& expected);

}  // namespace actsearch::datasets
