// A coordinator for tests: a real gRPC server on a free port that records what workers say
// and says what the test wants. Waits have a deadline, so a test that fails ends.
#pragma once

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "actsearch/v1/worker_service.grpc.pb.h"

namespace actsearch::workers {

v1::LeaseId Lease(const std::string& job, std::uint64_t index, std::uint64_t epoch = 1);

class FakeCoordinator {
 public:
  FakeCoordinator();
  ~FakeCoordinator();

  const std::string& Address() const { return address_; }

  // The next message of this kind that a worker said, in order; skips none of its kind.
  // Nothing within 10 s: a test failure, and an empty message.
  v1::Hello NextHello();
  v1::Reports NextReports();
  v1::Draining NextDraining();
  v1::Heartbeat NextHeartbeat();
  v1::ProbeAnswer NextProbeAnswer();
  std::size_t ReportMessages();  // that wait to be taken

  // To the worker whose stream is the newest.
  void Welcome(std::vector<v1::LeaseId> kept = {}, int heartbeat_ms = 60'000);
  void Assign(const v1::LeaseId& lease, const std::string& candidate, double max_seconds = 0);
  void AssignMessage(const v1::Assignment& assignment);
  void Acknowledge(const std::vector<v1::LeaseId>& leases);
  void Revoke(const std::vector<v1::LeaseId>& leases);
  void Probe(const std::string& job, const std::string& dataset);
  void Drain();
  void EndStream(const grpc::Status& status);
  void RefuseAll();  // this stream and all that come, for good

  // Waits until the worker has closed its side, or the stream is gone.
  bool WorkerLeft();
  int Streams();  // opened so far

 private:
  class Session;
  class Service;

  template <class Message>
  Message Next(std::deque<Message>& queue);
  void Heard(const v1::WorkerMessage& message);
  void Send(const v1::CoordinatorMessage& message);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<v1::Hello> hellos_;
  std::deque<v1::Reports> reports_;
  std::deque<v1::Draining> drainings_;
  std::deque<v1::Heartbeat> heartbeats_;
  std::deque<v1::ProbeAnswer> answers_;
  std::shared_ptr<Session> session_;  // the newest; shared with its reactor until that is done
  int streams_ = 0;
  bool left_ = false;
  bool refuse_ = false;

  std::unique_ptr<Service> service_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

// A trial that FromProto accepts.
v1::Trial SomeTrial(const std::string& candidate);

}  // namespace actsearch::workers
