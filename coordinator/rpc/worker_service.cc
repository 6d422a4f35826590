#include "coordinator/rpc/worker_service.h"

#include <grpcpp/grpcpp.h>

#include <deque>
#include <mutex>
#include <utility>

#include "coordinator/rpc/convert.h"
#include "coordinator/rpc/status.h"

namespace actsearch::rpc {
namespace {

using Reactor = grpc::ServerBidiReactor<v1::WorkerMessage, v1::CoordinatorMessage>;
using engine::Engine;
using engine::ToWorker;

constexpr int kMostUnhandled = 64;             // messages read ahead of the engine
constexpr std::size_t kLongestOutbox = 10000;  // messages to a worker that does not read

// A report of a known trial that makes no sense is an error of its worker.
Result<engine::Report> Unreadable(const v1::Report& wire, const Error& why) {
  auto lease = FromProto(wire.lease());
  if (!lease) return std::unexpected(why);
  Attempt attempt;
  attempt.end = AttemptEnd::kError;
  attempt.error = {ErrorCode::kInternal, "its report makes no sense: " + why.message};
  return engine::Report{*std::move(lease), std::move(attempt)};
}

// The engine's end of a stream. It outlives the reactor, which gRPC ends when the
// stream ends; `mutex_` guards both directions. gRPC runs no reaction inside the
// call that starts an operation, so operations start under the mutex.
class Stream;

class Link : public engine::WorkerLink {
 public:
  explicit Link(Stream* stream) : stream_(stream) {}

  void Send(ToWorker message) override;
  void Close(const Error& reason) override;
  void Finish() override;
  void Handled() override;
  void Detach();

 private:
  std::mutex mutex_;
  Stream* stream_;
};

class Stream : public Reactor {
 public:
  Stream(Engine& engine, grpc::CallbackServerContext& context)
      : engine_(engine), context_(context), link_(std::make_shared<Link>(this)) {
    StartRead(&incoming_);
  }

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override { End(grpc::Status::CANCELLED); }
  void OnDone() override;

  void Write(v1::CoordinatorMessage message);
  void End(const grpc::Status& status);
  void ReadOn();

 private:
  Result<void> Dispatch(const v1::WorkerMessage& message);
  Result<void> Greet(const v1::Hello& hello);
  Result<void> Beat(const v1::Heartbeat& heartbeat);
  Result<void> Take(const v1::Reports& reports);
  Result<void> Drain(const v1::Draining& draining);
  Result<void> Answer(const v1::ProbeAnswer& answer);
  void StartNextWrite();
  void FinishWhenQuiet();

  Engine& engine_;
  grpc::CallbackServerContext& context_;
  const std::shared_ptr<Link> link_;
  v1::WorkerMessage incoming_;
  bool greeted_ = false;

