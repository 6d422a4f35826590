// Worker processes of `actsearch search`: started next to this program, watched,
// started anew when they die, drained at the end. They die with this process. Each computes on
// one thread, as every worker does.
// The thread that calls Start must live as long as they do; one thread at a time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "cli/failure.h"
#include "cli/temporary_folder.h"

namespace actsearch::cli {

using TimePoint = std::chrono::steady_clock::time_point;

struct LocalWorkerOptions {
  std::filesystem::path program;  // actsearch-worker
  std::string coordinator;        // HOST:PORT
  int count = 1;
  std::string device = "cpu";
  std::string data_dir;  // empty: none
  std::string checkpoints;  // folder for trainings that last; empty: none
  int max_failures = 3;  // in a row, each soon after its start, until one is given up
  int max_kills = 20;    // the same for ends by a signal
};

class LocalWorkers {
 public:
  // Says what happens to workers, a line at a time.
  using Say = std::function<void(const std::string&)>;

  LocalWorkers(LocalWorkerOptions options, Say say);
  ~LocalWorkers();  // kills and forgets those that still run
  LocalWorkers(const LocalWorkers&) = delete;
  LocalWorkers& operator=(const LocalWorkers&) = delete;

  Expected<void> Start(TimePoint now);

  // Starts dead ones anew, later each time. A Failure, with what the last one
  // wrote, once all are given up.
  Expected<void> Supervise(TimePoint now);

  // SIGTERM, and SIGKILL for those that are not gone within `limit`.
  void Stop(std::chrono::milliseconds limit);

  std::vector<pid_t> Running() const;

 private:
  struct Worker {
    std::string name;
    std::filesystem::path log;
    int starts = 0;  // each process has a name of its own: NAME-1, NAME-2, ...
    pid_t pid = -1;  // -1: not running
    TimePoint started;
    TimePoint start_at;  // when not running
    int failures = 0;
    int kills = 0;
    bool given_up = false;
  };

  Expected<void> Spawn(Worker& worker, TimePoint now);
  bool Reap(Worker& worker, int* status);
  void NoteDeath(Worker& worker, int status, TimePoint now);

  LocalWorkerOptions options_;
  Say say_;
  TemporaryFolder folder_;  // of the logs
  std::vector<Worker> workers_;
  std::string last_words_;  // of the worker that died last
};

}  // namespace actsearch::cli
