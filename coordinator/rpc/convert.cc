// Jobs and rows for people.
#include "coordinator/rpc/convert.h"

#include <limits>
#include <utility>

#include "coordinator/plan/report.h"
#include "coordinator/plan/verdict.h"
#include "proto/convert.h"
#include "search_spaces/base/hash.h"

namespace actsearch::rpc {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

v1::JobState StateToProto(plan::JobState state) {
  switch (state) {
    case plan::JobState::kRunning:
      return v1::JOB_STATE_RUNNING;
    case plan::JobState::kPaused:
      return v1::JOB_STATE_PAUSED;
    case plan::JobState::kDone:
      return v1::JOB_STATE_DONE;
    case plan::JobState::kCancelled:
      return v1::JOB_STATE_CANCELLED;
    case plan::JobState::kFailed:
      return v1::JOB_STATE_FAILED;
    case plan::JobState::kChecking:
      return v1::JOB_STATE_CHECKING;
  }
  return v1::JOB_STATE_UNSPECIFIED;
}

void FillEstimate(const plan::Estimate& estimate, v1::Estimate& wire) {
  wire.set_mean(estimate.mean);
  wire.set_low(estimate.low);
  wire.set_high(estimate.high);
  wire.set_seeds(estimate.seeds);
}

v1::FrontRow ToProto(const plan::FrontRow& row) {
  v1::FrontRow wire;
  wire.set_index(row.index);
  wire.set_formula(row.candidate);
  wire.set_name(row.name);
  wire.set_baseline(row.baseline);
  wire.set_on_front(row.on_front);
  wire.set_cost(row.cost);
  wire.set_search_loss(row.search_loss.value_or(kNan));
  wire.set_select_loss(row.select_loss.value_or(kNan));
  wire.set_learning_rate(row.learning_rate);
  if (row.loss) FillEstimate(*row.loss, *wire.mutable_loss());
  for (const plan::MetricEstimate& metric : row.metrics) {
    v1::MetricEstimate& estimate = *wire.add_metrics();
    estimate.set_name(metric.name);
    FillEstimate(metric.value, *estimate.mutable_value());
  }
  wire.set_seconds_per_step(row.seconds_per_step);
  wire.set_given(row.given);
  wire.set_setting(std::string(plan::Name(row.setting)));
  wire.set_rank(row.rank);
  wire.set_at_edge(row.at_edge);
  wire.set_stop(row.stop);
  wire.set_failures(row.failures);
  wire.set_entrant(row.entrant);
  return wire;
}

v1::Comparison ToProto(const plan::Comparison& comparison) {
  v1::Comparison wire;
  wire.set_entrant(comparison.entrant);
  wire.set_baseline(comparison.baseline);
  wire.set_setting(std::string(plan::Name(comparison.setting)));
  const plan::Difference& difference = comparison.difference;
  wire.set_mean(difference.mean);
  wire.set_low(difference.low);
  wire.set_high(difference.high);
  wire.set_p(difference.p);
  wire.set_p_adjusted(comparison.p_adjusted);
  wire.set_freedom(difference.freedom);
  wire.set_seeds(difference.seeds);
  wire.set_units(difference.units);
  wire.set_least(difference.least);
  return wire;
}

v1::Verdict ToProto(const plan::Verdict& verdict) {
  v1::Verdict wire;
  wire.set_entrant(verdict.entrant);
  wire.set_finding(std::string(plan::Name(verdict.finding)));
  wire.set_text(proto::OneLine(verdict.text, proto::kMostVerdictBytes));
  return wire;
}

}  // namespace

v1::Job ToProto(const engine::JobView& view) {
  v1::Job job;
  job.set_id(view.id);
  *job.mutable_spec() = ToProto(view.spec);
  job.set_state(StateToProto(view.state));
  job.set_reason(proto::OneLine(view.reason));
  job.set_version(view.version);
  job.set_held(view.held);
  job.set_remark(proto::OneLine(view.remark));
  job.set_stage(std::string(plan::Name(view.stage)));
  job.set_proposed(view.counts.proposed);
  job.set_finished(view.counts.finished);
  for (std::size_t i = 0; i < view.outcomes.size(); ++i) {
    if (view.outcomes[i] == 0) continue;
    (*job.mutable_outcomes())[std::string(Name(static_cast<Status>(i)))] = view.outcomes[i];
  }
  for (const plan::RejectionCount& count : view.rejections) {
    v1::RejectionCount& row = *job.add_rejections();
    row.set_stage(count.stage);
    row.set_rule(count.rule);
    row.set_count(count.count);
    row.set_audited(count.audited);
    row.set_wrong(count.wrong);
    row.set_low(count.bounds.low);
    row.set_high(count.bounds.high);
    row.set_example(count.example);
  }
  job.set_final_trials(view.counts.final_trials);
  job.set_final_finished(view.counts.final_finished);
  job.set_cached(view.cached);
  job.set_earlier_finals(static_cast<std::uint32_t>(view.earlier_finals));
  job.set_best_loss(view.best_loss.value_or(kNan));
  job.set_best_formula(view.best_formula);
  job.set_created_ms(view.created_ms);
  job.set_updated_ms(view.updated_ms);
  job.set_workers(view.workers);
  for (const plan::SetAside& aside : view.set_aside) {
    v1::SetAside& row = *job.add_set_aside();
    row.set_worker(aside.worker);
    row.set_reason(proto::OneLine(aside.error.message));
  }
  if (view.data) *job.mutable_data() = proto::ToProto(*view.data);
  return job;
}

v1::CandidateRow ToProto(const plan::Record& record) {
  v1::CandidateRow row;
  row.set_index(record.index);
  row.set_stage(std::string(plan::Name(record.stage)));
  row.set_formula(record.candidate);
  row.set_name(record.name);
  if (record.outcome) *row.mutable_outcome() = proto::ToProto(*record.outcome);
  row.set_cost(record.cost);
  row.set_fingerprint(HexDigits(record.fingerprint));
  row.set_seed(record.seed);
  row.set_learning_rate(record.learning_rate);
  row.set_setting(std::string(plan::Name(record.setting)));
  row.set_replicate(record.replicate);
  if (record.original) row.set_original(*record.original);
  return row;
}

void FillFront(const plan::History& history, v1::GetFrontResponse& response) {
  const plan::FinalLosses losses(history);
  for (const plan::FrontRow& row : plan::Front(history, losses)) {
    *response.add_rows() = ToProto(row);
  }
  for (const plan::FrontRow& row : plan::ConfirmRows(history, losses)) {
    *response.add_confirm() = ToProto(row);
  }
  const std::vector<plan::Comparison> comparisons = plan::Comparisons(history, losses);
  for (const plan::Comparison& comparison : comparisons) {
    *response.add_comparisons() = ToProto(comparison);
  }
  for (const plan::Verdict& verdict : plan::Verdicts(history, losses, comparisons)) {
    *response.add_verdicts() = ToProto(verdict);
  }
  response.set_final(history.CurrentStage() == plan::Stage::kDone);
}

}  // namespace actsearch::rpc
