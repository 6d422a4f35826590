// Client::Watch: one stream after another, until the job ends.
#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "cli/client.h"

namespace actsearch::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kTick{100};
constexpr milliseconds kRetry{300};
constexpr milliseconds kStreamDeadline = std::chrono::minutes(30);  // then it is opened anew

// Reads one stream on a thread of its own, so that the caller can look at other
// things between responses. Holds one response at a time: a slow caller slows the
// server down instead of filling memory.
class StreamReader {
 public:
  StreamReader(v1::SearchService::Stub& stub, const v1::WatchJobRequest& request) {
    context_.set_deadline(std::chrono::system_clock::now() + kStreamDeadline);
    stream_ = stub.WatchJob(&context_, request);
    thread_ = std::thread([this] { Read(); });
  }
  ~StreamReader() {
    {
      const std::lock_guard lock(mutex_);
      left_ = true;
    }
    changed_.notify_all();
    context_.TryCancel();
    thread_.join();
  }
  StreamReader(const StreamReader&) = delete;
  StreamReader& operator=(const StreamReader&) = delete;

  // The next response, if one comes within `limit`.
  std::optional<v1::WatchJobResponse> Next(milliseconds limit) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, limit, [this] { return waiting_ || end_; });
    auto taken = std::exchange(waiting_, std::nullopt);
    lock.unlock();
    if (taken) changed_.notify_all();
    return taken;
  }

  // How the stream ended; nothing while it runs or a response waits.
  std::optional<grpc::Status> End() {
    const std::lock_guard lock(mutex_);
    return waiting_ ? std::nullopt : end_;
  }

 private:
  void Read() {
    v1::WatchJobResponse response;
    while (stream_->Read(&response)) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !waiting_ || left_; });
      if (left_) break;
      waiting_ = std::move(response);
      lock.unlock();
      changed_.notify_all();
    }
    const grpc::Status status = stream_->Finish();
    const std::lock_guard lock(mutex_);
    end_ = status;
    changed_.notify_all();
  }

  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchJobResponse>> stream_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<v1::WatchJobResponse> waiting_;
  std::optional<grpc::Status> end_;
  bool left_ = false;
  std::thread thread_;
};

bool IsTransient(const grpc::Status& status) {
  return status.ok() || status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
}

enum class StreamEnd { kJobEnded, kWatcherLeft, kBroken };

struct Followed {
  StreamEnd end = StreamEnd::kBroken;
  grpc::Status status;
  bool heard = false;  // at least one response came
};

Followed Follow(StreamReader& reader, const Client::Watcher& watcher, std::string& resume_token) {
  Followed followed;
  bool ended = false;
  for (;;) {
    if (!watcher.go_on()) return {StreamEnd::kWatcherLeft, {}, followed.heard};
    if (const auto response = reader.Next(kTick)) {
      followed.heard = true;
      resume_token = response->resume_token();
      ended = HasEnded(response->job().state());
      if (!watcher.update(*response)) return {StreamEnd::kWatcherLeft, {}, true};
    } else if (const auto status = reader.End()) {
      followed.status = *status;
      // A job may end between two streams; one that has ended closes its stream.
      followed.end = ended && status->ok() ? StreamEnd::kJobEnded : StreamEnd::kBroken;
      return followed;
    }
  }
}

}  // namespace

Expected<void> Client::Watch(const std::string& id, const Watcher& watcher, milliseconds patience) {
  v1::WatchJobRequest request;
  request.set_job_id(id);
  std::string token;
  auto last_heard = steady_clock::now();
  bool told = false;
  for (;;) {
    request.set_resume_token(token);
    Followed followed;
    {
      StreamReader reader(*stub_, request);
      followed = Follow(reader, watcher, token);
    }
    if (followed.end != StreamEnd::kBroken) return {};
    if (followed.heard) {
      last_heard = steady_clock::now();
      told = false;
    }
    const bool gave_up = steady_clock::now() - last_heard > patience;
    if (!IsTransient(followed.status)) {
      return std::unexpected(FailureOf(followed.status, address_));
    }
    if (gave_up) {
      const grpc::Status lost(grpc::StatusCode::UNAVAILABLE, followed.status.error_message());
      return std::unexpected(FailureOf(lost, address_));
    }
    if (!followed.status.ok() && !std::exchange(told, true) && watcher.away) {
      watcher.away(followed.status.error_message());
    }
    const auto retry_at = steady_clock::now() + kRetry;
    while (steady_clock::now() < retry_at) {
      if (!watcher.go_on()) return {};
      std::this_thread::sleep_for(kTick);
    }
  }
}

}  // namespace actsearch::cli
