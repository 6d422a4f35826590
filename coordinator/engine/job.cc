#include "coordinator/engine/job.h"

#include <variant>

namespace actsearch::engine {

Result<void> Job::Start(const plan::Created& created, store::Epoch epoch) {
  auto spec = plan::JobSpecFromJson(created.spec_json);
  if (!spec) return std::unexpected(spec.error());
  auto plan = plan::Plan::Start(std::move(*spec), epoch);
  if (!plan) return std::unexpected(plan.error());
  plan_.emplace(std::move(*plan));
  request_id_ = created.request_id;
  created_spec_ = created.spec_json;
  created_ms_ = updated_ms_ = created.wall_ms;
  return {};
}

Result<void> Job::Create(plan::JobSpec spec, std::string request_id, std::int64_t wall_ms,
                         store::Epoch epoch) {
  plan::Created created{plan::JobSpecToJson(spec), std::move(request_id), wall_ms};
  if (auto started = Start(created, epoch); !started) return started;
  pending_.push_back(plan::EventToJson(std::move(created)));
  return {};
}

Result<void> Job::Replay(std::string_view json, store::Epoch epoch) {
  const auto folded = [&]() -> Result<void> {
    const auto event = plan::EventFromJson(json, plan_ ? plan_->Spec().task : TaskSpec{});
    if (!event) return std::unexpected(event.error());
    const auto* created = std::get_if<plan::Created>(&*event);
    if ((created != nullptr) != (log_size_ == 0)) {
      return Fail(ErrorCode::kCorrupt, "a log starts with one created event");
    }
    if (created != nullptr) return Start(*created, epoch);
    if (auto replayed = plan_->Replay(*event); !replayed) return replayed;
    if (const auto* observed = std::get_if<plan::Observed>(&*event)) Fold(*observed);
    return {};
  }();
  if (!folded) {
    Break({folded.error().code,
           "event " + std::to_string(log_size_) + " of its log: " + folded.error().message});
    return std::unexpected(*broken_);
  }
  ++log_size_;
  return {};
}

void Job::Fold(const plan::Observed& observed) {
  const auto& record = plan_->Records()[observed.index];
  const Outcome& outcome = observed.outcome;
  ended_.push_back(observed.index);
  proposed_us_.erase(observed.index);
  if (record.stage != plan::Stage::kSearch) return;
  ++outcomes_[static_cast<std::size_t>(outcome.status)];
  if (outcome.rejection) ++rejections_[{outcome.rejection->stage, outcome.rejection->rule}];
  if (outcome.audit) ++audited_;
  // Of equals the earlier, so that the order of arrival does not show.
  const auto better = [&] {
    return std::pair(outcome.loss, observed.index) < std::pair(*best_loss_, best_index_);
  };
  if (outcome.status == Status::kScored && (!best_loss_ || better())) {
    best_loss_ = outcome.loss;
    best_index_ = observed.index;
  }
}

void Job::Record(std::vector<plan::Event> events, std::int64_t wall_ms, std::int64_t now_us,
                 telemetry::Metrics& metrics) {
  if (!events.empty()) updated_ms_ = wall_ms;
  for (const plan::Event& event : events) {
    pending_.push_back(plan::EventToJson(event));
    if (const auto* observed = std::get_if<plan::Observed>(&event)) {
      Fold(*observed);
      metrics.CandidateEnded(plan::Name(plan_->Records()[observed->index].stage),
                             observed->outcome);
    } else if (const auto* proposed = std::get_if<plan::Proposed>(&event)) {
      proposed_us_.emplace(proposed->index, now_us);
    }
  }
}

std::optional<double> Job::TakeWait(std::uint64_t index, std::int64_t now_us) {
  const auto found = proposed_us_.find(index);
  if (found == proposed_us_.end()) return std::nullopt;
  const double seconds = static_cast<double>(now_us - found->second) * 1e-6;
  proposed_us_.erase(found);
  return seconds;
}

void Job::Break(const Error& why) {
  broken_ = why;
  pending_.clear();
  proposed_us_.clear();
}

bool Job::Running() const { return State() == plan::JobState::kRunning; }

bool Job::Ended() const {
  const plan::JobState state = State();
  return state != plan::JobState::kRunning && state != plan::JobState::kPaused;
}

plan::JobState Job::State() const {
  return broken_ || !plan_ ? plan::JobState::kFailed : plan_->State();
}

void Job::Committed() {
  log_size_ += pending_.size();
  pending_.clear();
}

// Counting looks at all records, so it waits until a hundredth of them are new.
plan::AuditCount Job::Audits() const {
  if (audited_ == 0) return {};
  const std::lock_guard lock(audits_mutex_);
  const std::uint64_t fresh = ended_.size() - audits_at_;
  if (audits_at_ == 0 || (fresh > 0 && (Ended() || fresh * 100 >= ended_.size()))) {
    audits_ = plan::CountAudits(plan_->Records());
    audits_at_ = ended_.size();
  }
  return audits_;
}

JobView Job::View() const {
  JobView view{.id = id_, .created_ms = created_ms_, .updated_ms = updated_ms_};
  view.state = State();
  if (plan_) {
    view.spec = plan_->Spec();
    view.reason = plan_->Reason();
    view.stage = plan_->CurrentStage();
    view.counts = plan_->Count();
    view.audits = Audits();
    if (best_loss_) view.best_formula = plan_->Records()[best_index_].formula;
  }
  if (broken_) view.reason = broken_->message;
  view.outcomes = outcomes_;
  view.best_loss = best_loss_;
  for (const auto& [key, count] : rejections_) {
    view.rejections.push_back({key.first, key.second, count});
  }
  return view;
}

}  // namespace actsearch::engine
