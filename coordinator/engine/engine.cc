#include "coordinator/engine/engine.h"

#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace actsearch::engine {
namespace {

constexpr std::int64_t kFirstBackoffMs = 20;
constexpr std::int64_t kLongestBackoffMs = 2000;

}  // namespace

Engine::Engine(EngineOptions options, store::Store& store, const telemetry::Clock& clock,
               telemetry::Metrics& metrics)
    : options_([&] {
        if (!options.log) {
          options.log = std::make_shared<spdlog::logger>(
              "engine", std::make_shared<spdlog::sinks::null_sink_mt>());
        }
        return std::move(options);
      }()),
      store_(store),
      clock_(clock),
      metrics_(metrics),
      ledger_(store),
      results_(store, options_.log) {}

Engine::~Engine() { Stop(); }

void Engine::Run() {
  if (options_.read_only || thread_.joinable()) return;
  thread_ = std::jthread([this](const std::stop_token& stop) { Loop(stop); });
}

void Engine::Loop(const std::stop_token& stop) {
  while (!stop.stop_requested() && !lost_) {
    {
      std::unique_lock lock(queue_mutex_);
      const std::int64_t now_ms = clock_.MonotonicMs();
      const bool retrying = retry_at_ms_ > now_ms;
      const std::int64_t wake_ms = retrying ? retry_at_ms_.load() : next_tick_ms_;
      queue_ready_.wait_for(lock, stop, std::chrono::milliseconds(std::max(wake_ms - now_ms, 1L)),
                            [&] { return !retrying && !queue_.empty(); });
    }
    Turn();
  }
}

void Engine::Post(Command command) {
  std::optional<Error> refusal;
  {
    const std::lock_guard lock(queue_mutex_);
    refusal = refusal_;
    if (!refusal) queue_.push_back(std::move(command));
  }
  if (refusal) {
    command(&*refusal);
  } else {
    queue_ready_.notify_one();
  }
}

void Engine::Turn() {
  if (options_.read_only || lost_ || retry_at_ms_ > clock_.MonotonicMs()) return;
  RenewLead();
  bool committed = false;
  {
    const std::unique_lock lock(state_mutex_);
    if (!uncommitted_ && !lost_) {
      std::vector<Command> commands;
      {
        const std::lock_guard queue_lock(queue_mutex_);
        commands.swap(queue_);
      }
      Apply(std::move(commands));
    }
    committed = !lost_ && Commit();
    uncommitted_ = !committed;
  }
  if (committed) Release();
  if (lost_) Abdicate();
}

void Engine::Apply(std::vector<Command> commands) {
  for (Command& command : commands) command(nullptr);
  if (clock_.MonotonicMs() >= next_tick_ms_) Tick();
  for (Job* job : touched_) {
    if (job->Plan() != nullptr && !job->Broken()) {
      Record(*job, job->Plan()->Advance());
      PauseWhenNobodyIsLeft(*job);
      ResumeWhenSomebodyCan(*job);
      AskAboutData(*job, clock_.MonotonicMs());
    }
    NoteState(*job);
  }
  Assign();
}

void Engine::NoteState(Job& job) {
  const auto place = std::ranges::find(active_, &job);
  if (place != active_.end() && !job.Active()) active_.erase(place);
  if (place == active_.end() && job.Active()) {
    const auto older = [](const Job* a, const Job* b) {
      return std::pair(a->CreatedMs(), a->Id()) < std::pair(b->CreatedMs(), b->Id());
    };
    active_.insert(std::ranges::lower_bound(active_, &job, older), &job);
  }
  if (!job.Ended()) return;
  fleet_.RevokeJob(job.Id(), "the job has ended");
  job.Retire();
}

// True when everything is durable; false to try again later.
bool Engine::Commit() {
  for (auto touched = touched_.begin(); touched != touched_.end();) {
    if (!CommitJob(**touched)) return false;
    NoteFinal(**touched);
    changed_ = true;
    touched = touched_.erase(touched);
  }
  while (!deleted_.empty()) {
    if (!CommitDelete(**deleted_.begin())) return false;
    changed_ = true;
  }
  results_.Flush(epoch_, clock_.MonotonicMs());
  if (failures_ > 0) options_.log->info("the store answers again");
  failures_ = 0;
  SetServing(!draining_);
  return true;
}

bool Engine::CommitJob(Job& job) {
  if (job.Pending().empty()) return true;
  const auto size = store_.Append(job.Id(), epoch_, job.LogSize(), job.Pending());
  if (size) {
    job.Committed();
    return true;
  }
  const Error& error = size.error();
  if (error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kStale) {
    Backoff(error);
    return false;
  }
  options_.log->error("job {} ends: its events cannot be appended: {}", job.Id(), error.message);
  job.Break({error.code, "its events cannot be appended: " + error.message});
  NoteState(job);
  return true;
}

// A store that does not answer is asked again when the job changes next.
void Engine::NoteFinal(Job& job) {
  const plan::History& past = job.Past();
  const bool reads = !plan::StageOf(past.Records(), plan::Stage::kFinal).empty();
  if (job.EarlierFinals() || !reads || past.SeedDigest().empty()) return;
  const auto before = options_.read_only ? ledger_.Before(past.SeedDigest(), job.Id())
                                         : ledger_.Note(past.SeedDigest(), job.Id(), epoch_);
  if (before) job.SetEarlierFinals(*before);
}

