// The first stage of a job: asks the strategy for candidates and tells it the
// outcomes, each at a moment that follows from the log alone. By index (the
// default) proposal i sees exactly the outcomes before i - window; on arrival it
// sees what had come when it was made, and the order of the log repeats that.
// What the strategy proposes twice is trained once; the best so far are trained again, with other
// seeds, by the job's racing. A Plan owns one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "coordinator/plan/job_spec.h"
#include "coordinator/plan/record.h"
#include "coordinator/plan/rungs.h"
#include "coordinator/plan/standings.h"
#include "coordinator/strategies/strategy.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/space.h"

namespace actsearch::plan {

class SearchStage {
 public:
  // `spec` outlives the stage; only its search.candidates may grow, and task.digest be set.
  SearchStage(const JobSpec& spec, std::unique_ptr<const Space> space,
              std::unique_ptr<strategies::Strategy> strategy);

  // The next trial; `records` are all before it. Nothing: outcomes are awaited, the
  // number is reached or the space is exhausted.
  std::optional<Record> Propose(std::span<const Record> records);

  // The proposed trial is part of the job. False when it is a duplicate of an
  // earlier one: then it is never trained, and its outcome comes from TakeDuplicate.
  bool Admit(const Record& record, std::span<const Record> records);

  // records[index] has its outcome now.
  void Observe(std::uint64_t index, std::span<const Record> records);

  // The first candidate of the same function; nothing when `index` is the first.
  std::optional<std::uint64_t> DuplicateOf(std::uint64_t index) const;
  // A duplicate whose first candidate has ended, so that it can end too; once each.
  std::optional<std::uint64_t> TakeDuplicate();

  // No more proposals: the log says that the strategy had none.
  void Exhaust() { exhausted_ = true; }
  bool IsComplete(std::uint64_t proposed) const;
  // Tells the strategy what it has not heard yet.
  void Finish(std::span<const Record> records);

  std::uint64_t Finished() const { return finished_; }
  const Space& SearchSpace() const { return *space_; }

 private:
  bool MayPropose(std::uint64_t index) const;
  std::uint64_t SeedOf(int replicate) const;
  // The next repeat, of the best that has too few trainings and none under way.
  std::optional<Record> Repeat(std::uint64_t index, std::span<const Record> records) const;
  void Deliver(const Record& record);
  void DeliverRepeat(const Record& record);
  void DeliverBefore(std::uint64_t index, std::span<const Record> records);
  bool ByIndex() const { return spec_.search.ordering == Ordering::kIndex; }
  std::uint64_t Window() const { return static_cast<std::uint64_t>(spec_.search.window); }

  const JobSpec& spec_;
  Rng root_;
  std::unique_ptr<const Space> space_;
  std::unique_ptr<strategies::Strategy> strategy_;
  Rungs rungs_;
  Standings standings_;  // of what was delivered
  std::unordered_set<std::uint64_t> repeating_;  // candidates with a repeat under way
  std::unordered_map<std::uint64_t, std::uint64_t> place_of_;  // index to the strategy's own
  bool exhausted_ = false;
  std::uint64_t finished_ = 0;
  std::uint64_t known_before_ = 0;  // all outcomes before this index are known
  std::uint64_t delivered_ = 0;     // by index: all outcomes before this one
  std::unordered_map<std::uint64_t, std::uint64_t> first_of_;              // by fingerprint
  std::unordered_map<std::uint64_t, std::uint64_t> duplicate_of_;          // by duplicate
  std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> waiting_;  // by the first
  std::set<std::uint64_t> ready_;  // duplicates that can end
};

// What a duplicate is worth: the losses and metrics of the first of the same function, if it was
// scored.
Outcome DuplicateOutcome(const Record& first);

}  // namespace actsearch::plan
