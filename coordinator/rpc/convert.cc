// Jobs and rows for people.
#include "coordinator/rpc/convert.h"

#include <limits>
#include <utility>

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
  }
  job.mutable_audits()->set_audited(view.audits.audited);
  job.mutable_audits()->set_false_rejections(view.audits.false_rejections);
  job.set_final_trials(view.counts.final_trials);
  job.set_final_finished(view.counts.final_finished);
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
  row.set_audit(record.audit);
  return row;
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
  return wire;
}

}  // namespace actsearch::rpc
