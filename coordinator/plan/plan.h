// Who evaluates what next, for one job. A Plan is pure: it does no I/O, callers
// pass the time, and its durable state is the fold of the job's events. Every
// change returns the events that the caller must append to the log before
// anything that depends on them leaves the process. Not thread-safe: the Engine
// owns one Plan a job and guards it.
//
// Stages: `search` (the strategy proposes), then `select` (finalists and
// baselines over the learning rates), then `final` (the chosen learning rate over
// seeds, on data that nothing else has seen). All share one index sequence.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/plan/event.h"
#include "coordinator/plan/history.h"
#include "coordinator/plan/job_spec.h"
#include "coordinator/plan/leases.h"
#include "coordinator/strategies/strategy.h"
#include "search_spaces/base/error.h"
#include "search_spaces/space.h"
#include "search_spaces/trial.h"

namespace actsearch::plan {

using TimeMs = std::int64_t;  // monotonic or wall: the Plan only compares

struct Assignment {
  std::uint64_t index = 0;
  std::uint64_t epoch = 0;
  Trial trial;
};

class Plan {
 public:
  // `leader_epoch` makes lease epochs larger than those of every earlier leader.
  static Result<Plan> Start(JobSpec spec, std::uint64_t leader_epoch);
  // With this space and strategy instead of those that `spec` names: simulations.
  // The strategy may refer to the space.
  static Result<Plan> Start(JobSpec spec, std::uint64_t leader_epoch,
                            std::unique_ptr<const Space> space,
                            std::unique_ptr<strategies::Strategy> strategy);
  Plan(Plan&&) noexcept;
  Plan& operator=(Plan&&) noexcept;
  ~Plan();

  // The first event of a new job's log. The job is CHECKING when a worker must say first what
  // its data are.
  Event Create(std::string request_id, std::int64_t wall_ms);

  // Folds one logged event. kCorrupt when a replayed proposal differs from the
  // logged one (other binary, other language, or a damaged log).
  Result<void> Replay(const Event& event);

  // Proposes as far as the window allows, ends duplicates, moves to the next
  // stage, ends the job. Call after every change and after the replay.
  std::vector<Event> Advance();

  // Whether some worker who is none of `failed` could take a lease of this job soon.
  using Elsewhere = std::function<bool(std::span<const std::string> failed)>;

  // The lowest open trial, leased to `worker` until now + ttl; one at which this worker has
  // failed only when it could go nowhere else. Nothing when none is open for the worker,
  // `parallelism` are leased, or the worker is set aside.
  std::optional<Assignment> Lease(std::string_view worker, TimeMs now, TimeMs ttl,
                                  const Elsewhere& elsewhere = {});
  bool CanLease() const;  // to some worker

  // Ends a trial. kStale: it has ended, or another worker holds a newer lease. kInvalid: an
  // outcome that no worker can have, such as SCORED without a finite loss. kPrecondition:
  // it comes from other data than the job's; then the trial stays leased.
  Result<std::vector<Event>> Complete(std::uint64_t index, std::uint64_t epoch, Outcome outcome);

  // Ends an attempt: the trial is open again. After `max_attempts` that were lost, timed out or
  // out of memory the candidate is QUARANTINED; after ERROR the worker is set aside. kStale:
  // the lease is over, and its end was counted then if it had to be.
  Result<std::vector<Event>> EndAttempt(std::uint64_t index, std::uint64_t epoch, Attempt attempt);

  // True when `worker` still holds, or can again hold, this lease (also after a
  // restart, when no lease is known); it then lasts until now + ttl.
  bool Renew(std::string_view worker, std::uint64_t index, std::uint64_t epoch, TimeMs now,
             TimeMs ttl);

  // The worker gives a lease back unharmed: the trial is open at once.
  void Release(std::uint64_t index, std::uint64_t epoch);

  // The worker died. Its leases are open at once; `running` is the one it was
  // training: an attempt that was LOST.
  std::vector<Event> WorkerDied(std::string_view worker, std::optional<std::uint64_t> running);

  // Leases whose time is over: their trials are open again. The caller knows which of them
  // the worker was training, and says so to Lose.
  std::vector<Expired> ExpireLeases(TimeMs now);
  std::vector<Event> Lose(std::uint64_t index, std::string_view worker);

  // What a worker says of the job's data. kPrecondition: they are not those of task.digest.
  // No events when it is known already.
  Result<std::vector<Event>> Learn(const catalogue::DataFacts& data);
  // The worker cannot say what the data are, or cannot serve this job at all.
  std::vector<Event> SetAside(std::string_view worker, Error error);
  void Readmit(std::string_view worker);  // it has left, or connected anew
  void ReadmitAll();                      // after a restart all connect anew
  // The worker was asked what the data are and vanished, or does not answer: `end` is LOST or
  // TIMED_OUT, and `what` says so to people.
  std::vector<Event> LoseProbe(std::string_view worker, AttemptEnd end, std::string what);

  // Without effect, and without events, in a state that does not allow them. A
  // paused job grants no leases and proposes nothing; what runs may end. A pause without a
  // reason is people's wish, and stands above one that would end by itself. Resuming checks the
  // data first if that is still to be done; without a reason it forgets who was set aside.
  std::vector<Event> Pause(std::string reason = {});
  std::vector<Event> Resume(std::string reason = {});
  // Sets the number of search candidates. kPrecondition once the select stage has
  // begun: the data kept apart for it is looked at once.
  Result<std::vector<Event>> Extend(std::uint64_t candidates);
  std::vector<Event> Cancel();

  const History& Past() const;
  History Retire() &&;  // what is left of a job that is over
  const JobSpec& Spec() const { return Past().Spec(); }
  JobState State() const { return Past().State(); }
  std::string_view Reason() const { return Past().Reason(); }
  Stage CurrentStage() const { return Past().CurrentStage(); }
  std::span<const Record> Records() const { return Past().Records(); }  // by index
  Counts Count() const;

 private:
  struct Impl;
  explicit Plan(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace actsearch::plan
