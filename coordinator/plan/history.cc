#include "coordinator/plan/history.h"

#include <algorithm>
#include <array>
#include <utility>

#include "coordinator/plan/finals.h"
#include "search_spaces/base/check.h"

namespace actsearch::plan {
namespace {

constexpr std::array<std::string_view, 6> kStates = {"running",   "paused", "done",
                                                     "cancelled", "failed", "checking"};
static_assert(kStates.size() == static_cast<std::size_t>(JobState::kChecking) + 1);

}  // namespace

std::string_view Name(JobState state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<JobState> StateNamed(std::string_view name) {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (kStates[i] == name) return static_cast<JobState>(i);
  }
  return std::nullopt;
}

bool IsOver(JobState state) {
  return state == JobState::kDone || state == JobState::kCancelled || state == JobState::kFailed;
}

void History::Begin(const Created& created) {
  begun_ = true;
  origin_ = created;
  if (created.checks) state_ = JobState::kChecking;
}

void History::Add(Record record) {
  ACTSEARCH_CHECK(record.index == records_.size(), "trials are added in order");
  if (record.stage == Stage::kSearch) ++searched_;
  const bool is_new = record.original && record.stage == Stage::kSelect &&
                      std::ranges::find(finalists_, *record.original) == finalists_.end();
  if (is_new) finalists_.push_back(*record.original);
  records_.push_back(std::move(record));
}

void History::End(std::uint64_t index, Outcome outcome) {
  Record& record = records_[index];
  ACTSEARCH_CHECK(!record.outcome, "trial " + std::to_string(index) + " ends twice");
  if (first_digest_.empty()) first_digest_ = outcome.data_digest;
  if (!outcome.data_digest.empty()) last_digest_ = outcome.data_digest;
  Readmit(outcome.timing.worker);  // it can serve the job after all
  record.outcome = std::move(outcome);
  ++ended_;
  if (record.stage == Stage::kSearch) ++search_ended_;
  attempts_.erase(index);
}

void History::Note(const Attempted& attempted) {
  const Attempt& attempt = attempted.attempt;
  if (attempted.index && attempt.end != AttemptEnd::kPreempted) {
    attempts_[*attempted.index].push_back(attempt);
  }
  if (!attempted.index && attempt.end != AttemptEnd::kError) ++probes_lost_;
  const bool is_silent = !attempted.index && attempt.end == AttemptEnd::kTimedOut;
  if ((attempt.end == AttemptEnd::kError || is_silent) && !IsAside(attempt.worker)) {
    aside_.push_back({attempt.worker, attempt.error});
  }
}

void History::Learn(const Checked& checked) {
  data_ = checked.data;
  spec_.task.digest = checked.data.digest;
  if (state_ == JobState::kChecking) state_ = JobState::kRunning;
}

Changed History::Change(JobState to, std::string why) {
  state_ = to;
  reason_ = why;
  const bool goes_on = to == JobState::kRunning || to == JobState::kChecking;
  if (goes_on && why.empty()) {
    aside_.clear();
    probes_lost_ = 0;
    first_digest_.clear();
  }
  return {.state = std::string(Name(to)), .candidates = 0, .reason = std::move(why)};
}

void History::Readmit(std::string_view worker) {
  std::erase_if(aside_, [&](const SetAside& aside) { return aside.worker == worker; });
}

bool History::IsAside(std::string_view worker) const {
  return std::ranges::find(aside_, worker, &SetAside::worker) != aside_.end();
}

std::span<const Attempt> History::AttemptsAt(std::uint64_t index) const {
  const auto at = attempts_.find(index);
  return at == attempts_.end() ? std::span<const Attempt>() : at->second;
}

Stage History::CurrentStage() const {
  if (state_ == JobState::kDone) return Stage::kDone;
  return records_.empty() ? Stage::kSearch : records_.back().stage;
}

Counts History::Count() const {
  Counts counts = {.proposed = searched_,
                   .finished = search_ended_,
                   .final_trials = records_.size() - searched_,
                   .final_finished = ended_ - search_ended_};
  const Stage now = CurrentStage();
  if (now <= Stage::kAudit) counts.final_trials += LateTrialsPlanned(spec_, Stage::kSelect);
  if (now == Stage::kSelect) counts.final_trials += LateTrialsPlanned(spec_, Stage::kConfirm);
  if (now == Stage::kConfirm) counts.final_trials += LateTrialsPlanned(spec_, Stage::kFinal);
  return counts;
}

}  // namespace actsearch::plan
