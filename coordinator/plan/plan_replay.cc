#include "coordinator/plan/plan_state.h"

namespace actsearch::plan {
namespace {

std::unexpected<Error> Corrupt(std::uint64_t index, const std::string& what) {
  return Refuse(ErrorCode::kCorrupt, "event log, trial " + std::to_string(index) + ": " + what);
}

std::unexpected<Error> Different(std::uint64_t index, const Event& logged, const Event& derived) {
  return Corrupt(index, "logged " + EventToJson(logged) + " but this program derives " +
                            EventToJson(derived) +
                            "; continue with the version of actsearch that began the job");
}

}  // namespace

Result<void> Plan::Impl::Fold(const Created& event) {
  const std::string own = JobSpecToJson(spec);
  if (records.empty() && event.spec_json == own) return {};
  return Refuse(ErrorCode::kCorrupt,
                "event log: created with " + event.spec_json + " but the job is " + own);
}

Result<void> Plan::Impl::Fold(const Proposed& event) {
  if (IsOver()) return Corrupt(event.index, "proposed after the job was over");
  // The strategy had nothing more when the log was written.
  if (event.stage != Stage::kSearch && stage == Stage::kSearch) search.Exhaust();
  std::optional<Record> record = Next();
  if (!record) {
    return Corrupt(event.index,
                   "proposed before the outcomes that it depends on: " + EventToJson(event));
  }
  const Proposed own = ProposedOf(*record);
  if (own.index != event.index || own.stage != event.stage || own.name != event.name ||
      own.trial != event.trial) {
    return Different(event.index, event, own);
  }
  Add(std::move(*record));
  return {};
}

Result<void> Plan::Impl::Fold(const Observed& event) {
  if (IsOver()) return Corrupt(event.index, "ended after the job was over");
  if (event.index >= records.size()) return Corrupt(event.index, "ended before it was proposed");
  const Record& record = records[event.index];
  if (record.outcome) return Corrupt(event.index, "ended twice");
  const auto original =
      record.stage == Stage::kSearch ? search.OriginalOf(event.index) : std::nullopt;
  if (original && records[*original].outcome) {
    const Observed own{event.index, DuplicateOutcome(records[*original])};
    if (EventToJson(own) != EventToJson(event)) return Different(event.index, event, own);
  } else if (original || event.outcome.status == Status::kDuplicate) {
    return Corrupt(event.index,
                   "ended as " + std::string(Name(event.outcome.status)) +
                       (original ? " before the trial that it repeats" : " but repeats no trial"));
  }
  End(event.index, event.outcome);
  return {};
}

Result<void> Plan::Impl::FoldExtension(const Changed& event) {
  if (stage != Stage::kSearch || event.candidates < spec.search.candidates) {
    return Refuse(ErrorCode::kCorrupt, "event log: extended to " +
                                           std::to_string(event.candidates) + " candidates from " +
                                           std::to_string(spec.search.candidates) + " in stage " +
                                           std::string(Name(stage)));
  }
  spec.search.candidates = event.candidates;
  return {};
}

Result<void> Plan::Impl::Fold(const Changed& event) {
  const auto to = StateNamed(event.state);
  if (IsOver() || (!to && event.state != kExtended)) {
    return Refuse(ErrorCode::kCorrupt, "event log: job cannot become '" + event.state +
                                           "' when it is " + std::string(Name(state)));
  }
  if (!to) return FoldExtension(event);
  if (to == JobState::kDone) {
    if (stage == Stage::kSearch) search.Exhaust();  // as for a proposal of a later stage
    if (Next() || stage != Stage::kDone) {
      return Refuse(ErrorCode::kCorrupt, "event log: job done with trials to come");
    }
  }
  Change(*to, event.reason);
  return {};
}

Result<void> Plan::Replay(const Event& event) {
  return std::visit([this](const auto& body) { return impl_->Fold(body); }, event);
}

}  // namespace actsearch::plan
