#include "coordinator/rpc/convert.h"

#include <limits>
#include <utility>

#include "proto/convert.h"
#include "search_spaces/base/hash.h"

namespace actsearch::rpc {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// The wire's value, unless it is the zero that stands for "default".
template <class T>
void TakeUnlessZero(T& target, const auto& value) {
  if (value != std::decay_t<decltype(value)>{}) target = static_cast<T>(value);
}

template <class T>
void TakeAll(std::vector<T>& target, const auto& values) {
  target.assign(values.begin(), values.end());
}

SpaceSpec SpaceFromProto(const v1::Space& wire) {
  SpaceSpec space;
  TakeUnlessZero(space.name, wire.name());
  TakeUnlessZero(space.max_nodes, wire.max_nodes());
  space.max_parameters = wire.max_parameters();
  TakeUnlessZero(space.parameter_shape, wire.parameter_shape());
  TakeAll(space.operators, wire.operators());
  TakeAll(space.unary, wire.unary());
  TakeAll(space.binary, wire.binary());
  space.shape = wire.shape();
  TakeUnlessZero(space.slots, wire.slots());
  return space;
}

Result<TaskSpec> TaskFromProto(const v1::Task& wire) {
  auto given = proto::FromProto(wire);
  if (!given) return given;
  TaskSpec task;
  TakeUnlessZero(task.name, given->name);
  TakeUnlessZero(task.dataset, given->dataset);
  TakeUnlessZero(task.data_dir, given->data_dir);
  TakeUnlessZero(task.steps, given->steps);
  TakeUnlessZero(task.batch, given->batch);
  TakeUnlessZero(task.learning_rate, given->learning_rate);
  TakeUnlessZero(task.hidden, given->hidden);
  TakeUnlessZero(task.normalization, given->normalization);
  return task;
}

GateOptions GatesFromProto(const v1::GateOptions& wire) {
  GateOptions gates{.probes = wire.probes(), .chance = wire.chance()};
  TakeUnlessZero(gates.chance_steps, wire.chance_steps());
  TakeUnlessZero(gates.chance_margin, wire.chance_margin());
  return gates;
}

Result<plan::HurdleSpec> HurdlesFromProto(const v1::HurdleSpec& wire) {
  plan::HurdleSpec hurdles;
  switch (wire.schedule()) {
    case v1::HURDLE_SCHEDULE_UNSPECIFIED:
    case v1::HURDLE_SCHEDULE_SHARES:
      break;
    case v1::HURDLE_SCHEDULE_HALVING:
      hurdles.schedule = plan::HurdleSchedule::kHalving;
      break;
    case v1::HURDLE_SCHEDULE_ASHA:
      hurdles.schedule = plan::HurdleSchedule::kAsha;
      break;
    default:
      return Fail(ErrorCode::kInvalid, "hurdles.schedule: unknown value " +
                                           std::to_string(wire.schedule()) +
                                           "; a newer client may have sent it");
  }
  TakeAll(hurdles.rungs, wire.rungs());
  TakeUnlessZero(hurdles.keep, wire.keep());
  TakeUnlessZero(hurdles.min_observed, wire.min_observed());
  TakeUnlessZero(hurdles.count, wire.count());
  TakeUnlessZero(hurdles.eta, wire.eta());
  return hurdles;
}

v1::HurdleSchedule ScheduleToProto(plan::HurdleSchedule schedule) {
  switch (schedule) {
    case plan::HurdleSchedule::kHalving:
      return v1::HURDLE_SCHEDULE_HALVING;
    case plan::HurdleSchedule::kAsha:
      return v1::HURDLE_SCHEDULE_ASHA;
    case plan::HurdleSchedule::kShares:
      break;
  }
  return v1::HURDLE_SCHEDULE_SHARES;
}

Result<plan::Ordering> OrderingFromProto(v1::Ordering ordering) {
  if (ordering == v1::ORDERING_ARRIVAL) return plan::Ordering::kArrival;
  if (ordering == v1::ORDERING_INDEX || ordering == v1::ORDERING_UNSPECIFIED) {
    return plan::Ordering::kIndex;
  }
  return Fail(ErrorCode::kInvalid, "search.ordering: " + std::to_string(ordering) +
                                       " is unknown; use ORDERING_INDEX or ORDERING_ARRIVAL");
}

Result<plan::SearchSpec> SearchFromProto(const v1::Search& wire) {
  plan::SearchSpec search;
  TakeUnlessZero(search.candidates, wire.candidates());
  search.seed = wire.seed();
  TakeUnlessZero(search.parallelism, wire.parallelism());
  search.window = wire.window();
  search.audit_share = wire.audit_share();
  TakeUnlessZero(search.max_trial_seconds, wire.max_trial_seconds());
  TakeUnlessZero(search.max_attempts, wire.max_attempts());
  const auto ordering = OrderingFromProto(wire.ordering());
  if (!ordering) return std::unexpected(ordering.error());
  search.ordering = *ordering;
  return search;
}

plan::FinalSpec FinalsFromProto(const v1::Finals& wire) {
  plan::FinalSpec finals;
  finals.finalists = wire.finalists();
  finals.apart = wire.apart();
  TakeUnlessZero(finals.select_seeds, wire.select_seeds());
  TakeUnlessZero(finals.seeds, wire.seeds());
  if (!wire.learning_rates().empty()) TakeAll(finals.learning_rates, wire.learning_rates());
  TakeAll(finals.baselines, wire.baselines());
  return finals;
}

void FillSearch(const plan::SearchSpec& search, v1::Search& wire) {
  wire.set_candidates(search.candidates);
  wire.set_seed(search.seed);
  wire.set_parallelism(search.parallelism);
  wire.set_window(search.window);
  wire.set_ordering(search.ordering == plan::Ordering::kArrival ? v1::ORDERING_ARRIVAL
                                                                : v1::ORDERING_INDEX);
  wire.set_audit_share(search.audit_share);
  wire.set_max_trial_seconds(search.max_trial_seconds);
  wire.set_max_attempts(search.max_attempts);
}

void FillFinals(const plan::FinalSpec& finals, v1::Finals& wire) {
  wire.set_finalists(finals.finalists);
  wire.set_apart(finals.apart);
  wire.set_select_seeds(finals.select_seeds);
  wire.set_seeds(finals.seeds);
  wire.mutable_learning_rates()->Assign(finals.learning_rates.begin(), finals.learning_rates.end());
  wire.mutable_baselines()->Assign(finals.baselines.begin(), finals.baselines.end());
}

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
  }
  return v1::JOB_STATE_UNSPECIFIED;
}

