// Which event may follow which.
#include <algorithm>
#include <utility>

#include "coordinator/plan/history.h"

namespace actsearch::plan {
namespace {

std::unexpected<Error> Corrupt(const std::string& what) {
  return Fail(ErrorCode::kCorrupt, "event log: " + what);
}

std::unexpected<Error> Corrupt(std::uint64_t index, const std::string& what) {
  return Corrupt("trial " + std::to_string(index) + " " + what);
}

}  // namespace

Result<void> History::Fold(const Event& event) {
  return std::visit(
      [this](const auto& body) -> Result<void> {
        Result<void> fits = Check(body);
        if (fits) Apply(body);
        return fits;
      },
      event);
}

Result<void> History::Check(const Created& event) const {
  if (begun_) return Corrupt("the job is created twice");
  const auto spec = JobSpecFromJson(event.spec_json);
  if (!spec) return std::unexpected(spec.error());
  return {};
}

Result<void> History::Check(const Proposed& event) const {
  if (IsOver()) return Corrupt(event.index, "was proposed after the job was over");
  if (event.index != records_.size()) {
    return Corrupt(event.index, "was proposed when " + std::to_string(records_.size()) +
                                    " was the next");
  }
  const bool in_order = records_.empty() || records_.back().stage <= event.stage;
  if (!in_order || event.stage == Stage::kDone) {
    return Corrupt(event.index, "is of stage " + std::string(Name(event.stage)) + " after " +
                                    std::string(Name(CurrentStage())));
  }
  if (event.original && *event.original >= searched_) {
    return Corrupt(event.index, "is of candidate " + std::to_string(*event.original) +
                                    ", which the search does not have");
  }
  return {};
}

Result<void> History::Check(const Observed& event) const {
  if (IsOver()) return Corrupt(event.index, "ended after the job was over");
  if (event.index >= records_.size()) return Corrupt(event.index, "ended before it was proposed");
  if (records_[event.index].outcome) return Corrupt(event.index, "ended twice");
  const auto& original = event.outcome.duplicate_of;
  if ((event.outcome.status == Status::kDuplicate) != original.has_value()) {
    return Corrupt(event.index, "is a duplicate of nothing");
  }
  if (original && (*original >= event.index || !records_[*original].outcome)) {
    return Corrupt(event.index, "ended before trial " + std::to_string(*original) +
                                    ", which it repeats");
  }
  return {};
}

Result<void> History::Check(const Attempted& event) const {
  if (IsOver()) return Corrupt("an attempt ended after the job was over");
  if (!event.index) return {};
  const bool is_open = *event.index < records_.size() && !records_[*event.index].outcome;
  if (!is_open) return Corrupt(*event.index, "is not open, and an attempt at it ended");
  return {};
}

Result<void> History::Check(const Checked&) const {
  if (AwaitsCheck() && !IsOver()) return {};
  return Corrupt("data were checked that nobody asked for");
}

Result<void> History::Check(const Changed& event) const {
  const auto to = StateNamed(event.state);
  if (IsOver() || (!to && event.state != kExtended)) {
    return Corrupt("the job cannot become '" + event.state + "' when it is " +
                   std::string(Name(state_)));
  }
  if (to) return {};
  if (CurrentStage() != Stage::kSearch || event.candidates < spec_.search.candidates) {
    return Corrupt("extended to " + std::to_string(event.candidates) + " candidates from " +
                   std::to_string(spec_.search.candidates) + " in stage " +
                   std::string(Name(CurrentStage())));
  }
  return {};
}

void History::Apply(const Created& event) {
  if (auto spec = JobSpecFromJson(event.spec_json)) spec_ = *std::move(spec);
  Begin(event);
}

void History::Apply(const Proposed& event) {
  Record record;
  static_cast<Proposed&>(record) = event;
  // Logs of version 1 do not say which candidate a later trial is of.
  if (event.stage > Stage::kAudit && event.name.empty() && !event.original) {
    for (const Record& searched : StageOf(records_, Stage::kSearch)) {
      if (IsScored(searched) && searched.candidate == event.candidate) {
        record.original = searched.index;
        break;
      }
    }
  }
  if (event.stage > Stage::kAudit && event.entrant == kNoEntrant) Number(record);
  Add(std::move(record));
}

// The trials of one entrant have its name and text; the others have other ones.
void History::Number(Record& record) const {
  int next = 0;
  for (const Record& known : records_) {
    if (known.stage <= Stage::kAudit) continue;
    if (known.name == record.name && known.candidate == record.candidate) {
      record.entrant = known.entrant;
      return;
    }
    next = std::max(next, known.entrant + 1);
  }
  record.entrant = next;
}

void History::Apply(const Changed& event) {
  if (const auto to = StateNamed(event.state)) {
    Change(*to, event.reason);
  } else {
    Extend(event.candidates);
  }
}

}  // namespace actsearch::plan
