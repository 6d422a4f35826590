#include "evaluators/datasets/files.h"

#include <algorithm>
#include <cctype>
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

bool IsGzip(const Bytes& bytes) {
  return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

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
Result<Bytes> ReadWhole(const fs::path& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose_r);
  if (!file) return Unreadable(path, errno);
  Bytes bytes;
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

Result<Bytes> ReadWhole(const fs::path& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  if (!file) return Unreadable(path, errno);
  Bytes bytes;
  std::size_t got = kChunk;
  while (got == kChunk) {
    const std::size_t filled = bytes.size();
    if (filled > kLargestFile) return TooLarge(path);
    bytes.resize(filled + kChunk);
    got = std::fread(bytes.data() + filled, 1, kChunk, file.get());
    bytes.resize(filled + got);
  }
  if (std::ferror(file.get()) != 0) return Unreadable(path, errno);
  if (IsGzip(bytes)) {
    return Fail(ErrorCode::kInvalid, path.string() +
                                         ": is gzip, which this build cannot read (no zlib); "
                                         "decompress it with gunzip");
  }
  return bytes;
}

#endif

std::vector<std::string> WithGzip(std::span<const std::string_view> names) {
  std::vector<std::string> all;
  for (const std::string_view name : names) {
    all.emplace_back(name);
    all.push_back(std::string(name) + ".gz");
  }
  return all;
}

std::vector<fs::path> PresentIn(const fs::path& folder, std::span<const std::string_view> names) {
  std::vector<fs::path> present;
  std::error_code ignored;
  for (const std::string& name : WithGzip(names)) {
    if (fs::exists(folder / name, ignored)) present.push_back(folder / name);
  }
  return present;
}

std::unexpected<Error> NoFile(const std::string& places, std::span<const std::string_view> names) {
  return Fail(ErrorCode::kNotFound, places + ": no file named " + Join(WithGzip(names)) +
                                        "; download it there, or name another folder with "
                                        "--data DIR or task.data_dir");
}

std::unexpected<Error> SeveralFolders(const std::vector<std::string>& folders,
                                      const catalogue::DatasetInfo& row) {
  return Fail(ErrorCode::kInvalid, Join(folders) + ": each has files of " + std::string(row.name) +
                                       ", and they may differ; name one of the folders with "
                                       "--data DIR or task.data_dir");
}

}  // namespace

Result<fs::path> FolderOrFile(std::string_view dataset, const std::string& dir) {
  if (dir.empty()) {
    return Fail(ErrorCode::kInvalid, std::string(dataset) +
                                         ": no folder given for its files; name it with --data DIR "
                                         "or task.data_dir, or choose the generated glyphs");
  }
  std::error_code ignored;
  if (fs::exists(dir, ignored)) return fs::path(dir);
  return Fail(ErrorCode::kNotFound, dir + ": no such folder; " + std::string(dataset) +
                                        " needs one with its files (--data DIR or "
                                        "task.data_dir)");
}

Result<fs::path> FolderWith(const catalogue::DatasetInfo& row, const std::string& dir,
                            std::span<const std::string_view> names) {
  const auto top = FolderOrFile(row.name, dir);
  if (!top) return std::unexpected(top.error());
  std::error_code ignored;
  if (!fs::is_directory(*top, ignored)) {
    return Fail(ErrorCode::kInvalid, dir + ": is a file; " + std::string(row.name) +
                                         " needs the folder with its files");
  }
  std::vector<std::string> places, having;
  for (const std::string_view sub_folder : row.folders) {
    const fs::path folder = sub_folder.empty() ? *top : *top / sub_folder;
    if (!fs::is_directory(folder, ignored)) continue;
    places.push_back(folder.string());
    if (!PresentIn(folder, names).empty()) having.push_back(folder.string());
  }
  if (having.size() == 1) return fs::path(having.front());
  if (having.empty()) return NoFile(Join(places), names);
  return SeveralFolders(having, row);
}

