#include "evaluators/datasets/formats/archive.h"

#include <memory>

#ifdef ACTSEARCH_HAVE_ARCHIVE
#include <archive.h>
#include <archive_entry.h>
#endif

namespace actsearch::datasets {

#ifdef ACTSEARCH_HAVE_ARCHIVE

namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30;
constexpr std::size_t kChunk = std::size_t{1} << 20;

using Reader = std::unique_ptr<archive, int (*)(archive*)>;

std::unexpected<Error> Damaged(const std::filesystem::path& path, archive* reader) {
  const char* what = archive_error_string(reader);
  return Fail(ErrorCode::kCorrupt, path.string() + ": damaged archive: " +
                                       (what != nullptr ? what : "unknown reason") +
                                       "; copy or download the file again");
}

// `left`: bytes that may still come.
Result<Bytes> ReadMember(const std::filesystem::path& path, archive* reader, std::size_t& left) {
  Bytes bytes;
  while (true) {
    const std::size_t filled = bytes.size();
    bytes.resize(filled + kChunk);
    const la_ssize_t got = archive_read_data(reader, bytes.data() + filled, kChunk);
    if (got < 0) return Damaged(path, reader);
    bytes.resize(filled + static_cast<std::size_t>(got));
    if (got == 0) return bytes;
    if (static_cast<std::size_t>(got) > left) {
      return Fail(ErrorCode::kCorrupt, path.string() + ": more than 1 GiB of members");
    }
    left -= static_cast<std::size_t>(got);
  }
}

}  // namespace

Result<void> ForEachMember(
    const std::filesystem::path& path,
    const std::function<Result<void>(const std::string& name, Bytes)>& take) {
  const Reader reader(archive_read_new(), archive_read_free);
  archive_read_support_filter_all(reader.get());
  archive_read_support_format_tar(reader.get());
  archive_read_support_format_zip(reader.get());
  if (archive_read_open_filename(reader.get(), path.c_str(), kChunk) != ARCHIVE_OK) {
    return Damaged(path, reader.get());
  }
  std::size_t left = kMostBytes;
  archive_entry* entry = nullptr;
  int code = ARCHIVE_OK;
  while ((code = archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK) {
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    const char* name = archive_entry_pathname(entry);
    auto bytes = ReadMember(path, reader.get(), left);
    if (!bytes) return std::unexpected(bytes.error());
    if (auto ok = take(name != nullptr ? name : "", *std::move(bytes)); !ok) return ok;
  }
  if (code != ARCHIVE_EOF) return Damaged(path, reader.get());
  return {};
}

#else

Result<void> ForEachMember(
    const std::filesystem::path& path,
    const std::function<Result<void>(const std::string& name, Bytes)>&) {
  return Fail(ErrorCode::kInvalid, path.string() +
                                       ": this build cannot read archives (no libarchive); "
                                       "unpack it into a folder");
}

#endif

}  // namespace actsearch::datasets
