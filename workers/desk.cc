#include "workers/desk.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace actsearch::workers {
namespace {

// wait_until with the last time point overflows in some implementations.
template <class Condition>
bool WaitUntil(std::condition_variable& changed, std::unique_lock<std::mutex>& lock,
               TimePoint until, Condition condition) {
  if (until != TimePoint::max()) return changed.wait_until(lock, until, condition);
  changed.wait(lock, condition);
  return true;
}

}  // namespace

std::optional<Work> Desk::Next(TimePoint until) {
  std::unique_lock lock(mutex_);
  WaitUntil(work_, lock, until, [&] {
    return book_.HasQueued() || !probes_.empty() || draining_ || failure_;
  });
  if (draining_ || failure_) return std::nullopt;
  if (!probes_.empty()) {
    Probe probe = std::move(probes_.front());
    probes_.pop_front();
    probed_on_ = stream_;
    reading_ = probe.job;
    beat_ = true;  // before the read, which may not return
    talk_.notify_one();
    return probe;
  }
  auto assignment = book_.Start();
  if (!assignment) return std::nullopt;
  cancel_ = false;
  reason_ = Reason::kNone;
  progress_ = {};
  trial_end_.reset();
  if (assignment->max_seconds > 0) {
    // A day is longer than any trial, and converts without overflow.
    const std::chrono::duration<double> limit(std::min(assignment->max_seconds, 86'400.0));
    trial_end_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(limit);
    if (*trial_end_ < alarm_set_) alarm_.notify_one();
  }
  return assignment;
}

bool Desk::Over() const {
  const std::lock_guard lock(mutex_);
  return draining_ || failure_;
}

void Desk::NoteProgress(const evaluators::Progress& progress) {
  const std::lock_guard lock(mutex_);
  progress_ = progress;
}

void Desk::Finish(const Assignment& assignment, Result<Outcome> outcome) {
  const std::lock_guard lock(mutex_);
  Report report{.lease = assignment.lease, .end = Attempt()};
  if (outcome && outcome->status != Status::kCancelled) {
    report.end = *std::move(outcome);
  } else {
    report.end = AttemptOf(outcome);
  }
  book_.Finish(std::move(report));
  trial_end_.reset();
  if (draining_) StartDelivering();
  talk_.notify_one();
}

Attempt Desk::AttemptOf(const Result<Outcome>& outcome) const {
  Attempt attempt;
  if (!outcome) {
    const bool memory = outcome.error().code == ErrorCode::kOutOfMemory;
    attempt.end = memory ? AttemptEnd::kOutOfMemory : AttemptEnd::kError;
    attempt.error = outcome.error();
  } else if (reason_ == Reason::kTimedOut) {
    attempt.end = AttemptEnd::kTimedOut;
  } else if (reason_ == Reason::kNone) {
    attempt.end = AttemptEnd::kError;
    attempt.error = {ErrorCode::kInternal, "the trial was cancelled, and nobody asked for it"};
  } else {
    attempt.end = AttemptEnd::kPreempted;  // a report of a revoked trial is never sent
  }
  return attempt;
}

void Desk::Answer(const Probe& probe, Result<catalogue::DataFacts> facts) {
  const std::lock_guard lock(mutex_);
  reading_.clear();
  beat_ = true;
  talk_.notify_one();
  if (probed_on_ != stream_) return;  // the coordinator asks again
  answers_.push_back({probe.job, std::move(facts)});
  talk_.notify_one();
}

std::vector<LeaseId> Desk::Connect() {
  const std::lock_guard lock(mutex_);
  connected_ = true;
  welcomed_ = false;
  announced_ = false;
  ++stream_;
  probes_.clear();
  answers_.clear();
  released_.clear();  // what the hello does not claim is released
  return book_.Held();
}

Outgoing Desk::WaitForOutgoing(TimePoint until) {
  std::unique_lock lock(mutex_);
  const auto something = [&] {
    return !connected_ || Done() || book_.HasUnsent() || !released_.empty() ||
           !answers_.empty() || beat_ || (draining_ && !announced_);
  };
  WaitUntil(talk_, lock, until, something);
  Outgoing out;
  out.broken = !connected_;
  if (out.broken) return out;
  out.leave = Done();
  out.draining = (draining_ && !announced_) || !released_.empty();
  announced_ = draining_;
  out.released = std::exchange(released_, {});
  if (welcomed_) out.reports = book_.TakeUnsent();
  out.answers = std::exchange(answers_, {});
  out.beat = std::exchange(beat_, false);
  return out;
}

bool Desk::WaitForWelcome(TimePoint until) {
  std::unique_lock lock(mutex_);
  WaitUntil(talk_, lock, until, [&] { return welcomed_ || !connected_ || Done(); });
  return connected_ && (welcomed_ || Done());
}

bool Desk::WaitForEnd(TimePoint until) {
  std::unique_lock lock(mutex_);
  return WaitUntil(talk_, lock, until, [&] { return !connected_; });
}

bool Desk::Finished() const {
  const std::lock_guard lock(mutex_);
  return Done();
}

bool Desk::WaitToReconnect(TimePoint until) {
  std::unique_lock lock(mutex_);
  return !WaitUntil(talk_, lock, until, [&] { return Done(); });
}

Beat Desk::Pulse() const {
  const std::lock_guard lock(mutex_);
  return {book_.RunningDropped() ? std::nullopt : book_.Running(), reading_, progress_};
}

void Desk::Fail(Error error) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(error);
  LimitTheEnd();
  CancelRunning(Reason::kPreempted);
  work_.notify_all();
  talk_.notify_all();
}

void Desk::Welcome(const std::vector<LeaseId>& kept) {
  const std::lock_guard lock(mutex_);
  welcomed_ = true;
  book_.KeepOnly(kept);
  if (book_.RunningDropped()) CancelRunning(Reason::kRevoked);
  talk_.notify_one();
}

void Desk::Assign(Assignment assignment) {
  const std::lock_guard lock(mutex_);
  if (draining_ || failure_) {
    Release({std::move(assignment.lease)});
    return;
  }
  book_.Queue(std::move(assignment));
  work_.notify_one();
}

void Desk::Ask(Probe probe) {
  const std::lock_guard lock(mutex_);
  probes_.push_back(std::move(probe));
  work_.notify_one();
}

void Desk::Decline(const std::string& job, Error why) {
  const std::lock_guard lock(mutex_);
  answers_.push_back({job, std::unexpected(std::move(why))});
  talk_.notify_one();
}

void Desk::Refuse(const LeaseId& lease, Error why) {
  const std::lock_guard lock(mutex_);
  Attempt attempt;
  attempt.end = AttemptEnd::kError;
  attempt.error = std::move(why);
  book_.FinishUnstarted({lease, std::move(attempt)});
  talk_.notify_one();
}

void Desk::Drop(const std::vector<LeaseId>& leases) {
  const std::lock_guard lock(mutex_);
  for (const LeaseId& lease : leases) book_.Drop(lease);
  if (book_.RunningDropped()) CancelRunning(Reason::kRevoked);
  if (Done()) talk_.notify_one();
}

void Desk::Disconnect() {
  const std::lock_guard lock(mutex_);
  connected_ = false;
  talk_.notify_one();
}

Alarm Desk::WaitForAlarm() {
  std::unique_lock lock(mutex_);
  while (!closed_) {
    if (const auto alarm = RingAlarms(Clock::now())) return *alarm;
    alarm_set_ = NextAlarm();
    WaitUntil(alarm_, lock, alarm_set_, [&] { return closed_ || NextAlarm() < alarm_set_; });
  }
  return Alarm::kClosed;
}

std::optional<Alarm> Desk::RingAlarms(TimePoint now) {
  if (trial_end_ && now >= *trial_end_) {
    trial_end_.reset();
    CancelRunning(Reason::kTimedOut);
  }
  if (drain_end_ && now >= *drain_end_) {
    drain_end_.reset();
    CancelRunning(Reason::kPreempted);
  }
  if (hang_up_ && now >= *hang_up_) {
    hang_up_.reset();
    gave_up_ = true;
    talk_.notify_one();
    return Alarm::kHangUp;
  }
  if (!leave_end_ || now < *leave_end_) return std::nullopt;
  leave_end_.reset();
  return Alarm::kStuck;
}

TimePoint Desk::NextAlarm() const {
  return std::min({trial_end_.value_or(TimePoint::max()), drain_end_.value_or(TimePoint::max()),
                   hang_up_.value_or(TimePoint::max()), leave_end_.value_or(TimePoint::max())});
}

// No call of the evaluator may keep the process for ever, such as a read from a file server
// that is gone.
void Desk::LimitTheEnd() {
  if (leave_end_) return;
  leave_end_ = Clock::now() + limits_.finish + limits_.deliver + limits_.leave;
  alarm_.notify_one();
}

void Desk::Drain() {
  const std::lock_guard lock(mutex_);
  if (draining_) return;
  Release(book_.ReleaseQueued());
  StartDraining();
}

void Desk::Distrust() {
  const std::lock_guard lock(mutex_);
  Release(book_.ReleaseAll());
  StartDraining();
}

void Desk::StartDraining() {
  draining_ = true;
  LimitTheEnd();
  if (book_.Running()) {
    drain_end_ = Clock::now() + limits_.finish;
    alarm_.notify_one();
  } else {
    StartDelivering();
  }
  work_.notify_all();
  talk_.notify_all();
}

void Desk::StartDelivering() {
  drain_end_.reset();
  hang_up_ = Clock::now() + limits_.deliver;
  alarm_.notify_one();
}

void Desk::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  alarm_.notify_all();
}

std::optional<Error> Desk::Failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

// The first reason counts: what is revoked is not timed out as well.
void Desk::CancelRunning(Reason reason) {
  if (!book_.Running() || reason_ != Reason::kNone) return;
  reason_ = reason;
  cancel_ = true;
}

void Desk::Release(std::vector<LeaseId> leases) {
  if (leases.empty()) return;
  std::ranges::move(leases, std::back_inserter(released_));
  talk_.notify_one();
}

}  // namespace actsearch::workers
