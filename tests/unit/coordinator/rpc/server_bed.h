// A real server over a memory store and real clients of it, in this process.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "actsearch/v1/search_service.grpc.pb.h"
#include "actsearch/v1/worker_service.grpc.pb.h"
#include "coordinator/rpc/server.h"

namespace actsearch::rpc {

ServerOptions TestOptions();

// The wire form of a job that needs no training.
v1::JobSpec NoopJob(std::uint64_t candidates = 30);

// Clients set a deadline, so that a server that hangs fails the test.
std::unique_ptr<grpc::ClientContext> Context();

// Sick: without data, which is all it says of trials and probes. Liar: its outcomes and facts
// make no sense.
enum class Health { kSound, kSick, kLiar };

// Speaks WorkerService on a thread of its own: judges every assignment at once.
class WireWorker {
 public:
  WireWorker(const std::shared_ptr<grpc::Channel>& channel, const std::string& name,
             Health health = Health::kSound);
  ~WireWorker();  // leaves

 private:
  void Work();
  void Judge(const v1::Assignment& assignment, v1::Report& report) const;

  Health health_;
  std::unique_ptr<v1::WorkerService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::WorkerMessage, v1::CoordinatorMessage>> stream_;
  std::jthread thread_;
};

class ServerBed {
 public:
  explicit ServerBed(const ServerOptions& options = TestOptions());

  Server& server() { return *server_; }
  v1::SearchService::Stub& search() { return *search_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  v1::Job Create(const v1::JobSpec& spec, const std::string& request_id = "wish");
  // Follows the job to its end and returns every row that the watch brought.
  std::vector<v1::CandidateRow> WatchToTheEnd(const std::string& id, v1::Job* last = nullptr);
  // Sends these and returns how the stream ends.
  grpc::Status Say(const std::vector<v1::WorkerMessage>& messages);

 private:
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::SearchService::Stub> search_;
};

v1::WorkerMessage Hello(const std::string& worker);

}  // namespace actsearch::rpc
