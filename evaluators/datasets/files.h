// Finds and reads the files of a data set, plain or gzip. Used by the loaders only.
// The one place that meets zlib. Pure apart from reading; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluators/catalogue/datasets.h"
#include "search_spaces/base/error.h"

namespace actsearch::datasets {

using Bytes = std::vector<std::uint8_t>;

// kInvalid for an empty `dir` of this data set, kNotFound for one that is not there.
Result<std::filesystem::path> FolderOrFile(std::string_view dataset, const std::string& dir);

// The one folder, of `dir` and the row's folders in it, that has a file of one of these names,
// plain or with ".gz": pieces from several places never mix. kNotFound lists what was looked
// for; kInvalid when several folders have one.
Result<std::filesystem::path> FolderWith(const catalogue::DatasetInfo& row, const std::string& dir,
                                         std::span<const std::string_view> names);

// `dir` if it is a file; else the one folder, of `dir` and the row's folders in it, of which
// `holds` is true, or `dir` itself where none is. kInvalid when several are.
Result<std::filesystem::path> FileOrFolderWith(
    const catalogue::DatasetInfo& row, const std::string& dir,
    const std::function<bool(const std::filesystem::path& folder)>& holds);

// The first of `names`, plain or with ".gz", that is in the folder. kNotFound lists them.
Result<std::filesystem::path> FindFile(const std::filesystem::path& folder,
                                       std::span<const std::string_view> names);

// The same names as what these functions take.
std::vector<std::string_view> Views(const std::vector<std::string>& names);

struct File {
  std::filesystem::path path;
  Bytes bytes;
};

// As FindFile, and read; kInvalid where another of the names has other contents.
Result<File> ReadOneOf(const std::filesystem::path& folder,
                       std::span<const std::string_view> names);

// Files of the folder itself whose names end so, in either case: one ending after the other, each
// in the order of their bytes.
std::vector<std::filesystem::path> FilesEnding(const std::filesystem::path& folder,
                                               std::span<const std::string_view> endings);

// What kind of file a folder should have one of, for messages.
struct OnlyFileKind {
  std::span<const std::string_view> endings;
  std::string_view what;      // table
  std::string_view patterns;  // *.csv, *.tsv
  std::string_view pieces;    // train.csv and test.csv: how several would be named
};

// The one file of the folder with one of the endings; kNotFound when there is none, kInvalid when
// there are several.
Result<std::filesystem::path> OnlyFile(const std::filesystem::path& folder,
                                       const OnlyFileKind& kind);

// The whole file, decompressed when it is gzip. kCorrupt for damaged gzip, gzip in gzip, or more
// than 1 GiB; kUnavailable when reading fails.
Result<Bytes> ReadFile(const std::filesystem::path& path);

// kCorrupt for what a server sent in the place of data.
Result<void> CheckNoWebPage(const std::filesystem::path& path, const Bytes& bytes);

// "FILE: byte OFFSET: FOUND, expected EXPECTED; copy or download the file again"
std::unexpected<Error> Corrupt(const std::filesystem::path& path, std::size_t offset,
                               const std::string& found, const std::string& expected);

}  // namespace actsearch::datasets
