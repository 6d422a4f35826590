// A real coordinator and real workers as child processes, for integration tests:
// started, killed and restarted at will, reached through the real CLI.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actsearch/v1/search_service.grpc.pb.h"
#include "tests/support/process.h"

namespace actsearch::test {

class Cluster {
 public:
  Cluster(std::filesystem::path dir, std::string store);

  void StartCoordinator();  // on the same port after the first time
  void StartWorker(const std::vector<std::string>& more = {});  // arguments
  void KillCoordinator();   // SIGKILL
  void KillOldestWorker();  // SIGKILL; does not start another
  std::size_t Workers() const { return workers_.size(); }
  Process& Worker(std::size_t i) { return workers_[i]; }
  Process& Coordinator() { return *coordinator_; }

  // Runs `actsearch ARGUMENTS --coordinator ADDRESS`.
  Ended Cli(std::vector<std::string> arguments,
            std::chrono::milliseconds limit = std::chrono::seconds(60)) const;

  // The job now; nothing while the coordinator cannot be reached.
  std::optional<v1::Job> Job(const std::string& id);

  const std::string& Address() const { return address_; }
  // What every process has printed, for failure messages.
  std::string Logs() const;

 private:
  std::filesystem::path dir_;
  std::string store_;
  std::string address_;
  std::optional<Process> coordinator_;
  std::deque<Process> workers_;
  int started_workers_ = 0;
  std::unique_ptr<v1::SearchService::Stub> stub_;
};

std::string Binary(const std::string& name);  // path of build/bin/NAME

}  // namespace actsearch::test
