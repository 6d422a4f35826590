// Where the threads of a worker meet: the training thread takes trials and probes from it and
// puts outcomes and answers on it, the connection brings the ones and carries the others away,
// an alarm thread stops trials that take too long. Every method may be called from any thread;
// which one does is said at each group. Time is the steady clock's.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "evaluators/catalogue/datasets.h"
#include "evaluators/evaluator.h"
#include "search_spaces/base/error.h"
#include "workers/lease_book.h"

namespace actsearch::workers {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

struct DrainLimits {
  std::chrono::milliseconds finish{20'000};  // for the running trial, then it is PREEMPTED
  std::chrono::milliseconds deliver{5'000};  // then, for the reports to be acknowledged
  std::chrono::milliseconds leave{5'000};    // then, for the evaluator to return
};

// What a job's data are here is to be found out.
struct Probe {
  std::string job;
  TaskSpec task;
};
struct ProbeAnswer {
  std::string job;
  Result<catalogue::DataFacts> facts;
};

// What the training thread does next.
using Work = std::variant<Assignment, Probe>;

// What is to be said to the coordinator now.
struct Outgoing {
  bool broken = false;    // the stream has ended: say nothing
  bool leave = false;     // nothing is held and nothing will come: say goodbye
  bool draining = false;  // to be announced, with the leases released
  std::vector<LeaseId> released;
  std::vector<Report> reports;
  std::vector<ProbeAnswer> answers;
  bool beat = false;  // a heartbeat now: what it says has changed
};

enum class Alarm {
  kHangUp,  // draining has taken too long: cut the connection; no other is made then
  kStuck,   // all is over, and the evaluator does not return
  kClosed,  // no more alarms
};

struct Beat {
  std::optional<LeaseId> running;
  std::string reading;  // job whose data are read for a probe; empty: none
  evaluators::Progress progress;
};

class Desk {
 public:
  explicit Desk(DrainLimits limits) : limits_(limits) {}

  // --- training thread

  // The next probe, or else the next trial, now running; waits for one. Nothing once `until`
  // has come, or when Over.
  std::optional<Work> Next(TimePoint until);
  bool Over() const;  // no further trial will come
  const std::atomic<bool>& Cancel() const { return cancel_; }
  void NoteProgress(const evaluators::Progress& progress);
  // Ends the running trial. Of a CANCELLED outcome the attempt is reported, with what it was
  // cancelled for, as it is of an error.
  void Finish(const Assignment& assignment, Result<Outcome> outcome);
  void Answer(const Probe& probe, Result<catalogue::DataFacts> facts);

  // --- connection, its own thread

  // A new stream: returns the leases to claim in its hello. Until Welcome nothing is sent.
  std::vector<LeaseId> Connect();
  // What there is to say, or nothing once `until` has come.
  Outgoing WaitForOutgoing(TimePoint until);
  // False: the stream is broken, or the welcome too late. True without one when Finished:
  // then goodbye may be said at once.
  bool WaitForWelcome(TimePoint until);
  bool WaitForEnd(TimePoint until);  // of the stream; false: too late
  // No stream is needed any more.
  bool Finished() const;
  // Between two streams: waits, unless Finished. True when another one is needed.
  bool WaitToReconnect(TimePoint until);
  Beat Pulse() const;
  // The worker must not go on: all ends, and Failure says why.
  void Fail(Error error);

  // --- connection, its reading thread

  void Welcome(const std::vector<LeaseId>& kept);
  void Assign(Assignment assignment);                         // given back at once while draining
  void Ask(Probe probe);                                      // forgotten when the stream ends
  void Decline(const std::string& job, Error why);            // a probe that makes no sense
  void Refuse(const LeaseId& lease, Error why);               // an assignment that makes no sense
  void Drop(const std::vector<LeaseId>& leases);              // acknowledged or revoked
  void Disconnect();

  // --- alarm thread

  // Stops trials whose time is over, and returns with what is left to do.
  Alarm WaitForAlarm();

  // --- any

  // No more trials: those that wait go back, the running one may finish.
  void Drain();
  // As Drain, but what was found out since is not to be trusted: it goes back too.
  void Distrust();
  void Close();  // ends the alarm thread
  std::optional<Error> Failure() const;

 private:
  enum class Reason { kNone, kRevoked, kTimedOut, kPreempted };

  void StartDraining();
  void StartDelivering();
  void CancelRunning(Reason reason);
  Attempt AttemptOf(const Result<Outcome>& outcome) const;
  void Release(std::vector<LeaseId> leases);
  bool Done() const { return failure_ || gave_up_ || (draining_ && book_.Empty()); }
  std::optional<Alarm> RingAlarms(TimePoint now);
  void LimitTheEnd();
  TimePoint NextAlarm() const;

  const DrainLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable work_;   // the training thread waits for trials
  std::condition_variable talk_;   // the connection waits for something to say
  std::condition_variable alarm_;  // the alarm thread waits for an earlier alarm

  // All below is guarded by mutex_, but for cancel_, which training reads.
  LeaseBook book_;
  std::vector<LeaseId> released_;  // to be told
  std::deque<Probe> probes_;           // of this stream
  std::vector<ProbeAnswer> answers_;   // to be told on this stream
  std::uint64_t stream_ = 0;           // how many there were
  std::uint64_t probed_on_ = 0;        // the stream that the probe being answered came on
  std::string reading_;                // the job of that probe
  bool beat_ = false;                  // a heartbeat is due at once
  std::atomic<bool> cancel_ = false;
  Reason reason_ = Reason::kNone;
  evaluators::Progress progress_;
  std::optional<TimePoint> trial_end_;
  std::optional<TimePoint> drain_end_;
  std::optional<TimePoint> hang_up_;
  std::optional<TimePoint> leave_end_;
  TimePoint alarm_set_ = TimePoint::max();  // when the alarm thread will look again
  bool connected_ = false;
  bool welcomed_ = false;
  bool draining_ = false;
  bool announced_ = false;  // draining, on this stream
  bool gave_up_ = false;    // draining has taken too long
  bool closed_ = false;
  std::optional<Error> failure_;
};

}  // namespace actsearch::workers