void FillEstimate(const plan::Estimate& estimate, v1::Estimate& wire) {
  wire.set_mean(estimate.mean);
  wire.set_low(estimate.low);
  wire.set_high(estimate.high);
  wire.set_seeds(estimate.seeds);
}

void FillLease(const engine::LeaseId& lease, v1::LeaseId& wire) {
  wire.set_job_id(lease.job);
  wire.set_index(lease.index);
  wire.set_epoch(lease.epoch);
}

void FillLeases(const std::vector<engine::LeaseId>& leases, auto& wire) {
  wire.Reserve(static_cast<int>(leases.size()));
  for (const engine::LeaseId& lease : leases) FillLease(lease, *wire.Add());
}

struct MessageFiller {
  v1::CoordinatorMessage& wire;

  void operator()(const engine::Welcome& welcome) const {
    wire.mutable_welcome()->set_heartbeat_ms(welcome.heartbeat_ms);
    FillLeases(welcome.kept, *wire.mutable_welcome()->mutable_kept());
  }
  void operator()(const engine::Assignments& message) const {
    auto& assignments = *wire.mutable_assignments()->mutable_assignments();
    for (const engine::Granted& granted : message.granted) {
      v1::Assignment& assignment = *assignments.Add();
      FillLease(granted.lease, *assignment.mutable_lease());
      *assignment.mutable_trial() = proto::ToProto(granted.trial);
      assignment.set_max_seconds(granted.max_seconds);
    }
  }
  void operator()(const engine::Acknowledged& message) const {
    FillLeases(message.leases, *wire.mutable_acknowledged()->mutable_leases());
  }
  void operator()(const engine::Revoke& message) const {
    wire.mutable_revoke()->set_reason(message.reason);
    FillLeases(message.leases, *wire.mutable_revoke()->mutable_leases());
  }
  void operator()(const engine::Drain&) const { wire.mutable_drain(); }
};

