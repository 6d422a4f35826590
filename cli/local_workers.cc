#include "cli/local_workers.h"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

#include "cli/child_process.h"

namespace actsearch::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kSoon{10};  // a death within this time after the start counts
constexpr seconds kGrace{5};  // for the trial that runs when a worker is asked to stop
constexpr milliseconds kPoll{20};
constexpr int kTailLines = 8;

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
  if (!options.checkpoints.empty()) {
    command.insert(command.end(), {"--checkpoints", options.checkpoints});
  }
  return command;
}

}  // namespace

LocalWorkers::LocalWorkers(LocalWorkerOptions options, Say say)
    : options_(std::move(options)), say_(std::move(say)) {}

LocalWorkers::~LocalWorkers() {
  Stop(milliseconds(0));
}

Expected<void> LocalWorkers::Start(TimePoint now) {
  std::error_code ignored;
  if (!std::filesystem::exists(options_.program, ignored)) {
    return Fail(kFailed, "no worker program at " + options_.program.string() +
                             "; build the target actsearch-worker, it belongs beside actsearch");
  }
  auto folder = TemporaryFolder::Make("actsearch-workers");
  if (!folder) return std::unexpected(folder.error());
  folder_ = *std::move(folder);
  for (int i = 1; i <= options_.count; ++i) {
    const std::string name = "local-" + std::to_string(i);
    workers_.push_back(
        {.name = name, .log = folder_.Path() / (name + ".log"), .started = now, .start_at = now});
    if (auto spawned = Spawn(workers_.back(), now); !spawned) return spawned;
  }
  return {};
}

Expected<void> LocalWorkers::Spawn(Worker& worker, TimePoint now) {
  const std::string name = worker.name + "-" + std::to_string(++worker.starts);
  pid_t pid = -1;
  if (const int code = SpawnChild(CommandOf(options_, name), OneThreadEnvironment(),
                                  {.out = worker.log.string()}, &pid);
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

}  // namespace actsearch::cli
