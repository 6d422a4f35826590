#include "evaluators/datasets/shared_bytes.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace actsearch::datasets {
namespace {

namespace fs = std::filesystem;

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int Get() const { return descriptor_; }
  bool IsOpen() const { return descriptor_ >= 0; }
  int Release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

// A folder that is ours alone: others must not be able to put bytes into it.
bool MakeFolder(const std::string& folder) {
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return false;
  struct stat status {};
  return lstat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         status.st_uid == geteuid() && (status.st_mode & 077) == 0;
}

// Whoever uses a file holds a shared lock on it, which ends with the process however that
// ends: a file that can be locked alone is left over.
void RemoveLeftOvers(const std::string& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const File file(open(entry.path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (file.IsOpen() && flock(file.Get(), LOCK_EX | LOCK_NB) == 0) unlink(entry.path().c_str());
  }
}

bool WriteAll(int descriptor, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        write(descriptor, bytes.data(), std::min<std::size_t>(bytes.size(), 1 << 30));
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

// The file under its final name, locked; another process may have been first.
bool Publish(const std::string& folder, const std::string& path,
             std::span<const std::uint8_t> bytes) {
  const std::string draft = folder + "/draft-" + std::to_string(getpid());
  const File file(open(draft.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0400));
  if (!file.IsOpen() || flock(file.Get(), LOCK_SH) != 0) return false;
  // Room is asked for first: writing beyond it would end the process later, at a page fault.
  const bool written = posix_fallocate(file.Get(), 0, static_cast<off_t>(bytes.size())) == 0 &&
                       WriteAll(file.Get(), bytes) && link(draft.c_str(), path.c_str()) == 0;
  unlink(draft.c_str());
  return written || errno == EEXIST;
}

}  // namespace

class SharedBytes::Mapping {
 public:
  // Nothing when the file is not there or holds other bytes.
  static std::shared_ptr<const Mapping> Open(const std::string& path,
                                             std::span<const std::uint8_t> expected) {
    File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat status {};
    if (!file.IsOpen() || flock(file.Get(), LOCK_SH | LOCK_NB) != 0) return nullptr;
    if (fstat(file.Get(), &status) != 0 || status.st_nlink == 0 || status.st_uid != geteuid() ||
        static_cast<std::size_t>(status.st_size) != expected.size()) {
      return nullptr;
    }
    void* memory = mmap(nullptr, expected.size(), PROT_READ, MAP_SHARED, file.Get(), 0);
    if (memory == MAP_FAILED) return nullptr;
    auto mapping = std::shared_ptr<const Mapping>(new Mapping(
        path, file.Release(), static_cast<const std::uint8_t*>(memory), expected.size()));
    return std::ranges::equal(mapping->Bytes(), expected) ? mapping : nullptr;
  }

  ~Mapping() {
    munmap(const_cast<std::uint8_t*>(memory_), size_);
    if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0) unlink(path_.c_str());
    close(descriptor_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::span<const std::uint8_t> Bytes() const { return {memory_, size_}; }

 private:
  Mapping(std::string path, int descriptor, const std::uint8_t* memory, std::size_t size)
      : path_(std::move(path)), descriptor_(descriptor), memory_(memory), size_(size) {}

  std::string path_;
  int descriptor_;
  const std::uint8_t* memory_;
  std::size_t size_;
};

SharedBytes::SharedBytes(std::vector<std::uint8_t> bytes)
    : own_(std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes))), bytes_(*own_) {}

SharedBytes SharedBytes::Share(const std::string& digest, std::vector<std::uint8_t> bytes) {
  return ShareIn("/dev/shm/actsearch-" + std::to_string(geteuid()), digest, std::move(bytes));
}

SharedBytes SharedBytes::ShareIn(const std::string& folder, const std::string& digest,
                                 std::vector<std::uint8_t> bytes) {
  SharedBytes own(std::move(bytes));
  if (own.bytes_.empty() || !MakeFolder(folder)) return own;
  const std::string path = folder + "/" + digest;
  RemoveLeftOvers(folder);
  SharedBytes shared;
  shared.mapping_ = Mapping::Open(path, own.bytes_);
  if (!shared.mapping_ && Publish(folder, path, own.bytes_)) {
    shared.mapping_ = Mapping::Open(path, own.bytes_);
  }
  if (!shared.mapping_) return own;
  shared.bytes_ = shared.mapping_->Bytes();
  return shared;
}

}  // namespace actsearch::datasets
