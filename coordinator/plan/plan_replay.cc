// Replaying a log: what this program derives must be what the log says.
#include "coordinator/plan/plan_state.h"

namespace actsearch::plan {
namespace {

std::unexpected<Error> Corrupt(std::uint64_t index, const std::string& what) {
  return Fail(ErrorCode::kCorrupt, "event log, trial " + std::to_string(index) + ": " + what);
}

std::unexpected<Error> Different(std::uint64_t index, const Event& logged, const Event& derived) {
  return Corrupt(index, "logged " + EventToJson(logged) + " but this program derives " +
                            EventToJson(derived));
}

}  // namespace

Result<void> Plan::Impl::Fold(const Created& event) {
  const std::string own = JobSpecToJson(past.Spec());
  if (!past.Records().empty() || event.spec_json != own) {
    return Fail(ErrorCode::kCorrupt,
                "event log: created with " + event.spec_json + " but the job is " + own);
  }
  past.Begin(event);
  return {};
}

Result<void> Plan::Impl::Fold(const Proposed& event) {
  if (past.IsOver()) return Corrupt(event.index, "proposed after the job was over");
  // The strategy had nothing more when the log was written.
  if (event.stage != Stage::kSearch && stage == Stage::kSearch) search.Exhaust();
  std::optional<Record> record = Next();
  if (!record) {
    return Corrupt(event.index,
                   "proposed before the outcomes that it depends on: " + EventToJson(event));
  }
  const Proposed& own = *record;
  if (own != event) return Different(event.index, event, own);
  Add(std::move(*record));
  return {};
}

Result<void> Plan::Impl::Fold(const Observed& event) {
  const std::span<const Record> records = past.Records();
  const bool is_open = event.index < records.size() && !records[event.index].outcome;
  const auto first = is_open && records[event.index].stage == Stage::kSearch
                         ? search.DuplicateOf(event.index)
                         : std::nullopt;
  if (first && records[*first].outcome) {
    const Observed own{event.index, DuplicateOutcome(records[*first])};
    if (EventToJson(own) != EventToJson(event)) return Different(event.index, event, own);
  } else if (first || event.outcome.status == Status::kDuplicate) {
    return Corrupt(event.index,
                   "ended as " + std::string(Name(event.outcome.status)) +
                       (first ? " before the trial that it repeats" : " but repeats no trial"));
  }
  // Whether it may end at all is the history's to say; what follows from it comes after.
  if (Result<void> ok = past.Fold(event); !ok) return ok;
  leases.Close(event.index);
  if (past.Records()[event.index].stage == Stage::kSearch) {
    search.Observe(event.index, past.Records());
  }
  return {};
}

Result<void> Plan::Impl::Fold(const Attempted& event) { return past.Fold(event); }
Result<void> Plan::Impl::Fold(const Checked& event) { return past.Fold(event); }

Result<void> Plan::Impl::Fold(const Changed& event) {
  const auto to = StateNamed(event.state);
  if (to == JobState::kDone && !past.IsOver()) {
    if (stage == Stage::kSearch) search.Exhaust();  // as for a proposal of a later stage
    if (Next() || stage != Stage::kDone) {
      return Fail(ErrorCode::kCorrupt, "event log: job done with trials to come");
    }
  }
  if (Result<void> ok = past.Fold(event); !ok) return ok;
  if (past.IsOver()) leases.CloseAll();
  return {};
}

Result<void> Plan::Replay(const Event& event) {
  return std::visit([this](const auto& body) { return impl_->Fold(body); }, event);
}

}  // namespace actsearch::plan
