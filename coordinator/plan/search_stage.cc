#include "coordinator/plan/search_stage.h"

#include <string>
#include <utility>

namespace actsearch::plan {

SearchStage::SearchStage(const JobSpec& spec, std::unique_ptr<const Space> space,
                         std::unique_ptr<strategies::Strategy> strategy)
    : spec_(spec),
      root_(spec.search.seed),
      trial_seed_(root_.Fork("search trials").Bits()),
      space_(std::move(space)),
      strategy_(std::move(strategy)),
      rungs_(spec.hurdles, spec.task.steps) {}

std::optional<Record> SearchStage::Propose(std::span<const Record> records) {
  const std::uint64_t index = records.size();
  if (exhausted_ || index >= spec_.search.candidates || !MayPropose(index)) return std::nullopt;
  if (ByIndex() && index > Window()) DeliverBefore(index - Window(), records);
  Rng rng = root_.Fork("propose", index);
  const std::optional<Candidate> candidate = strategy_->Propose(index, rng);
  if (!candidate) {
    exhausted_ = true;
    return std::nullopt;
  }
  Record record;
  record.index = index;
  record.stage = Stage::kSearch;
  record.candidate = candidate->text;
  record.learning_rate = spec_.task.learning_rate;
  record.seed = trial_seed_;
  record.hurdles = rungs_.Hurdles();
  record.stops = rungs_.Stops();
  record.cost = space_->ComplexityOf(*candidate).cost;
  record.fingerprint = space_->KeyOf(*candidate);
  return record;
}

// By index the distance to the oldest open trial counts, on arrival their number.
bool SearchStage::MayPropose(std::uint64_t index) const {
  return index <= (ByIndex() ? known_before_ : finished_) + Window();
}

bool SearchStage::Admit(const Record& record, std::span<const Record> records) {
  const auto [first, is_new] = first_of_.try_emplace(record.fingerprint, record.index);
  if (is_new) return true;
  const std::uint64_t original = first->second;
  original_of_[record.index] = original;
  if (records[original].outcome) {
    ready_.insert(record.index);
  } else {
    waiting_[original].push_back(record.index);
  }
  return false;
}

void SearchStage::Observe(std::uint64_t index, std::span<const Record> records) {
  ++finished_;
  while (known_before_ < records.size() && records[known_before_].outcome) ++known_before_;
  ready_.erase(index);
  if (const auto repeats = waiting_.extract(index)) {
    ready_.insert(repeats.mapped().begin(), repeats.mapped().end());
  }
  if (!ByIndex()) Deliver(records[index]);
}

std::optional<std::uint64_t> SearchStage::OriginalOf(std::uint64_t index) const {
  const auto at = original_of_.find(index);
  return at == original_of_.end() ? std::nullopt : std::optional(at->second);
}

std::optional<std::uint64_t> SearchStage::TakeDuplicate() {
  if (ready_.empty()) return std::nullopt;
  const std::uint64_t index = *ready_.begin();
  ready_.erase(ready_.begin());
  return index;
}

bool SearchStage::IsComplete(std::uint64_t proposed) const {
  return (exhausted_ || proposed >= spec_.search.candidates) && finished_ == proposed;
}

void SearchStage::Finish(std::span<const Record> records) {
  if (ByIndex()) DeliverBefore(records.size(), records);
}

void SearchStage::DeliverBefore(std::uint64_t index, std::span<const Record> records) {
  while (delivered_ < index) Deliver(records[delivered_++]);
}

void SearchStage::Deliver(const Record& record) {
  strategy_->Observe(record.index, Candidate{record.candidate}, *record.outcome);
  rungs_.Add(*record.outcome);
}

Outcome DuplicateOutcome(const Record& original) {
  Outcome outcome;
  outcome.status = Status::kDuplicate;
  outcome.duplicate_of = original.index;
  if (IsScored(original)) {
    outcome.losses = original.outcome->losses;
    outcome.metrics = original.outcome->metrics;
  }
  return outcome;
}

}  // namespace actsearch::plan
