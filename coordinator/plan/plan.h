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
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/plan/event.h"
#include "coordinator/plan/job_spec.h"
#include "coordinator/strategies/strategy.h"
#include "search_spaces/base/error.h"
#include "search_spaces/space.h"
#include "search_spaces/trial.h"

namespace actsearch::plan {

using TimeMs = std::int64_t;  // monotonic or wall: the Plan only compares

enum class JobState { kRunning, kPaused, kDone, kCancelled, kFailed };
std::string_view Name(JobState state);  // running, paused, ...

struct Assignment {
  std::uint64_t index = 0;
  std::uint64_t epoch = 0;
  Trial trial;
};

// One trial of the job, as listed.
struct Record {
  std::uint64_t index = 0;
  Stage stage = Stage::kSearch;
  std::string formula;
  std::string name;        // of the zoo, for baselines
  Trial trial;
  int cost = 0;
  std::uint64_t fingerprint = 0;
  std::optional<Outcome> outcome;
};

struct Counts {
  std::uint64_t proposed = 0;   // search stage
  std::uint64_t finished = 0;   // search stage
  std::uint64_t final_trials = 0;     // select and final stages
  std::uint64_t final_finished = 0;
  std::uint64_t leased = 0;
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

  // Folds one logged event. kCorrupt when a replayed proposal differs from the
  // logged one (other binary, other language, or a damaged log).
  Result<void> Replay(const Event& event);

  // Proposes as far as the window allows, ends duplicates, moves to the next
  // stage, ends the job. Call after every change and after the replay.
  std::vector<Event> Advance();

  // The next open trial, leased to `worker` until now + ttl; nothing when none is open
  // or `parallelism` are leased.
  std::optional<Assignment> Lease(std::string_view worker, TimeMs now, TimeMs ttl);

  // Ends a trial; an outcome that ends nothing (PREEMPTED, LOST, CANCELLED) opens it
  // again. kStale: it has ended, or another worker holds a newer lease. kInvalid: an
  // outcome that no worker can have, such as SCORED without a finite loss.
  Result<std::vector<Event>> Complete(std::uint64_t index, std::uint64_t epoch, Outcome outcome);

  // True when `worker` still holds, or can again hold, this lease (also after a
  // restart, when no lease is known); it then lasts until now + ttl.
  bool Renew(std::string_view worker, std::uint64_t index, std::uint64_t epoch, TimeMs now,
             TimeMs ttl);

  // The worker gives a lease back unharmed: the trial is open at once.
  void Release(std::uint64_t index, std::uint64_t epoch);

  // The worker died. Its leases are open at once; `running` is the one it was
  // training, which counts as an attempt and after max_attempts is QUARANTINED.
  std::vector<Event> WorkerDied(std::string_view worker, std::optional<std::uint64_t> running);

  // Reclaims leases whose time is over; each counts as an attempt.
  std::vector<Event> ExpireLeases(TimeMs now, std::uint64_t* expired = nullptr);

  // Without effect, and without events, in a state that does not allow them. A
  // paused job grants no leases and proposes nothing; what runs may end.
  std::vector<Event> Pause();
  std::vector<Event> Resume();
  // Sets the number of search candidates. kPrecondition once the select stage has
  // begun: the data kept apart for it is looked at once.
  Result<std::vector<Event>> Extend(std::uint64_t candidates);
  std::vector<Event> Cancel();
  std::vector<Event> Fail(std::string reason);

  const JobSpec& Spec() const;
  JobState State() const;
  std::string_view Reason() const;
  Stage CurrentStage() const;
  Counts Count() const;
  std::span<const Record> Records() const;   // by index
  // Their indices, the least search loss first; none before the search has ended.
  std::span<const std::uint64_t> Finalists() const;

 private:
  struct Impl;
  explicit Plan(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace actsearch::plan
