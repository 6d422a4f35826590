#include "workers/link.h"

#include <grpcpp/grpcpp.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "actsearch/v1/worker_service.grpc.pb.h"
#include "proto/convert.h"
#include "search_spaces/base/hash.h"

namespace actsearch::workers {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kGoodbye{2000};  // for the coordinator to end its side
constexpr milliseconds kLasting{5000};  // a stream that lived this long was a good one

// Answers that another attempt would only repeat.
constexpr std::array kFinalAnswers = {
    grpc::StatusCode::FAILED_PRECONDITION, grpc::StatusCode::INVALID_ARGUMENT,
    grpc::StatusCode::UNIMPLEMENTED, grpc::StatusCode::PERMISSION_DENIED,
    grpc::StatusCode::UNAUTHENTICATED};

std::shared_ptr<grpc::Channel> Dial(const std::string& address) {
  grpc::ChannelArguments arguments;
  // Link waits between attempts; gRPC's own wait below it is kept short.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 500);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5000);  // limit of one attempt
  // Pings no more often than servers allow by default. What counts is that keepalive sets
  // TCP_USER_TIMEOUT: heartbeats that nobody confirms for this long break the stream.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 310'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  // A worker with the same address as before must not share a broken connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

LeaseId FromMessage(const v1::LeaseId& message) {
  return {message.job_id(), message.index(), message.epoch()};
}

template <class Leases>
std::vector<LeaseId> FromMessages(const Leases& messages) {
  std::vector<LeaseId> leases;
  for (const v1::LeaseId& message : messages) leases.push_back(FromMessage(message));
  return leases;
}

void SetMessage(const LeaseId& lease, v1::LeaseId* message) {
  message->set_job_id(lease.job);
  message->set_index(lease.index);
  message->set_epoch(lease.epoch);
}

// Of an outcome that makes no sense it is said here, where the mistake was made, that the
// trial could not be judged.
void SetMessage(const Report& report, v1::Report* message) {
  SetMessage(report.lease, message->mutable_lease());
  if (const auto* attempt = std::get_if<Attempt>(&report.end)) {
    *message->mutable_attempt() = proto::ToProto(*attempt);
    return;
  }
  v1::Outcome outcome = proto::ToProto(std::get<Outcome>(report.end));
  if (const auto sound = proto::FromProto(outcome); !sound) {
    Attempt attempt;
    attempt.end = AttemptEnd::kError;
    attempt.error = {ErrorCode::kInternal,
                     "the evaluator's outcome makes no sense: " + sound.error().message};
    *message->mutable_attempt() = proto::ToProto(attempt);
    return;
  }
  *message->mutable_outcome() = std::move(outcome);
}

void SetMessage(const ProbeAnswer& answer, v1::ProbeAnswer* message) {
  message->set_job_id(answer.job);
  if (answer.facts) {
    *message->mutable_facts() = proto::ToProto(*answer.facts);
  } else {
    *message->mutable_error() = proto::ToProto(answer.facts.error());
  }
}

}  // namespace

// The gRPC stream of one conversation, with the thread that reads it.
class Link::Stream {
 public:
  Stream(Link& link, grpc::ClientContext& context)
      : desk_(link.desk_),
        options_(link.options_),
        context_(context),
        stub_(v1::WorkerService::NewStub(link.channel_)),
        stream_(stub_->Work(&context)) {}

  bool Write(const v1::WorkerMessage& message) { return stream_->Write(message); }

  void StartReading() {
    reader_ = std::thread([this] {
      v1::CoordinatorMessage message;
      while (stream_->Read(&message)) Receive(message);
      desk_.Disconnect();
    });
  }

  // Says everything until the stream breaks or the worker leaves.
  void Talk() {
    auto next_beat = Clock::now();
    while (true) {
      const Outgoing out = desk_.WaitForOutgoing(next_beat);
      if (out.broken || !Say(out)) return;
      if (out.leave) return Leave();
      if (Clock::now() < next_beat && !out.beat) continue;
      if (!SayBeat()) return;
      // Twice as often as asked: a delay must not look like a death.
      next_beat = Clock::now() + milliseconds(heartbeat_ms_.load()) / 2;
    }
  }

  grpc::Status End() {
    if (!reader_.joinable()) {  // hello could not be sent: nothing was read
      desk_.Disconnect();
      return stream_->Finish();
    }
    reader_.join();
    return stream_->Finish();
  }

 private:
  bool Say(const Outgoing& out) {
    v1::WorkerMessage message;
    if (out.draining) {
      v1::Draining* draining = message.mutable_draining();
      for (const LeaseId& lease : out.released) SetMessage(lease, draining->add_released());
      if (!Write(message)) return false;
    }
    for (const ProbeAnswer& answer : out.answers) {
      SetMessage(answer, message.mutable_probe_answer());
      if (!Write(message)) return false;
    }
    if (out.reports.empty()) return true;
    v1::Reports* reports = message.mutable_reports();
    for (const Report& report : out.reports) SetMessage(report, reports->add_reports());
    return Write(message);
  }

  bool SayBeat() {
    const Beat beat = desk_.Pulse();
    v1::WorkerMessage message;
    v1::Heartbeat* heartbeat = message.mutable_heartbeat();
    if (beat.running) {
      SetMessage(*beat.running, heartbeat->mutable_running());
      heartbeat->set_step(beat.progress.step);
      heartbeat->set_steps(beat.progress.steps);
      heartbeat->set_loss(beat.progress.loss);
    }
    heartbeat->set_reading(beat.reading);
    return Write(message);
  }

