// A folder of this process's own, removed with everything in it. One thread at a time.
#pragma once

#include <filesystem>
#include <string>

#include "cli/failure.h"

namespace actsearch::cli {

class TemporaryFolder {
 public:
  // `name` begins its name. A Failure says which folder could not be made and why.
  static Expected<TemporaryFolder> Make(const std::string& name);

  TemporaryFolder() = default;  // none
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  ~TemporaryFolder();

  const std::filesystem::path& Path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace actsearch::cli
