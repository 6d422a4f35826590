#include "coordinator/rpc/watch.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <thread>

#include "coordinator/rpc/convert.h"
#include "coordinator/rpc/status.h"

namespace actsearch::rpc {
namespace {

using engine::Engine;
using engine::Job;
using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr milliseconds kPause{200};  // between two looks
constexpr milliseconds kLongestWait{500};
constexpr std::size_t kMostRows = 1000;

// Ended trials the watcher has seen, and events of the log it has seen the effect of.
struct Position {
  std::uint64_t ended = 0;
  std::uint64_t version = 0;
};

std::string ToToken(const Position& position) {
  return std::to_string(position.ended) + "." + std::to_string(position.version);
}

std::optional<Position> FromToken(const std::string& token) {
  Position position;
  const char* const end = token.data() + token.size();
  const auto ended = std::from_chars(token.data(), end, position.ended);
  if (ended.ec != std::errc() || ended.ptr == end || *ended.ptr != '.') return std::nullopt;
  const auto version = std::from_chars(ended.ptr + 1, end, position.version);
  if (version.ec != std::errc() || version.ptr != end) return std::nullopt;
  return position;
}

Error BadToken() {
  return {ErrorCode::kInvalid,
          "resume_token: use the one of the last response of this job, or '' for from now"};
}

class Watcher {
 public:
  Watcher(Engine& engine, const v1::WatchJobRequest& request)
      : engine_(engine), request_(request) {}

  Result<void> Begin() {
    if (!request_.resume_token().empty()) {
      position_ = FromToken(request_.resume_token());
      if (!position_) return std::unexpected(BadToken());
    }
    return {};
  }

  // Fills a response when there is news. The first look is always news.
  Result<bool> Look(v1::WatchJobResponse& response) {
    bool news = false;
    Result<void> valid;
    const auto looked = engine_.Inspect(request_.job_id(), [&](const Job& job) {
      if (!position_) position_ = Position{job.EndedTrials().size(), 0};
      if (position_->ended > job.EndedTrials().size()) {
        valid = std::unexpected(BadToken());
        return;
      }
      news = first_ || job.Version() != position_->version;
      first_ = false;
      if (news) Fill(job, response);
      over_ = job.Ended() && position_->ended == job.EndedTrials().size();
    });
    if (!looked) return std::unexpected(looked.error());
    if (!valid) return std::unexpected(valid.error());
    return news;
  }

  bool Over() const { return over_; }
  bool Behind() const { return behind_; }

 private:
  void Fill(const Job& job, v1::WatchJobResponse& response) {
    std::size_t bytes = 0;
    const auto ended = job.EndedTrials();
    std::uint64_t& at = position_->ended;
    for (; at < ended.size() && bytes <= kMaxPageBytes; ++at) {
      if (std::cmp_equal(response.finished_size(), kMostRows)) break;
      v1::CandidateRow& row = *response.add_finished();
      row = ToProto(job.Past().Records()[ended[at]]);
      bytes += row.ByteSizeLong();
    }
    behind_ = at < ended.size();
    // A watcher that is behind has not seen this version yet.
    if (!behind_) position_->version = job.Version();
    engine::JobView view = job.View();
    view.workers = engine_.ConnectedWorkers();
    *response.mutable_job() = ToProto(view);
    response.set_resume_token(ToToken(*position_));
  }

  Engine& engine_;
  const v1::WatchJobRequest& request_;
  std::optional<Position> position_;
  bool first_ = true;
  bool over_ = false;
  bool behind_ = false;
};

}  // namespace

grpc::Status Watch(Engine& engine, const std::atomic<bool>& stopping,
                   const grpc::ServerContext& context, const v1::WatchJobRequest& request,
                   grpc::ServerWriter<v1::WatchJobResponse>& writer) {
  Watcher watcher(engine, request);
  if (const auto begun = watcher.Begin(); !begun) return ToStatus(begun.error());
  while (!context.IsCancelled()) {
    if (stopping) return {grpc::UNAVAILABLE, "the coordinator is shutting down; resume the watch"};
    const std::uint64_t seen = engine.Changes();
    const auto next_look = Steady::now() + kPause;
    v1::WatchJobResponse response;
    const auto news = watcher.Look(response);
    const bool store_away = !news && news.error().code == ErrorCode::kUnavailable;
    if (!news && !store_away) return ToStatus(news.error());
    if (news && *news && !writer.Write(response)) return grpc::Status::CANCELLED;
    if (watcher.Over()) return grpc::Status::OK;
    if (watcher.Behind()) continue;
    engine.AwaitChange(seen, kLongestWait);
    std::this_thread::sleep_until(next_look);
  }
  return grpc::Status::CANCELLED;
}

}  // namespace actsearch::rpc
