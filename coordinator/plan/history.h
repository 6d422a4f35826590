// What has happened to a job: the fold of its log, for showing it. Needs no space, no
// strategy and no parser, so that every later program can show a job that has ended. A Plan
// goes on from the same facts and adds to them. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/plan/event.h"
#include "coordinator/plan/job_spec.h"
#include "coordinator/plan/record.h"
#include "search_spaces/base/error.h"

namespace actsearch::plan {

// CHECKING: no worker has said yet what the data are. FAILED is of logs of version 1 only.
enum class JobState { kRunning, kPaused, kDone, kCancelled, kFailed, kChecking };
std::string_view Name(JobState state);  // running, paused, ...
std::optional<JobState> StateNamed(std::string_view name);
bool IsOver(JobState state);

inline constexpr std::string_view kExtended = "extended";  // Changed::state of an extension

struct Counts {
  std::uint64_t proposed = 0;      // search stage
  std::uint64_t finished = 0;      // search stage
  std::uint64_t final_trials = 0;  // select and final stages, as planned so far
  std::uint64_t final_finished = 0;
  std::uint64_t leased = 0;        // of a Plan
};

// A worker that gets no leases of the job until it connects anew or people resume the job.
struct SetAside {
  std::string worker;
  Error error;
};

class History {
 public:
  // Of the spec that the log begins with, or of a job that has none yet.
  explicit History(JobSpec spec = {}) : spec_(std::move(spec)) {}

  // The log's next event. kCorrupt when it cannot follow what was before; then nothing has
  // changed.
  Result<void> Fold(const Event& event);

  // What the Fold of each event does once it is known to fit.
  void Begin(const Created& created);
  void Add(Record record);
  void End(std::uint64_t index, Outcome outcome);
  void Note(const Attempted& attempted);
  void Learn(const Checked& checked);
  void Extend(std::uint64_t candidates) { spec_.search.candidates = candidates; }
  // Running without a reason is people's wish: they know that what was wrong is mended, and
  // every worker may be tried again.
  Changed Change(JobState to, std::string why = {});

  // The worker has left or connected anew. Not an event: after a restart all connect anew.
  void Readmit(std::string_view worker);
  void ReadmitAll() { aside_.clear(); }

  const Created& Origin() const { return origin_; }
  // As created, with what was changed since: search.candidates, task.digest.
  const JobSpec& Spec() const { return spec_; }
  JobState State() const { return state_; }
  bool IsOver() const { return plan::IsOver(state_); }
  std::string_view Reason() const { return reason_; }  // of the state; empty: people's wish
  Stage CurrentStage() const;
  Counts Count() const;
  std::span<const Record> Records() const { return records_; }  // by index
  std::uint64_t Ended() const { return ended_; }                // records with an outcome
  // Search candidates that the later stages are about, the least search loss first.
  std::span<const std::uint64_t> Finalists() const { return finalists_; }

  const std::optional<catalogue::DataFacts>& Data() const { return data_; }
  bool AwaitsCheck() const { return origin_.checks && !data_; }
  // Of the data that outcomes must come from: what the spec or the check says, else what the
  // first outcome said since people resumed the job. Empty: none of them has.
  const std::string& Digest() const {
    return spec_.task.digest.empty() ? first_digest_ : spec_.task.digest;
  }
  // That of the data of the trials so far, from which later seeds come.
  const std::string& SeedDigest() const {
    return spec_.task.digest.empty() ? last_digest_ : spec_.task.digest;
  }
  // How often a worker's process ended while it read the data, or did not say what they are,
  // since people resumed the job.
  int ProbesLost() const { return probes_lost_; }
  // Data that kill or hang whoever reads them would do so to one worker after the other.
  bool TooManyProbesLost() const {
    return AwaitsCheck() && probes_lost_ >= spec_.search.max_attempts;
  }
  std::span<const SetAside> Aside() const { return aside_; }
  bool IsAside(std::string_view worker) const;
  // Of a trial without outcome, but for PREEMPTED ones, which say nothing.
  std::span<const Attempt> AttemptsAt(std::uint64_t index) const;

 private:
  Result<void> Check(const Created& event) const;
  Result<void> Check(const Proposed& event) const;
  Result<void> Check(const Observed& event) const;
  Result<void> Check(const Attempted& event) const;
  Result<void> Check(const Checked& event) const;
  Result<void> Check(const Changed& event) const;
  void Number(Record& record) const;  // entrants of logs of before
  void Apply(const Created& event);
  void Apply(const Proposed& event);
  void Apply(const Observed& event) { End(event.index, event.outcome); }
  void Apply(const Attempted& event) { Note(event); }
  void Apply(const Checked& event) { Learn(event); }
  void Apply(const Changed& event);

  JobSpec spec_;
  Created origin_;
  bool begun_ = false;
  JobState state_ = JobState::kRunning;
  std::string reason_;
  std::vector<Record> records_;
  std::vector<std::uint64_t> finalists_;
  std::uint64_t searched_ = 0;        // records of the search stage
  std::uint64_t search_ended_ = 0;
  std::uint64_t ended_ = 0;
  std::map<std::uint64_t, std::vector<Attempt>> attempts_;  // of open trials
  std::vector<SetAside> aside_;
  std::optional<catalogue::DataFacts> data_;
  std::string first_digest_, last_digest_;
  int probes_lost_ = 0;
};

}  // namespace actsearch::plan
