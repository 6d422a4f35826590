// What one worker holds of the coordinator's leases: trials that wait, the one that is
// trained, and reports that the coordinator has not acknowledged. Plain bookkeeping
// without threads or I/O; the Desk guards it with its mutex.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "search_spaces/trial.h"

namespace actsearch::workers {

// Names one granted evaluation.
struct LeaseId {
  std::string job;
  std::uint64_t index = 0;
  std::uint64_t epoch = 0;

  auto operator<=>(const LeaseId&) const = default;
};

struct Assignment {
  LeaseId lease;
  Trial trial;
  double max_seconds = 0;  // of training; 0: no limit
};

// The trial's end, or this worker's go at it.
struct Report {
  LeaseId lease;
  std::variant<Outcome, Attempt> end;
};

class LeaseBook {
 public:
  // A lease that is held already stays as it is.
  void Queue(Assignment assignment);

  // The assignment that has waited longest is now the running one; none must run.
  std::optional<Assignment> Start();

  // Ends the running one. Its report is kept, unless the lease was dropped meanwhile.
  void Finish(Report report);

  // For an assignment that cannot be started.
  void FinishUnstarted(Report report);

  // The coordinator has taken the lease back, or has its report. Unknown ones are fine.
  void Drop(const LeaseId& lease);

  // A new connection kept only these: the others are dropped, and all reports that
  // are left count as unsent.
  void KeepOnly(const std::vector<LeaseId>& kept);

  // Waiting trials go back; returns their leases.
  std::vector<LeaseId> ReleaseQueued();

  // All but the running one goes back, unsent reports too; reports that were sent are
  // forgotten. Returns the leases that no report has gone out for.
  std::vector<LeaseId> ReleaseAll();

  // Reports not sent on this connection; they stay in the book until dropped.
  std::vector<Report> TakeUnsent();

  std::vector<LeaseId> Held() const;
  std::optional<LeaseId> Running() const { return running_; }
  bool RunningDropped() const { return running_ && dropped_; }
  bool HasQueued() const { return !queued_.empty(); }
  bool HasUnsent() const { return unsent_ > 0; }
  bool Empty() const { return queued_.empty() && !running_ && reports_.empty(); }

 private:
  struct Entry {
    Report report;
    bool sent = false;
  };

  bool Holds(const LeaseId& lease) const;

  std::deque<Assignment> queued_;
  std::optional<LeaseId> running_;
  bool dropped_ = false;  // the running one
  std::map<LeaseId, Entry> reports_;
  std::size_t unsent_ = 0;  // entries that are not sent
};

}  // namespace actsearch::workers
