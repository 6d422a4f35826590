// A child process for integration tests: started with its output in files, ended
// by its own id, never outliving the test. Not thread-safe.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace actsearch::test {

// A fresh folder under the system's temporary one, removed with all content.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& Path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class Process {
 public:
  // Standard output and error are appended to `log`. Aborts the test program when
  // the executable is missing.
  Process(std::vector<std::string> command, std::filesystem::path log);
  ~Process();  // SIGKILL, when it still runs
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;

  void Signal(int signal) const;
  // The exit status (128 + signal for a killed one), once it ends within `limit`.
  std::optional<int> Wait(std::chrono::milliseconds limit);
  pid_t Id() const { return pid_; }

 private:
  void Reap();

  pid_t pid_ = -1;
  int pid_fd_ = -1;
};

struct Ended {
  int status = 0;
  std::string output;  // standard output only
  std::string errors;
};

// Runs a command to its end, or kills it after `limit` (status 128 + SIGKILL).
Ended Run(const std::vector<std::string>& command, std::chrono::milliseconds limit);

std::string ReadFile(const std::filesystem::path& path);

}  // namespace actsearch::test
