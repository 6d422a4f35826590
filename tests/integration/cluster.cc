#include "tests/integration/cluster.h"

#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <fstream>
#include <utility>

#include "search_spaces/base/check.h"

namespace actsearch::test {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string Binary(const std::string& name) { return ACTSEARCH_BIN_DIR "/" + name; }

Cluster::Cluster(std::filesystem::path dir, std::string store)
    : dir_(std::move(dir)), store_(std::move(store)), address_("127.0.0.1:0") {}

void Cluster::StartCoordinator() {
  const auto port_file = dir_ / "port";
  std::filesystem::remove(port_file);
  // A short lease: after SIGKILL the successor has to wait for its end.
  coordinator_.emplace(
      std::vector<std::string>{Binary("actsearch-coordinator"), "--store", store_, "--listen",
                               address_, "--metrics", "", "--lease-ttl", "1000", "--take-over",
                               "--port-file", port_file.string()},
      dir_ / "coordinator.log");
  const auto deadline = std::chrono::steady_clock::now() + seconds(30);
  while (!std::filesystem::exists(port_file)) {
    ACTSEARCH_CHECK(!coordinator_->Wait(milliseconds(5)), "coordinator ended:\n" + Logs());
    ACTSEARCH_CHECK(std::chrono::steady_clock::now() < deadline, "no port file:\n" + Logs());
  }
  address_ = ReadFile(port_file);
  while (!address_.empty() && address_.back() == '\n') address_.pop_back();
  stub_ = v1::SearchService::NewStub(
      grpc::CreateChannel(address_, grpc::InsecureChannelCredentials()));
}

void Cluster::StartWorker(const std::vector<std::string>& more) {
  const std::string name = "worker-" + std::to_string(started_workers_++);
  std::vector<std::string> command = {Binary("actsearch-worker"), "--coordinator", address_,
                                      "--name", name};
  command.insert(command.end(), more.begin(), more.end());
  workers_.emplace_back(std::move(command), dir_ / (name + ".log"));
}

void Cluster::KillCoordinator() {
  coordinator_->Signal(SIGKILL);
  coordinator_->Wait(seconds(10));
  coordinator_.reset();
}

void Cluster::KillOldestWorker() {
  workers_.front().Signal(SIGKILL);
  workers_.front().Wait(seconds(10));
  workers_.pop_front();
}

Ended Cluster::Cli(std::vector<std::string> arguments, milliseconds limit) const {
  arguments.insert(arguments.begin(), Binary("actsearch"));
  arguments.insert(arguments.end(), {"--coordinator", address_});
  return Run(arguments, limit);
}

std::optional<v1::Job> Cluster::Job(const std::string& id) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + seconds(5));
  v1::GetJobRequest request;
  request.set_job_id(id);
  v1::Job job;
  if (!stub_->GetJob(&context, request, &job).ok()) return std::nullopt;
  return job;
}

std::string Cluster::Logs() const {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(dir_)) {
    if (entry.path().extension() != ".log") continue;
    all += "--- " + entry.path().filename().string() + "\n" + ReadFile(entry.path());
  }
  return all;
}

}  // namespace actsearch::test
