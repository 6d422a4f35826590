#include "cli/temporary_folder.h"

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace actsearch::cli {

Expected<TemporaryFolder> TemporaryFolder::Make(const std::string& name) {
  std::error_code ignored;
  std::string path = (std::filesystem::temp_directory_path(ignored) / (name + "-XXXXXX")).string();
  if (mkdtemp(path.data()) == nullptr) {
    return Fail(kFailed, "cannot make a temporary folder at " + path + ": " +
                             std::strerror(errno) + "; set TMPDIR to one that can be written");
  }
  TemporaryFolder folder;
  folder.path_ = path;
  return folder;
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace actsearch::cli
