#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <utility>

#include "search_spaces/base/check.h"

namespace actsearch::test {
namespace {

pid_t Spawn(const std::vector<std::string>& command, const std::string& output,
            const std::string& errors) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  ACTSEARCH_CHECK(pid >= 0, "fork failed");
  if (pid > 0) return pid;
  // The child dies with the test program, also when that one crashes.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  const int out = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int err = open(errors.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  execv(argv[0], argv.data());
  std::perror(argv[0]);
  _exit(127);
}

int StatusOf(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

}  // namespace

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "actsearch-XXXXXX").string();
  ACTSEARCH_CHECK(mkdtemp(name.data()) != nullptr, "cannot make a temporary folder");
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Process::Process(std::vector<std::string> command, std::filesystem::path log) {
  ACTSEARCH_CHECK(std::filesystem::exists(command.at(0)), "no such program: " + command.at(0));
  pid_ = Spawn(command, log.string(), log.string());
  pid_fd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  ACTSEARCH_CHECK(pid_fd_ >= 0, "pidfd_open failed");
}

Process::~Process() { Reap(); }

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pid_fd_(std::exchange(other.pid_fd_, -1)) {}

Process& Process::operator=(Process&& other) noexcept {
  Reap();
  pid_ = std::exchange(other.pid_, -1);
  pid_fd_ = std::exchange(other.pid_fd_, -1);
  return *this;
}

void Process::Reap() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  if (pid_fd_ >= 0) close(std::exchange(pid_fd_, -1));
}

void Process::Signal(int signal) const {
  if (pid_ > 0) kill(pid_, signal);
}

std::optional<int> Process::Wait(std::chrono::milliseconds limit) {
  if (pid_ <= 0) return std::nullopt;
  pollfd ended{.fd = pid_fd_, .events = POLLIN, .revents = 0};
  if (poll(&ended, 1, static_cast<int>(limit.count())) <= 0) return std::nullopt;
  int wait_status = 0;
  waitpid(pid_, &wait_status, 0);
  pid_ = -1;
  return StatusOf(wait_status);
}

Ended Run(const std::vector<std::string>& command, std::chrono::milliseconds limit) {
  ACTSEARCH_CHECK(std::filesystem::exists(command.at(0)), "no such program: " + command.at(0));
  const TempDir dir;
  const auto output = dir.Path() / "out";
  const auto errors = dir.Path() / "err";
  const pid_t pid = Spawn(command, output.string(), errors.string());
  const int pid_fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  pollfd ended{.fd = pid_fd, .events = POLLIN, .revents = 0};
  if (poll(&ended, 1, static_cast<int>(limit.count())) <= 0) kill(pid, SIGKILL);
  int wait_status = 0;
  waitpid(pid, &wait_status, 0);
  close(pid_fd);
  return {StatusOf(wait_status), ReadFile(output), ReadFile(errors)};
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace actsearch::test
