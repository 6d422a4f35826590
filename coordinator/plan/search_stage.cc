#include "coordinator/plan/search_stage.h"

#include <string>
#include <utility>

namespace actsearch::plan {

SearchStage::SearchStage(const JobSpec& spec, std::unique_ptr<const Space> space,
                         std::unique_ptr<strategies::Strategy> strategy)
    : spec_(spec),
      root_(spec.search.seed),
      space_(std::move(space)),
      strategy_(std::move(strategy)),
      rungs_(spec.hurdles, spec.task.steps) {}

std::optional<Record> SearchStage::Propose(std::span<const Record> records) {
  const std::uint64_t index = records.size();
  if (exhausted_ || index >= spec_.search.candidates || !MayPropose(index)) return std::nullopt;
  if (ByIndex() && index > Window()) DeliverBefore(index - Window(), records);
  if (std::optional<Record> repeat = Repeat(index, records)) return repeat;
  Rng rng = root_.Fork("propose", index);
  const std::optional<Candidate> candidate = strategy_->Propose(place_of_.size(), rng);
  if (!candidate) {
    exhausted_ = true;
    return std::nullopt;
  }
  Record record;
  record.index = index;
  record.candidate = candidate->text;
  record.learning_rate = spec_.task.learning_rate;
  record.seed = SeedOf(0);
  record.hurdles = rungs_.Hurdles();
  record.stops = rungs_.Stops();
  record.cost = space_->ComplexityOf(*candidate).cost;
  record.fingerprint = space_->KeyOf(*candidate);
  return record;
}

// One for the first trainings of all candidates, one for the second ones, ...: the same weights
// and batches.
std::uint64_t SearchStage::SeedOf(int replicate) const {
  return root_.Fork("search trials", static_cast<std::uint64_t>(replicate)).Bits();
}

std::optional<Record> SearchStage::Repeat(std::uint64_t index,
                                          std::span<const Record> records) const {
  int place = 0;
  for (const auto& [loss, candidate] : standings_.BestFirst()) {
    if (place++ == spec_.racing.best) break;
    const int trainings = standings_.Of(candidate).Trainings();
    if (trainings >= spec_.racing.trainings || repeating_.contains(candidate)) continue;
    Record repeat;
    static_cast<Proposed&>(repeat) = records[candidate];
    repeat.index = index;
    repeat.original = candidate;
    repeat.replicate = trainings;
    repeat.seed = SeedOf(trainings);
    repeat.hurdles.clear();
    return repeat;
  }
  return std::nullopt;
}

// By index the distance to the oldest open trial counts, on arrival their number.
bool SearchStage::MayPropose(std::uint64_t index) const {
  return index <= (ByIndex() ? known_before_ : finished_) + Window();
}

bool SearchStage::Admit(const Record& record, std::span<const Record> records) {
  if (record.original) {
    repeating_.insert(*record.original);
    return true;
  }
  place_of_.emplace(record.index, place_of_.size());
  const auto [first, is_new] = first_of_.try_emplace(record.fingerprint, record.index);
  if (is_new) return true;
  duplicate_of_[record.index] = first->second;
  if (records[first->second].outcome) {
    ready_.insert(record.index);
  } else {
    waiting_[first->second].push_back(record.index);
  }
  return false;
}

void SearchStage::Observe(std::uint64_t index, std::span<const Record> records) {
  ++finished_;
  while (known_before_ < records.size() && records[known_before_].outcome) ++known_before_;
  ready_.erase(index);
  if (const auto duplicates = waiting_.extract(index)) {
    ready_.insert(duplicates.mapped().begin(), duplicates.mapped().end());
  }
  if (!ByIndex()) Deliver(records[index]);
}

std::optional<std::uint64_t> SearchStage::DuplicateOf(std::uint64_t index) const {
  const auto at = duplicate_of_.find(index);
  return at == duplicate_of_.end() ? std::nullopt : std::optional(at->second);
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
  if (record.original) return DeliverRepeat(record);
  standings_.Add(record);
  Outcome told = *record.outcome;
  if (told.duplicate_of) told.duplicate_of = place_of_.at(*told.duplicate_of);
  strategy_->Observe(place_of_.at(record.index), Candidate{record.candidate}, told);
  rungs_.Add(*record.outcome);
}

// Rungs learn from first trainings only: repeats are of the best.
void SearchStage::DeliverRepeat(const Record& record) {
  repeating_.erase(*record.original);
  standings_.Add(record);
  const Standing& standing = standings_.Of(*record.original);
  strategy_->Revise(Candidate{record.candidate}, standing.Mean(), standing.Trainings());
}

Outcome DuplicateOutcome(const Record& first) {
  Outcome outcome;
  outcome.status = Status::kDuplicate;
  outcome.duplicate_of = first.index;
  if (IsScored(first)) {
    outcome.losses = first.outcome->losses;
    outcome.metrics = first.outcome->metrics;
  }
  return outcome;
}

}  // namespace actsearch::plan
