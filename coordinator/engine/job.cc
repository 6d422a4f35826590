#include "coordinator/engine/job.h"

#include <algorithm>
#include <variant>

namespace actsearch::engine {
namespace {

// Rules that are counted by name; workers may say any.
constexpr std::size_t kMostRules = 64;

}  // namespace

Result<void> Job::Create(plan::JobSpec spec, std::string request_id, std::int64_t wall_ms,
                         store::Epoch epoch) {
  auto plan = plan::Plan::Start(std::move(spec), epoch);
  if (!plan) return std::unexpected(plan.error());
  plan_.emplace(std::move(*plan));
  pending_.push_back(plan::EventToJson(plan_->Create(std::move(request_id), wall_ms)));
  updated_ms_ = wall_ms;
  return {};
}

Result<void> Job::Load(std::string_view json) {
  const auto folded = [&]() -> Result<void> {
    const auto event = plan::EventFromJson(json, history_.Spec().space.slots);
    if (!event) return std::unexpected(event.error());
    if (std::holds_alternative<plan::Created>(*event) != (log_size_ == 0)) {
      return Fail(ErrorCode::kCorrupt, "a log starts with one created event");
    }
    if (auto fits = history_.Fold(*event); !fits) return fits;
    if (const auto* observed = std::get_if<plan::Observed>(&*event)) Count(*observed);
    return {};
  }();
  if (!folded) {
    Break({folded.error().code,
           "event " + std::to_string(log_size_) + " of its log: " + folded.error().message});
    return std::unexpected(*broken_);
  }
  if (log_size_++ == 0) updated_ms_ = CreatedMs();
  return {};
}

void Job::Continue(plan::Plan plan) {
  plan_.emplace(std::move(plan));
  history_ = plan::History();
}

std::vector<plan::Event> Job::Cancel() {
  if (plan_) return plan_->Cancel();
  if (history_.IsOver()) return {};
  return {history_.Change(plan::JobState::kCancelled)};
}

void Job::Retire() {
  if (!plan_) return;
  history_ = std::move(*plan_).Retire();
  plan_.reset();
}

void Job::Count(const plan::Observed& observed) {
  const auto& record = Past().Records()[observed.index];
  const Outcome& outcome = observed.outcome;
  ended_.push_back(observed.index);
  proposed_us_.erase(observed.index);
  if (outcome.timing.cached) ++cached_;
  if (record.stage != plan::Stage::kSearch) return;
  ++outcomes_[static_cast<std::size_t>(outcome.status)];
  if (outcome.rejection) {
    std::pair rule(outcome.rejection->stage, outcome.rejection->rule);
    const bool is_one_too_many = rejections_.size() >= kMostRules && !rejections_.contains(rule);
    ++rejections_[is_one_too_many ? std::pair<std::string, std::string>("other", "other") : rule];
  }
  standings_.Add(record);
}

void Job::Record(std::vector<plan::Event> events, std::int64_t wall_ms, std::int64_t now_us,
                 telemetry::Metrics& metrics) {
  if (!events.empty()) updated_ms_ = wall_ms;
  for (const plan::Event& event : events) {
    pending_.push_back(plan::EventToJson(event));
    if (const auto* observed = std::get_if<plan::Observed>(&event)) {
      Count(*observed);
      metrics.CandidateEnded(plan::Name(Past().Records()[observed->index].stage),
                             observed->outcome);
    } else if (const auto* proposed = std::get_if<plan::Proposed>(&event)) {
      proposed_us_.emplace(proposed->index, now_us);
    } else if (const auto* attempted = std::get_if<plan::Attempted>(&event)) {
      metrics.AttemptEnded(attempted->attempt.end);
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

bool Job::Active() const {
  const plan::JobState state = State();
  return plan_ && (state == plan::JobState::kRunning || state == plan::JobState::kChecking);
}

bool Job::Ended() const { return broken_ || plan::IsOver(State()); }

plan::JobState Job::State() const {
  if (broken_) return plan::JobState::kFailed;
  if (held_ && !Past().IsOver()) return plan::JobState::kPaused;
  return Past().State();
}

void Job::Committed() {
  log_size_ += pending_.size();
  pending_.clear();
}

// How often each rule acted is known; what audits add needs a look at all records. Rules beyond
// kMostRules show as one, without audits.
std::vector<plan::RejectionCount> Job::Rejections() const {
  std::vector<plan::RejectionCount> rows;
  for (const auto& [key, count] : rejections_) {
    rows.push_back({.stage = key.first, .rule = key.second, .count = count});
  }
  if (Past().CurrentStage() == plan::Stage::kSearch) return rows;
  const std::lock_guard lock(counted_mutex_);
  if (counted_at_ != ended_.size()) {
    counted_ = plan::CountRejections(Past().Records());
    counted_at_ = ended_.size();
  }
  for (const plan::RejectionCount& counted : counted_) {
    const auto row = std::ranges::find_if(rows, [&](const plan::RejectionCount& each) {
      return each.stage == counted.stage && each.rule == counted.rule;
    });
    if (row != rows.end()) *row = counted;
  }
  return rows;
}

std::optional<double> Job::BestLoss() const {
  const auto& best = standings_.BestFirst();
  return best.empty() ? std::nullopt : std::optional(best.begin()->first);
}

JobView Job::View() const {
  const plan::History& past = Past();
  JobView view{.id = id_, .created_ms = CreatedMs(), .updated_ms = updated_ms_};
  view.spec = past.Spec();
  view.state = State();
  view.reason = past.Reason();
  view.held = held_ && !past.IsOver();
  if (view.held) view.reason = held_->message;
  if (!past.IsOver()) view.remark = remark_;
  if (broken_) view.reason = broken_->message;
  view.version = past.Origin().version;
  view.stage = past.CurrentStage();
  view.counts = plan_ ? plan_->Count() : past.Count();
  view.outcomes = outcomes_;
  view.cached = cached_;
  view.earlier_finals = earlier_finals_.value_or(0);
  view.best_loss = BestLoss();
  if (view.best_loss) {
    view.best_formula = past.Records()[standings_.BestFirst().begin()->second].candidate;
  }
  view.set_aside.assign(past.Aside().begin(), past.Aside().end());
  view.data = past.Data();
  view.rejections = Rejections();
  return view;
}

}  // namespace actsearch::engine
