#include "tests/unit/workers/fake_coordinator.h"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>

#include "proto/convert.h"
#include "search_spaces/base/check.h"

namespace actsearch::workers {
namespace {

constexpr std::chrono::seconds kPatience{10};
const grpc::Status kRefused(grpc::StatusCode::FAILED_PRECONDITION, "the test is over");

}  // namespace

v1::LeaseId Lease(const std::string& job, std::uint64_t index, std::uint64_t epoch) {
  v1::LeaseId lease;
  lease.set_job_id(job);
  lease.set_index(index);
  lease.set_epoch(epoch);
  return lease;
}

v1::Trial SomeTrial(const std::string& candidate) {
  return proto::ToProto(Trial{.candidate = candidate});
}

// One stream. gRPC's threads call On...; the test's thread calls the others.
class FakeCoordinator::Session
    : public grpc::ServerBidiReactor<v1::WorkerMessage, v1::CoordinatorMessage> {
 public:
  explicit Session(FakeCoordinator& owner) : owner_(owner) {}

  void Begin(std::shared_ptr<Session> self) {
    self_ = std::move(self);
    StartRead(&heard_);
  }

  void Say(const v1::CoordinatorMessage& message) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(message);
    if (waiting_.size() == 1 && !finished_) StartWrite(&waiting_.front());
  }

  void End(const grpc::Status& status) {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(finished_, true)) Finish(status);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      {
        const std::lock_guard lock(owner_.mutex_);
        if (owner_.session_.get() == this) owner_.left_ = true;
      }
      owner_.changed_.notify_all();
      return End(grpc::Status::OK);
    }
    owner_.Heard(heard_);
    StartRead(&heard_);
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    waiting_.pop_front();
    if (ok && !finished_ && !waiting_.empty()) StartWrite(&waiting_.front());
  }

  void OnDone() override { const auto last = std::move(self_); }

 private:
  FakeCoordinator& owner_;
  std::shared_ptr<Session> self_;  // until OnDone
  v1::WorkerMessage heard_;
  std::mutex mutex_;
  std::deque<v1::CoordinatorMessage> waiting_;
  bool finished_ = false;
};

class FakeCoordinator::Service : public v1::WorkerService::CallbackService {
 public:
  explicit Service(FakeCoordinator& owner) : owner_(owner) {}

  grpc::ServerBidiReactor<v1::WorkerMessage, v1::CoordinatorMessage>* Work(
      grpc::CallbackServerContext* /*context*/) override {
    auto session = std::make_shared<Session>(owner_);
    bool refused = false;
    {
      const std::lock_guard lock(owner_.mutex_);
      refused = owner_.refuse_;
      owner_.session_ = session;
      owner_.left_ = false;
      ++owner_.streams_;
    }
    session->Begin(session);
    if (refused) session->End(kRefused);
    return session.get();
  }

 private:
  FakeCoordinator& owner_;
};

FakeCoordinator::FakeCoordinator() : service_(std::make_unique<Service>(*this)) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(service_.get());
  server_ = builder.BuildAndStart();
  ACTSEARCH_CHECK(server_ && port > 0, "no server");
  address_ = "127.0.0.1:" + std::to_string(port);
}

FakeCoordinator::~FakeCoordinator() {
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
}

template <class Message>
Message FakeCoordinator::Next(std::deque<Message>& queue) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, kPatience, [&] { return !queue.empty(); })) {
    ADD_FAILURE() << "the worker did not send: " << Message::descriptor()->name();
    return {};
  }
  Message message = std::move(queue.front());
  queue.pop_front();
  return message;
}

v1::Hello FakeCoordinator::NextHello() { return Next(hellos_); }
v1::Reports FakeCoordinator::NextReports() { return Next(reports_); }
v1::Draining FakeCoordinator::NextDraining() { return Next(drainings_); }
v1::Heartbeat FakeCoordinator::NextHeartbeat() { return Next(heartbeats_); }
v1::ProbeAnswer FakeCoordinator::NextProbeAnswer() { return Next(answers_); }

std::size_t FakeCoordinator::ReportMessages() {
  const std::lock_guard lock(mutex_);
  return reports_.size();
}

void FakeCoordinator::Heard(const v1::WorkerMessage& message) {
  {
    const std::lock_guard lock(mutex_);
    if (message.has_hello()) hellos_.push_back(message.hello());
    if (message.has_reports()) reports_.push_back(message.reports());
    if (message.has_draining()) drainings_.push_back(message.draining());
    if (message.has_heartbeat()) heartbeats_.push_back(message.heartbeat());
    if (message.has_probe_answer()) answers_.push_back(message.probe_answer());
  }
  changed_.notify_all();
}

void FakeCoordinator::Send(const v1::CoordinatorMessage& message) {
  std::shared_ptr<Session> session;
  {
    const std::lock_guard lock(mutex_);
    session = session_;
  }
  ACTSEARCH_CHECK(session, "no stream yet: take the hello first");
  session->Say(message);
}

void FakeCoordinator::Welcome(std::vector<v1::LeaseId> kept, int heartbeat_ms) {
  v1::CoordinatorMessage message;
  message.mutable_welcome()->set_heartbeat_ms(heartbeat_ms);
  for (v1::LeaseId& lease : kept) *message.mutable_welcome()->add_kept() = std::move(lease);
  Send(message);
}

void FakeCoordinator::Assign(const v1::LeaseId& lease, const std::string& candidate,
                             double max_seconds) {
  v1::Assignment assignment;
  *assignment.mutable_lease() = lease;
  *assignment.mutable_trial() = SomeTrial(candidate);
  assignment.set_max_seconds(max_seconds);
  AssignMessage(assignment);
}

void FakeCoordinator::AssignMessage(const v1::Assignment& assignment) {
  v1::CoordinatorMessage message;
  *message.mutable_assignments()->add_assignments() = assignment;
  Send(message);
}

void FakeCoordinator::Acknowledge(const std::vector<v1::LeaseId>& leases) {
  v1::CoordinatorMessage message;
  message.mutable_acknowledged();
  for (const auto& lease : leases) *message.mutable_acknowledged()->add_leases() = lease;
  Send(message);
}

void FakeCoordinator::Revoke(const std::vector<v1::LeaseId>& leases) {
  v1::CoordinatorMessage message;
  message.mutable_revoke()->set_reason("because");
  for (const auto& lease : leases) *message.mutable_revoke()->add_leases() = lease;
  Send(message);
}

void FakeCoordinator::Probe(const std::string& job, const std::string& dataset) {
  v1::CoordinatorMessage message;
  message.mutable_probe()->set_job_id(job);
  message.mutable_probe()->mutable_task()->set_dataset(dataset);
  Send(message);
}

void FakeCoordinator::Drain() {
  v1::CoordinatorMessage message;
  message.mutable_drain();
  Send(message);
}

void FakeCoordinator::EndStream(const grpc::Status& status) {
  std::shared_ptr<Session> session;
  {
    const std::lock_guard lock(mutex_);
    session = session_;
  }
  session->End(status);
}

void FakeCoordinator::RefuseAll() {
  std::shared_ptr<Session> session;
  {
    const std::lock_guard lock(mutex_);
    refuse_ = true;
    session = session_;
  }
  if (session) session->End(kRefused);
}

bool FakeCoordinator::WorkerLeft() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] { return left_; });
}

int FakeCoordinator::Streams() {
  const std::lock_guard lock(mutex_);
  return streams_;
}

}  // namespace actsearch::workers
