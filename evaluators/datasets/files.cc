#include "evaluators/datasets/files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>

#ifdef ACTSEARCH_HAVE_ZLIB
#include <zlib.h>
#endif

namespace actsearch::datasets {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = std::size_t{1} << 30;
constexpr std::size_t kChunk = std::size_t{1} << 20;

std::string Join(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

std::unexpected<Error> TooLarge(const fs::path& path) {
  return Fail(ErrorCode::kCorrupt,
              path.string() + ": more than 1 GiB of data; no file of a data set is that large");
}

std::unexpected<Error> Unreadable(const fs::path& path, int error) {
  return Fail(ErrorCode::kUnavailable,
              path.string() + ": cannot be read: " + std::generic_category().message(error));
}

#ifdef ACTSEARCH_HAVE_ZLIB

// gzread passes plain files through, so one loop serves both.
Result<std::vector<std::uint8_t>> ReadWhole(const fs::path& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose_r);
  if (!file) return Unreadable(path, errno);
  std::vector<std::uint8_t> bytes;
  while (true) {
    const std::size_t filled = bytes.size();
    if (filled > kLargestFile) return TooLarge(path);
    bytes.resize(filled + kChunk);
    const int got = gzread(file.get(), bytes.data() + filled, kChunk);
    bytes.resize(filled + std::max(got, 0));
    int code = Z_OK;
    const std::string what = gzerror(file.get(), &code);
    if (code == Z_ERRNO) return Unreadable(path, errno);
    // A stream that stops early is Z_BUF_ERROR, after the bytes that could be had.
    if (got < 0 || code == Z_BUF_ERROR) {
      return Corrupt(path, bytes.size(), "damaged or truncated gzip data (" + what + ")",
                     "a complete gzip file (offset of the decompressed data)");
    }
    if (got == 0) return bytes;
  }
}

#else

Result<std::vector<std::uint8_t>> ReadWhole(const fs::path& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  if (!file) return Unreadable(path, errno);
  std::vector<std::uint8_t> bytes;
  std::size_t got = kChunk;
  while (got == kChunk) {
    const std::size_t filled = bytes.size();
    if (filled > kLargestFile) return TooLarge(path);
    bytes.resize(filled + kChunk);
    got = std::fread(bytes.data() + filled, 1, kChunk, file.get());
    bytes.resize(filled + got);
  }
  if (std::ferror(file.get()) != 0) return Unreadable(path, errno);
  if (bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b) {
    return Fail(ErrorCode::kInvalid, path.string() +
                                         ": is gzip, which this build cannot read (no zlib); "
                                         "decompress it with gunzip");
  }
  return bytes;
}

#endif

}  // namespace

Result<std::vector<fs::path>> Folders(std::string_view dataset, const std::string& dir,
                                      std::span<const std::string_view> sub_folders) {
  if (dir.empty()) {
    return Fail(ErrorCode::kInvalid, std::string(dataset) +
                                         ": no folder given for its files; name it with --data DIR "
                                         "or task.data_dir, or choose the generated glyphs");
  }
  std::error_code ignored;
  if (!fs::is_directory(dir, ignored)) {
    return Fail(ErrorCode::kNotFound, dir + ": no such folder; " + std::string(dataset) +
                                          " needs one with its files (--data DIR or "
                                          "task.data_dir)");
  }
  std::vector<fs::path> folders = {dir};
  for (const std::string_view sub_folder : sub_folders) {
    const fs::path folder = fs::path(dir) / sub_folder;
    if (fs::is_directory(folder, ignored)) folders.push_back(folder);
  }
  return folders;
}

Result<fs::path> FindFile(const std::vector<fs::path>& folders,
                          std::span<const std::string_view> names) {
  std::vector<std::string> wanted;
  std::error_code ignored;
  for (const std::string_view name : names) {
    wanted.emplace_back(name);
    wanted.push_back(std::string(name) + ".gz");
  }
  std::vector<std::string> places;
  for (const fs::path& folder : folders) {
    places.push_back(folder.string());
    for (const std::string& name : wanted) {
      if (fs::is_regular_file(folder / name, ignored)) return folder / name;
    }
  }
  return Fail(ErrorCode::kNotFound, Join(places) + ": no file named " + Join(wanted) +
                                        "; download it there, or name another folder with "
                                        "--data DIR or task.data_dir");
}

Result<std::vector<std::uint8_t>> ReadFile(const fs::path& path) {
  std::error_code ignored;
  // A pipe or a device would be waited for without end.
  if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) {
    return Fail(ErrorCode::kInvalid, path.string() + ": is no regular file");
  }
  return ReadWhole(path);
}

std::unexpected<Error> Corrupt(const fs::path& path, std::size_t offset, const std::string& found,
                               const std::string& expected) {
  return Fail(ErrorCode::kCorrupt, path.string() + ": byte " + std::to_string(offset) + ": " +
                                       found + ", expected " + expected +
                                       "; copy or download the file again");
}

}  // namespace actsearch::datasets