Result<fs::path> FileOrFolderWith(const catalogue::DatasetInfo& row, const std::string& dir,
                                  const std::function<bool(const fs::path& folder)>& holds) {
  const auto top = FolderOrFile(row.name, dir);
  if (!top) return top;
  std::error_code ignored;
  if (!fs::is_directory(*top, ignored)) return top;
  std::vector<std::string> having;
  for (const std::string_view sub_folder : row.folders) {
    const fs::path folder = sub_folder.empty() ? *top : *top / sub_folder;
    if (fs::is_directory(folder, ignored) && holds(folder)) having.push_back(folder.string());
  }
  if (having.empty()) return top;
  if (having.size() == 1) return fs::path(having.front());
  return SeveralFolders(having, row);
}

Result<fs::path> FindFile(const fs::path& folder, std::span<const std::string_view> names) {
  const std::vector<fs::path> present = PresentIn(folder, names);
  if (present.empty()) return NoFile(folder.string(), names);
  return present.front();
}

std::vector<std::string_view> Views(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

Result<File> ReadOneOf(const fs::path& folder, std::span<const std::string_view> names) {
  const std::vector<fs::path> present = PresentIn(folder, names);
  if (present.empty()) return NoFile(folder.string(), names);
  File file{.path = present.front(), .bytes = {}};
  for (const fs::path& path : present) {
    auto bytes = ReadFile(path);
    if (!bytes) return std::unexpected(bytes.error());
    if (path == file.path) {
      file.bytes = *std::move(bytes);
    } else if (*bytes != file.bytes) {
      return Fail(ErrorCode::kInvalid, file.path.string() + " and " + path.filename().string() +
                                           ": two files for one piece that differ; keep one");
    }
  }
  return file;
}

std::vector<fs::path> FilesEnding(const fs::path& folder,
                                  std::span<const std::string_view> endings) {
  std::vector<fs::path> files;
  for (const std::string_view ending : endings) {
    const auto first = static_cast<std::ptrdiff_t>(files.size());
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      std::string name = entry.path().filename().string();
      std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
      if (name.ends_with(ending) && !entry.is_directory(ignored)) files.push_back(entry.path());
    }
    std::sort(files.begin() + first, files.end());
  }
  return files;
}

Result<fs::path> OnlyFile(const fs::path& folder, const OnlyFileKind& kind) {
  const std::vector<fs::path> files = FilesEnding(folder, kind.endings);
  if (files.size() == 1) return files.front();
  const std::string what(kind.what);
  if (files.empty()) {
    return Fail(ErrorCode::kNotFound, folder.string() + ": no " + what + " in it (" +
                                          std::string(kind.patterns) +
                                          "); name the file itself with --data FILE or "
                                          "task.data_dir");
  }
  return Fail(ErrorCode::kInvalid, folder.string() + ": several " + what + "s, " +
                                       files[0].filename().string() + " and " +
                                       files[1].filename().string() +
                                       "; name one with --data FILE or task.data_dir, or call "
                                       "them " + std::string(kind.pieces));
}

Result<Bytes> ReadFile(const fs::path& path) {
  std::error_code ignored;
  // A pipe or a device would be waited for without end.
  if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) {
    return Fail(ErrorCode::kInvalid, path.string() + ": is no regular file");
  }
  auto bytes = ReadWhole(path);
  if (bytes && path.extension() == ".gz" && IsGzip(*bytes)) {
    return Fail(ErrorCode::kCorrupt,
                path.string() + ": gzip inside gzip; unpack it once more (gunzip)");
  }
  return bytes;
}

Result<void> CheckNoWebPage(const fs::path& path, const Bytes& bytes) {
  std::string start(
      bytes.begin(),
      bytes.begin() + std::min<std::ptrdiff_t>(512, static_cast<std::ptrdiff_t>(bytes.size())));
  std::ranges::transform(start, start.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto first = start.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  const std::string_view text = std::string_view(start).substr(first);
  if (!text.starts_with("<!doctype html") && !text.starts_with("<html")) return {};
  return Fail(ErrorCode::kCorrupt, path.string() +
                                       ": is a web page and not the data; the server refused, or "
                                       "the address was that of a page: download it again");
}

std::unexpected<Error> Corrupt(const fs::path& path, std::size_t offset, const std::string& found,
                               const std::string& expected) {
  return Fail(ErrorCode::kCorrupt, path.string() + ": byte " + std::to_string(offset) + ": " +
                                       found + ", expected " + expected +
                                       "; copy or download the file again");
}

}  // namespace actsearch::datasets