std::unexpected<Error> Wrong(const std::string& message) {
  return Fail(ErrorCode::kInvalid, message);
}

}  // namespace

v1::JobSpec ToProto(const plan::JobSpec& spec) {
  v1::JobSpec wire;
  wire.set_name(spec.name);
  v1::Space& space = *wire.mutable_space();
  space.set_name(spec.space.name);
  space.set_max_nodes(spec.space.max_nodes);
  space.set_max_parameters(spec.space.max_parameters);
  space.set_parameter_shape(spec.space.parameter_shape);
  space.mutable_operators()->Assign(spec.space.operators.begin(), spec.space.operators.end());
  space.mutable_unary()->Assign(spec.space.unary.begin(), spec.space.unary.end());
  space.mutable_binary()->Assign(spec.space.binary.begin(), spec.space.binary.end());
  space.set_shape(spec.space.shape);
  space.set_slots(spec.space.slots);
  wire.mutable_strategy()->set_name(spec.strategy.name);
  for (const auto& [name, value] : spec.strategy.options) {
    (*wire.mutable_strategy()->mutable_options())[name] = value;
  }
  *wire.mutable_task() = proto::ToProto(spec.task);
  *wire.mutable_gates() = proto::ToProto(spec.gates);
  v1::HurdleSpec& hurdles = *wire.mutable_hurdles();
  hurdles.mutable_rungs()->Assign(spec.hurdles.rungs.begin(), spec.hurdles.rungs.end());
  hurdles.set_keep(spec.hurdles.keep);
  hurdles.set_schedule(ScheduleToProto(spec.hurdles.schedule));
  hurdles.set_count(spec.hurdles.count);
  hurdles.set_eta(spec.hurdles.eta);
  hurdles.set_min_observed(spec.hurdles.min_observed);
  FillSearch(spec.search, *wire.mutable_search());
  FillFinals(spec.finals, *wire.mutable_finals());
  return wire;
}

Result<plan::JobSpec> FromProto(const v1::JobSpec& wire) {
  plan::JobSpec spec;
  TakeUnlessZero(spec.name, wire.name());
  if (wire.has_space()) spec.space = SpaceFromProto(wire.space());
  TakeUnlessZero(spec.strategy.name, wire.strategy().name());
  spec.strategy.options.insert(wire.strategy().options().begin(), wire.strategy().options().end());
  if (wire.has_task()) {
    auto task = TaskFromProto(wire.task());
    if (!task) return std::unexpected(task.error());
    spec.task = *std::move(task);
  }
  if (wire.has_gates()) spec.gates = GatesFromProto(wire.gates());
  if (wire.has_hurdles()) {
    auto hurdles = HurdlesFromProto(wire.hurdles());
    if (!hurdles) return std::unexpected(hurdles.error());
    spec.hurdles = *std::move(hurdles);
  }
  if (wire.has_search()) {
    auto search = SearchFromProto(wire.search());
    if (!search) return std::unexpected(search.error());
    spec.search = *search;
  }
  if (wire.has_finals()) spec.finals = FinalsFromProto(wire.finals());
  return spec;
}

v1::Job ToProto(const engine::JobView& view) {
  v1::Job job;
  job.set_id(view.id);
  *job.mutable_spec() = ToProto(view.spec);
  job.set_state(StateToProto(view.state));
  job.set_reason(view.reason);
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
  return job;
}

