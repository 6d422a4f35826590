#include "cli/local_workers.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>

extern char** environ;

namespace actsearch::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kSoon{10};  // a death within this time after the start counts
constexpr seconds kGrace{5};  // for the trial that runs when a worker is asked to stop
constexpr milliseconds kPoll{20};
constexpr int kTailLines = 8;

// File actions and attributes of a child: no input, output to a log, a process
// group of its own (Ctrl-C is for us to pass on), no signal blocked.
class ChildSetup {
 public:
  explicit ChildSetup(const std::string& log) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files_, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&files_, 1, 2);
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

std::vector<std::string> CommandOf(const LocalWorkerOptions& options, const std::string& name) {
  std::vector<std::string> command = {options.program.string(),
                                      "--coordinator",
                                      options.coordinator,
                                      "--name",
                                      name,
                                      "--device",
                                      options.device,
                                      "--grace",
                                      std::to_string(kGrace.count()),
                                      "--die-with-parent"};
  if (!options.data_dir.empty()) command.insert(command.end(), {"--data", options.data_dir});
  return command;
}

// Ours, with one thread for each library that has threads of its own, and one arena: a worker
// allocates from one thread.
std::vector<std::string> WorkerEnvironment() {
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

}  // namespace

LocalWorkers::LocalWorkers(LocalWorkerOptions options, Say say)
    : options_(std::move(options)), say_(std::move(say)) {}

LocalWorkers::~LocalWorkers() {
  Stop(milliseconds(0));
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

Expected<void> LocalWorkers::Start(TimePoint now) {
  std::error_code ignored;
  if (!std::filesystem::exists(options_.program, ignored)) {
    return Fail(kFailed, "no worker program at " + options_.program.string() +
                             "; build the target actsearch-worker, it belongs beside actsearch");
  }
  std::string folder =
      (std::filesystem::temp_directory_path(ignored) / "actsearch-workers-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    return Fail(kFailed, "cannot make a folder for the workers' logs at " + folder + ": " +
                             std::strerror(errno) + "; set TMPDIR to one that can be written");
  }
  folder_ = folder;
  for (int i = 1; i <= options_.count; ++i) {
    const std::string name = "local-" + std::to_string(i);
    workers_.push_back(
        {.name = name, .log = folder_ / (name + ".log"), .started = now, .start_at = now});
    if (auto spawned = Spawn(workers_.back(), now); !spawned) return spawned;
  }
  return {};
}

Expected<void> LocalWorkers::Spawn(Worker& worker, TimePoint now) {
  const ChildSetup setup(worker.log.string());
  const std::string name = worker.name + "-" + std::to_string(++worker.starts);
  pid_t pid = -1;
  if (const int code = setup.Spawn(CommandOf(options_, name), WorkerEnvironment(), &pid);
      code != 0) {
    return Fail(kFailed, "cannot start " + options_.program.string() + ": " + std::strerror(code));
  }
  worker.pid = pid;
  worker.started = now;
  return {};
}

bool LocalWorkers::Reap(Worker& worker, int* status) {
  if (worker.pid < 0 || waitpid(worker.pid, status, WNOHANG) == 0) return false;
  worker.pid = -1;
  return true;
}

void LocalWorkers::NoteDeath(Worker& worker, int status, TimePoint now) {
  if (now - worker.started > kSoon) worker.failures = worker.kills = 0;
  const bool killed = WIFSIGNALED(status);
  const int count = killed ? ++worker.kills : ++worker.failures;
  worker.given_up = count >= (killed ? options_.max_kills : options_.max_failures);
  // At once the first time, then after 0.5, 1, 2, ... seconds, at most 10.
  const int doublings = std::clamp(count - 2, 0, 5);
  worker.start_at =
      count == 1 ? now : now + std::min(milliseconds(500) * (1 << doublings), milliseconds(10'000));
  last_words_ = Tail(worker.log, kTailLines);
  say_("worker " + worker.name + " " + DeathText(status) +
       (worker.given_up ? "; it is not started again"
                        : "; what it was training is tried again, the worker is restarted") +
       (last_words_.empty() || killed ? "" : "\n" + last_words_));
}

Expected<void> LocalWorkers::Supervise(TimePoint now) {
  bool any_left = false;
  for (Worker& worker : workers_) {
    int status = 0;
    if (Reap(worker, &status)) NoteDeath(worker, status, now);
    any_left = any_left || !worker.given_up;
    if (worker.pid >= 0 || worker.given_up || now < worker.start_at) continue;
    if (auto spawned = Spawn(worker, now); !spawned) return spawned;
  }
  if (any_left || workers_.empty()) return {};
  return Fail(kFailed, "no worker stays alive. The last one wrote:\n" + last_words_);
}

void LocalWorkers::Stop(milliseconds limit) {
  for (const Worker& worker : workers_) {
    if (worker.pid > 0) kill(worker.pid, SIGTERM);
  }
  const auto deadline = steady_clock::now() + limit;
  int status = 0;
  const auto reap_all = [&] {
    bool all = true;
    for (Worker& worker : workers_) all = (worker.pid < 0 || Reap(worker, &status)) && all;
    return all;
  };
  while (!reap_all()) {
    if (steady_clock::now() >= deadline) {
      for (Worker& worker : workers_) {
        if (worker.pid < 0) continue;
        kill(worker.pid, SIGKILL);
        waitpid(worker.pid, &status, 0);
        worker.pid = -1;
      }
      return;
    }
    std::this_thread::sleep_for(kPoll);
  }
}

std::vector<pid_t> LocalWorkers::Running() const {
  std::vector<pid_t> pids;
  for (const Worker& worker : workers_) {
    if (worker.pid > 0) pids.push_back(worker.pid);
  }
  return pids;
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