  // What was said last must arrive: the coordinator ends the stream when it has read it.
  void Leave() {
    stream_->WritesDone();
    if (!desk_.WaitForEnd(Clock::now() + kGoodbye)) context_.TryCancel();
  }

  void Receive(const v1::CoordinatorMessage& message) {
    switch (message.body_case()) {
      case v1::CoordinatorMessage::kWelcome:
        heartbeat_ms_ = std::clamp(message.welcome().heartbeat_ms(), 10, 600'000);
        return desk_.Welcome(FromMessages(message.welcome().kept()));
      case v1::CoordinatorMessage::kAssignments:
        for (const auto& assignment : message.assignments().assignments()) Assign(assignment);
        return;
      case v1::CoordinatorMessage::kAcknowledged:
        return desk_.Drop(FromMessages(message.acknowledged().leases()));
      case v1::CoordinatorMessage::kRevoke:
        options_.log->debug("{} leases revoked: {}", message.revoke().leases_size(),
                            message.revoke().reason());
        return desk_.Drop(FromMessages(message.revoke().leases()));
      case v1::CoordinatorMessage::kDrain:
        options_.log->info("the coordinator asks to drain");
        return desk_.Drain();
      case v1::CoordinatorMessage::kProbe:
        return Ask(message.probe());
      case v1::CoordinatorMessage::BODY_NOT_SET:
        return;  // of a newer coordinator; nothing that concerns this worker
    }
  }

  void Assign(const v1::Assignment& message) {
    const LeaseId lease = FromMessage(message.lease());
    auto trial = proto::FromProto(message.trial());
    if (!trial) {
      return desk_.Refuse(lease, {ErrorCode::kInvalid,
                                  "the trial makes no sense: " + trial.error().message});
    }
    desk_.Assign({lease, *std::move(trial), message.max_seconds()});
  }

  void Ask(const v1::Probe& message) {
    auto task = proto::FromProto(message.task());
    if (!task) {
      return desk_.Decline(message.job_id(), {ErrorCode::kInvalid, "the task makes no sense: " +
                                                                       task.error().message});
    }
    desk_.Ask({message.job_id(), *std::move(task)});
  }

  Desk& desk_;
  const LinkOptions& options_;
  grpc::ClientContext& context_;
  std::unique_ptr<v1::WorkerService::Stub> stub_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::WorkerMessage, v1::CoordinatorMessage>> stream_;
  std::thread reader_;
  std::atomic<int> heartbeat_ms_ = 1000;
};

Link::Link(LinkOptions options, Desk& desk)
    : options_(std::move(options)),
      desk_(desk),
      channel_(Dial(options_.coordinator)),
      backoff_(options_.first_retry, options_.last_retry, Rng(HashText(options_.name))) {}

void Link::Run() {
  do {
    const auto begin = Clock::now();
    const grpc::Status status = Converse();
    if (!desk_.Finished()) NoteEnd(status, Clock::now() - begin);
  } while (desk_.WaitToReconnect(Clock::now() + backoff_.Next()));
}

void Link::HangUp() {
  const std::lock_guard lock(mutex_);
  if (context_ != nullptr) context_->TryCancel();
}

grpc::Status Link::Converse() {
  grpc::ClientContext context;
  {
    const std::lock_guard lock(mutex_);
    context_ = &context;
  }
  v1::WorkerMessage message;
  v1::Hello* hello = message.mutable_hello();
  hello->set_worker(options_.name);
  hello->set_device(options_.device);
  hello->set_slots(options_.slots);
  hello->set_language(options_.language);
  hello->set_version(options_.version);
  hello->set_build(options_.build);
  for (const LeaseId& lease : desk_.Connect()) SetMessage(lease, hello->add_leases());

  Stream stream(*this, context);
  if (stream.Write(message)) {
    stream.StartReading();
    if (desk_.WaitForWelcome(Clock::now() + options_.welcome_limit)) {
      options_.log->info("connected to {} as {}, holding {} leases", options_.coordinator,
                         options_.name, hello->leases_size());
      stream.Talk();
    } else if (!desk_.WaitForEnd(Clock::now())) {
      context.TryCancel();  // only then: it would hide how a stream ended by itself
    }
  }
  grpc::Status status = stream.End();
  const std::lock_guard lock(mutex_);
  context_ = nullptr;
  return status;
}

void Link::NoteEnd(const grpc::Status& status, Clock::duration lasted) {
  failures_ = lasted > kLasting ? 0 : failures_ + 1;
  if (failures_ == 0) backoff_.Reset();
  if (std::ranges::find(kFinalAnswers, status.error_code()) != kFinalAnswers.end()) {
    return desk_.Fail({ErrorCode::kInvalid, "coordinator " + options_.coordinator +
                                                " refuses this worker: " + status.error_message()});
  }
  if (status.ok()) return;
  // The first loss, then ever less often: a coordinator may be away for long.
  if (failures_ <= 1 || (failures_ & (failures_ - 1)) == 0) {
    options_.log->warn("coordinator {} is out of reach ({}); trying again", options_.coordinator,
                       status.error_message());
  }
}

}  // namespace actsearch::workers
