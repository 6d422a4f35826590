#include "cli/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <string_view>
#include <system_error>

extern char** environ;

namespace actsearch::cli {
namespace {

// File actions and attributes of a child.
class ChildSetup {
 public:
  explicit ChildSetup(const ChildFiles& files) {
    constexpr int kAppend = O_WRONLY | O_CREAT | O_APPEND;
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, 0, files.in.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files_, 1, files.out.c_str(), kAppend, 0600);
    if (files.err.empty()) {
      posix_spawn_file_actions_adddup2(&files_, 1, 2);
    } else {
      posix_spawn_file_actions_addopen(&files_, 2, files.err.c_str(), kAppend, 0600);
    }
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  }
  ~ChildSetup() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  ChildSetup(const ChildSetup&) = delete;
  ChildSetup& operator=(const ChildSetup&) = delete;

  // 0 or an errno.
  int Spawn(const std::vector<std::string>& command, const std::vector<std::string>& environment,
            pid_t* pid) const {
    const std::vector<char*> argv = Pointers(command);
    return posix_spawn(pid, argv[0], &files_, &attributes_, argv.data(),
                       Pointers(environment).data());
  }

 private:
  // As C takes lists of texts; they live as long as `texts`.
  static std::vector<char*> Pointers(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
  }

  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

}  // namespace

int SpawnChild(const std::vector<std::string>& command,
               const std::vector<std::string>& environment, const ChildFiles& files, pid_t* pid) {
  return ChildSetup(files).Spawn(command, environment, pid);
}

std::vector<std::string> OneThreadEnvironment() {
  constexpr std::string_view kSettings[] = {"OMP_NUM_THREADS=", "OPENBLAS_NUM_THREADS=",
                                            "MKL_NUM_THREADS=", "MALLOC_ARENA_MAX="};
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto sets = [&](std::string_view setting) { return text.starts_with(setting); };
    if (std::ranges::none_of(kSettings, sets)) environment.emplace_back(text);
  }
  for (const std::string_view setting : kSettings)
    environment.push_back(std::string(setting) + "1");
  return environment;
}

std::filesystem::path ProgramBeside(const std::string& name) {
  std::error_code failed;
  return std::filesystem::read_symlink("/proc/self/exe", failed).parent_path() / name;
}

std::string DeathText(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    return "was killed by signal " + std::to_string(signal) + " (" + strsignal(signal) + ")" +
           (signal == SIGKILL ? ", perhaps for lack of memory" : "");
  }
  const int code = WEXITSTATUS(wait_status);
  return "ended with status " + std::to_string(code) +
         (code == 127 ? ", a shared library may be missing" : "");
}

std::string Tail(const std::filesystem::path& file, int lines) {
  constexpr std::streamoff kBytes = 4096;
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) return "";
  const std::streamoff size = in.tellg();
  in.seekg(std::max<std::streamoff>(0, size - kBytes));
  std::string text(static_cast<std::size_t>(std::min(size, kBytes)), '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::size_t begin = text.size();
  for (int i = 0; i < lines && begin != std::string::npos && begin > 0; ++i) {
    begin = text.rfind('\n', begin - 1);
  }
  return begin == std::string::npos ? text : text.substr(begin == 0 ? 0 : begin + 1);
}

}  // namespace actsearch::cli