  std::mutex mutex_;
  std::deque<v1::CoordinatorMessage> outbox_;
  bool writing_ = false;
  bool broken_ = false;  // a write failed: the rest is lost
  bool finished_ = false;
  std::optional<grpc::Status> end_;
  int unhandled_ = 0;
  bool reading_ = true;
};

void Link::Send(ToWorker message) {
  v1::CoordinatorMessage wire = ToProto(message);
  const std::lock_guard lock(mutex_);
  if (stream_ != nullptr) stream_->Write(std::move(wire));
}

void Link::Close(const Error& reason) {
  const std::lock_guard lock(mutex_);
  if (stream_ != nullptr) stream_->End(ToStatus(reason));
}

void Link::Finish() {
  const std::lock_guard lock(mutex_);
  if (stream_ != nullptr) stream_->End(grpc::Status::OK);
}

void Link::Handled() {
  const std::lock_guard lock(mutex_);
  if (stream_ != nullptr) stream_->ReadOn();
}

void Link::Detach() {
  const std::lock_guard lock(mutex_);
  stream_ = nullptr;
}

void Stream::OnReadDone(bool ok) {
  if (!ok) return greeted_ ? engine_.HalfClose(link_) : End(grpc::Status::OK);
  {
    const std::lock_guard lock(mutex_);
    reading_ = false;
    ++unhandled_;
  }
  if (const auto dispatched = Dispatch(incoming_); !dispatched) {
    if (greeted_) engine_.Complain(link_, dispatched.error());
    return End(ToStatus(dispatched.error()));
  }
  const std::lock_guard lock(mutex_);
  if (reading_ || finished_ || unhandled_ >= kMostUnhandled) return;
  reading_ = true;
  StartRead(&incoming_);
}

void Stream::ReadOn() {
  const std::lock_guard lock(mutex_);
  --unhandled_;
  // Half full before reading on, so that a flooding worker is not read one by one.
  if (reading_ || finished_ || unhandled_ != kMostUnhandled / 2) return;
  reading_ = true;
  StartRead(&incoming_);
}

Result<void> Stream::Dispatch(const v1::WorkerMessage& message) {
  if (message.has_hello() == greeted_) {
    return Fail(ErrorCode::kInvalid, greeted_ ? "hello: only the first message of a stream says it"
                                              : "the first message of a stream must be hello");
  }
  switch (message.body_case()) {
    case v1::WorkerMessage::kHello:
      return Greet(message.hello());
    case v1::WorkerMessage::kHeartbeat:
      return Beat(message.heartbeat());
    case v1::WorkerMessage::kReports:
      return Take(message.reports());
    case v1::WorkerMessage::kDraining:
      return Drain(message.draining());
    case v1::WorkerMessage::kProbeAnswer:
      return Answer(message.probe_answer());
    case v1::WorkerMessage::BODY_NOT_SET:
      break;
  }
  return Fail(ErrorCode::kInvalid, "body: unknown message; use a worker of this build");
}

Result<void> Stream::Greet(const v1::Hello& hello) {
  auto value = FromProto(hello);
  if (!value) return std::unexpected(value.error());
  greeted_ = true;
  engine_.Connect(link_, *std::move(value));
  return {};
}

Result<void> Stream::Beat(const v1::Heartbeat& heartbeat) {
  std::optional<engine::LeaseId> running;
  if (heartbeat.has_running()) {
    auto lease = FromProto(heartbeat.running());
    if (!lease) return std::unexpected(lease.error());
    running = *std::move(lease);
  }
  if (!heartbeat.reading().empty() && !IsJobId(heartbeat.reading())) {
    return Fail(ErrorCode::kInvalid, "heartbeat.reading: no id of a job");
  }
  engine_.Beat(link_, std::move(running), heartbeat.reading());
  return {};
}

Result<void> Stream::Take(const v1::Reports& reports) {
  std::vector<engine::Report> values;
  values.reserve(static_cast<std::size_t>(reports.reports_size()));
  for (const v1::Report& wire : reports.reports()) {
    auto report = FromProto(wire);
    if (!report) report = Unreadable(wire, report.error());
    if (!report) return std::unexpected(report.error());
    values.push_back(*std::move(report));
  }
  engine_.Take(link_, std::move(values));
  return {};
}

Result<void> Stream::Drain(const v1::Draining& draining) {
  std::vector<engine::LeaseId> released;
  for (const v1::LeaseId& wire : draining.released()) {
    auto lease = FromProto(wire);
    if (!lease) return std::unexpected(lease.error());
    released.push_back(*std::move(lease));
  }
  engine_.StartDraining(link_, std::move(released));
  return {};
}

Result<void> Stream::Answer(const v1::ProbeAnswer& answer) {
  auto value = FromProto(answer);
  if (!value && IsJobId(answer.job_id())) {
    value = engine::ProbeAnswer{answer.job_id(), std::unexpected(value.error())};
  }
  if (!value) return std::unexpected(value.error());
  engine_.TakeAnswer(link_, *std::move(value));
  return {};
}

void Stream::Write(v1::CoordinatorMessage message) {
  const std::lock_guard lock(mutex_);
  if (end_ || broken_) return;
  outbox_.push_back(std::move(message));
  if (outbox_.size() > kLongestOutbox) return context_.TryCancel();
  if (!writing_) StartNextWrite();
}

void Stream::StartNextWrite() {
  writing_ = true;
  grpc::WriteOptions options;
  if (outbox_.size() > 1) options.set_buffer_hint();  // the next one follows at once
  StartWrite(&outbox_.front(), options);
}

void Stream::OnWriteDone(bool ok) {
  const std::lock_guard lock(mutex_);
  writing_ = false;
  outbox_.pop_front();
  if (!ok) {
    broken_ = true;
    outbox_.clear();
  }
  if (!outbox_.empty()) {
    StartNextWrite();
  } else {
    FinishWhenQuiet();
  }
}

void Stream::End(const grpc::Status& status) {
  const std::lock_guard lock(mutex_);
  if (!end_) end_ = status;
  FinishWhenQuiet();
}

// What is in the outbox goes out first; a broken stream empties it.
void Stream::FinishWhenQuiet() {
  if (!end_ || writing_ || finished_) return;
  finished_ = true;
  Finish(*end_);
}

void Stream::OnDone() {
  link_->Detach();
  if (greeted_) engine_.Disconnect(link_);
  delete this;
}

class WorkerService : public v1::WorkerService::CallbackService {
 public:
  explicit WorkerService(std::function<Engine*()> engine) : engine_(std::move(engine)) {}

  Reactor* Work(grpc::CallbackServerContext* context) override {
    Engine* engine = engine_();
    if (engine == nullptr) return new Refusal;
    return new Stream(*engine, *context);
  }

 private:
  class Refusal : public Reactor {
   public:
    Refusal() { Finish({grpc::UNAVAILABLE, "this coordinator does not lead yet; try again"}); }
    void OnDone() override { delete this; }
  };

  std::function<Engine*()> engine_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeWorkerService(std::function<Engine*()> engine) {
  return std::make_unique<WorkerService>(std::move(engine));
}

}  // namespace actsearch::rpc