bool Engine::CommitDelete(Job& job) {
  const auto done = store_.Delete(job.Id(), epoch_);
  if (!done &&
      (done.error().code == ErrorCode::kUnavailable || done.error().code == ErrorCode::kStale)) {
    Backoff(done.error());
    return false;
  }
  deleted_.erase(&job);
  if (!done) {  // it stays, and whoever asked learns why
    for (PendingReply& pending : replies_) {
      if (pending.job == job.Id()) pending.error = done.error();
    }
    return true;
  }
  job_of_request_.erase(job.RequestId());
  jobs_.erase(job.Id());
  return true;
}

void Engine::Backoff(const Error& error) {
  if (error.code == ErrorCode::kStale) {
    lost_ = error;
    return;
  }
  const std::int64_t pause_ms =
      std::min(kFirstBackoffMs << std::min(failures_, 8), kLongestBackoffMs);
  if (failures_++ == 0) {
    options_.log->warn("the store does not take writes; repeating until it does: {}",
                       error.message);
    SetServing(false);
  }
  retry_at_ms_ = clock_.MonotonicMs() + pause_ms;
}

void Engine::Release() {
  const std::int64_t now_us = clock_.MonotonicUs();
  for (const std::int64_t asked_us : fleet_.Flush()) {
    metrics_.Dispatch(static_cast<double>(now_us - asked_us) * 1e-6);
  }
  for (const auto& link : std::exchange(half_closed_, {})) link->Finish();
  for (PendingReply& pending : std::exchange(replies_, {})) Answer(std::move(pending));
  if (std::exchange(changed_, false)) NotifyChange();
}

void Engine::NotifyChange() {
  {
    const std::lock_guard lock(changes_mutex_);
    ++changes_;
  }
  changes_ready_.notify_all();
}

void Engine::Answer(PendingReply pending) {
  if (pending.error) return pending.reply(std::unexpected(*std::move(pending.error)));
  if (!pending.view) {
    const Job* job = FindJob(pending.job);
    if (job == nullptr) return pending.reply(Fail(ErrorCode::kNotFound, "the job was deleted"));
    if (job->Broken()) return pending.reply(std::unexpected(*job->Broken()));
    pending.view = job->View();
  }
  pending.view->workers = connected_;
  pending.reply(*std::move(pending.view));
}

void Engine::RenewLead() {
  const std::int64_t now_ms = clock_.MonotonicMs();
  if (now_ms < next_lead_ms_) return;
  const auto epoch = store_.Lead(options_.owner, clock_.WallMs(), options_.lease_ttl_ms);
  if (epoch && *epoch == epoch_) {
    next_lead_ms_ = now_ms + options_.lease_ttl_ms / 3;
  } else if (epoch) {
    lost_ = Error{ErrorCode::kStale, "another coordinator has led this store in between"};
  } else if (epoch.error().code == ErrorCode::kUnavailable) {
    // Appends are fenced by the epoch, so a late renewal endangers nothing.
    next_lead_ms_ = now_ms + options_.lease_ttl_ms / 10;
    options_.log->warn("cannot renew the leadership yet: {}", epoch.error().message);
  } else {
    lost_ = epoch.error();
  }
}

// What is not durable never happened: nothing of it is released.
void Engine::Abdicate() {
  options_.log->critical("this coordinator leads no longer: {}", lost_->message);
  metrics_.Leader(false);
  SetServing(false);
  const Error error{
      ErrorCode::kStale,
      "this coordinator leads no longer; find the one that does (" + lost_->message + ")"};
  RefuseAll(error);
  if (options_.on_lost) options_.on_lost(error);
}

void Engine::RefuseAll(const Error& error) {
  std::vector<Command> commands;
  {
    const std::lock_guard lock(queue_mutex_);
    refusal_ = error;
    commands.swap(queue_);
  }
  for (PendingReply& pending : std::exchange(replies_, {})) pending.reply(std::unexpected(error));
  for (Command& command : commands) command(&error);
  fleet_.CloseAll(error);
  NotifyChange();
}

void Engine::SetServing(bool serving) {
  if (std::exchange(serving_, serving) == serving) return;
  if (options_.on_serving) options_.on_serving(serving);
}

void Engine::Drain() {
  Post([this](const Error* refusal) {
    if (refusal != nullptr || std::exchange(draining_, true)) return;
    SetServing(false);
    fleet_.SendToAll(engine::Drain{});
  });
}

void Engine::Stop() {
  if (std::exchange(stopped_, true)) return;
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
  if (options_.read_only) return;
  Turn();
  SetServing(false);
  RefuseAll({ErrorCode::kUnavailable, "the coordinator is shutting down; try its successor"});
  if (lost_) return;
  if (const auto resigned = store_.Resign(options_.owner); !resigned) {
    options_.log->warn("the leadership ends by itself: {}", resigned.error().message);
  }
  metrics_.Leader(false);
}

std::uint64_t Engine::Changes() const {
  const std::lock_guard lock(changes_mutex_);
  return changes_;
}

void Engine::AwaitChange(std::uint64_t seen, std::chrono::milliseconds limit) {
  std::unique_lock lock(changes_mutex_);
  changes_ready_.wait_for(lock, limit, [&] { return changes_ != seen; });
}

Job* Engine::FindJob(std::string_view id) {
  const auto found = jobs_.find(id);
  if (found == jobs_.end() || deleted_.contains(found->second.get())) return nullptr;
  return found->second.get();
}

void Engine::Record(Job& job, std::vector<plan::Event> events) {
  job.Record(std::move(events), clock_.WallMs(), clock_.MonotonicUs(), metrics_);
}

}  // namespace actsearch::engine