v1::CandidateRow ToProto(const plan::Record& record) {
  v1::CandidateRow row;
  row.set_index(record.index);
  row.set_stage(std::string(plan::Name(record.stage)));
  row.set_formula(record.formula);
  row.set_name(record.name);
  if (record.outcome) *row.mutable_outcome() = proto::ToProto(*record.outcome);
  row.set_cost(record.cost);
  row.set_fingerprint(HexDigits(record.fingerprint));
  row.set_seed(record.trial.seed);
  row.set_learning_rate(record.trial.task.learning_rate);
  row.set_audit(record.trial.audit);
  return row;
}

v1::FrontRow ToProto(const plan::FrontRow& row) {
  v1::FrontRow wire;
  wire.set_index(row.index);
  wire.set_formula(row.formula);
  wire.set_name(row.name);
  wire.set_baseline(row.baseline);
  wire.set_on_front(row.on_front);
  wire.set_cost(row.cost);
  wire.set_search_loss(row.search_loss.value_or(kNan));
  wire.set_select_loss(row.select_loss.value_or(kNan));
  wire.set_learning_rate(row.learning_rate);
  if (row.loss) FillEstimate(*row.loss, *wire.mutable_loss());
  if (row.accuracy) FillEstimate(*row.accuracy, *wire.mutable_accuracy());
  wire.set_seconds_per_step(row.seconds_per_step);
  return wire;
}

Result<engine::LeaseId> FromProto(const v1::LeaseId& lease) {
  if (lease.job_id().empty() || lease.job_id().size() > 256) {
    return Wrong("lease.job_id: 1 to 256 bytes, not " + std::to_string(lease.job_id().size()));
  }
  return engine::LeaseId{lease.job_id(), lease.index(), lease.epoch()};
}

Result<engine::Hello> FromProto(const v1::Hello& hello) {
  constexpr int kMostLeases = 4096;
  if (hello.worker().empty() || hello.worker().size() > 256) {
    return Wrong("hello.worker: a name of 1 to 256 bytes, not " +
                 std::to_string(hello.worker().size()));
  }
  if (hello.slots() < 1) {
    return Wrong("hello.slots: at least 1, not " + std::to_string(hello.slots()));
  }
  if (hello.leases_size() > kMostLeases) {
    return Wrong("hello.leases: at most " + std::to_string(kMostLeases) + ", not " +
                 std::to_string(hello.leases_size()));
  }
  engine::Hello value{.worker = hello.worker(),
                      .device = hello.device().substr(0, 256),
                      .version = hello.version().substr(0, 64),
                      .slots = hello.slots(),
                      .language = hello.language(),
                      .leases = {}};
  for (const v1::LeaseId& wire : hello.leases()) {
    auto lease = FromProto(wire);
    if (!lease) return std::unexpected(lease.error());
    value.leases.push_back(*std::move(lease));
  }
  return value;
}

Result<engine::Report> FromProto(const v1::Report& report) {
  constexpr std::size_t kLongestError = 4000;
  auto lease = FromProto(report.lease());
  if (!lease) return std::unexpected(lease.error());
  engine::Report value{*std::move(lease), {}, report.error().substr(0, kLongestError)};
  if (!value.error.empty()) return value;
  auto outcome = proto::FromProto(report.outcome());
  if (!outcome) return std::unexpected(outcome.error());
  value.outcome = *std::move(outcome);
  if (value.outcome.status == Status::kDuplicate || value.outcome.status == Status::kQuarantined) {
    return Wrong("outcome.status: " + std::string(Name(value.outcome.status)) +
                 " is the coordinator's to say");
  }
  return value;
}

v1::CoordinatorMessage ToProto(const engine::ToWorker& message) {
  v1::CoordinatorMessage wire;
  std::visit(MessageFiller{wire}, message);
  return wire;
}

}  // namespace actsearch::rpc
