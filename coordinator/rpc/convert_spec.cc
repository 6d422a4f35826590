// Job specs between people and the plan.
#include <utility>

#include "coordinator/rpc/convert.h"
#include "proto/convert.h"

namespace actsearch::rpc {
namespace {

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
  return space;
}

Result<TaskSpec> TaskFromProto(const v1::Task& wire) {
  auto given = proto::FromProto(wire);
  if (!given) return given;
  TaskSpec task;
  TakeUnlessZero(task.name, given->name);
  TakeUnlessZero(task.dataset, given->dataset);
  task.data_dir = given->data_dir;
  task.digest = given->digest;
  TakeUnlessZero(task.steps, given->steps);
  TakeUnlessZero(task.batch, given->batch);
  TakeUnlessZero(task.learning_rate, given->learning_rate);
  task.fields = std::move(given->fields);
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
  if (!wire.keep().empty()) TakeAll(hurdles.keep, wire.keep());
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
  if (wire.has_candidates()) search.candidates = wire.candidates();
  search.seed = wire.seed();
  TakeUnlessZero(search.parallelism, wire.parallelism());
  search.window = wire.window();
  if (wire.has_audits()) search.audits = wire.audits();
  if (wire.has_cache()) search.cache = wire.cache();
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
  TakeAll(finals.functions, wire.functions());
  if (wire.has_octaves()) finals.octaves = wire.octaves();
  if (!wire.stops().empty()) TakeAll(finals.stops, wire.stops());
  return finals;
}

plan::ConfirmSpec ConfirmFromProto(const v1::Confirm& wire) {
  plan::ConfirmSpec confirm;
  TakeUnlessZero(confirm.steps, wire.steps());
  TakeUnlessZero(confirm.width, wire.width());
  if (wire.has_baselines()) confirm.baselines = wire.baselines();
  return confirm;
}

plan::RacingSpec RacingFromProto(const v1::Racing& wire) {
  plan::RacingSpec racing;
  if (wire.has_best()) racing.best = wire.best();
  TakeUnlessZero(racing.trainings, wire.trainings());
  return racing;
}

void FillSearch(const plan::SearchSpec& search, v1::Search& wire) {
  wire.set_candidates(search.candidates);
  wire.set_seed(search.seed);
  wire.set_parallelism(search.parallelism);
  wire.set_window(search.window);
  wire.set_ordering(search.ordering == plan::Ordering::kArrival ? v1::ORDERING_ARRIVAL
                                                                : v1::ORDERING_INDEX);
  wire.set_audits(search.audits);
  wire.set_cache(search.cache);
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
  wire.mutable_functions()->Assign(finals.functions.begin(), finals.functions.end());
  wire.set_octaves(finals.octaves);
  wire.mutable_stops()->Assign(finals.stops.begin(), finals.stops.end());
}

void FillConfirm(const plan::ConfirmSpec& confirm, v1::Confirm& wire) {
  wire.set_steps(confirm.steps);
  wire.set_width(confirm.width);
  wire.set_baselines(confirm.baselines);
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
  wire.mutable_strategy()->set_name(spec.strategy.name);
  for (const auto& [name, value] : spec.strategy.options) {
    (*wire.mutable_strategy()->mutable_options())[name] = value;
  }
  *wire.mutable_task() = proto::ToProto(spec.task);
  *wire.mutable_sites() = proto::ToProto(spec.sites);
  *wire.mutable_gates() = proto::ToProto(spec.gates);
  v1::HurdleSpec& hurdles = *wire.mutable_hurdles();
  hurdles.mutable_rungs()->Assign(spec.hurdles.rungs.begin(), spec.hurdles.rungs.end());
  hurdles.mutable_keep()->Assign(spec.hurdles.keep.begin(), spec.hurdles.keep.end());
  hurdles.set_schedule(ScheduleToProto(spec.hurdles.schedule));
  hurdles.set_count(spec.hurdles.count);
  hurdles.set_eta(spec.hurdles.eta);
  hurdles.set_min_observed(spec.hurdles.min_observed);
  FillSearch(spec.search, *wire.mutable_search());
  wire.mutable_racing()->set_best(spec.racing.best);
  wire.mutable_racing()->set_trainings(spec.racing.trainings);
  FillFinals(spec.finals, *wire.mutable_finals());
  FillConfirm(spec.confirm, *wire.mutable_confirm());
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
    if (!task) return Fail(task.error().code, "task." + task.error().message);
    spec.task = *std::move(task);
  }
  if (wire.has_sites()) {
    auto sites = proto::FromProto(wire.sites());
    if (!sites) return Fail(sites.error().code, "sites." + sites.error().message);
    spec.sites = *std::move(sites);
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
  if (wire.has_racing()) spec.racing = RacingFromProto(wire.racing());
  if (wire.has_finals()) spec.finals = FinalsFromProto(wire.finals());
  if (wire.has_confirm()) spec.confirm = ConfirmFromProto(wire.confirm());
  return spec;
}

}  // namespace actsearch::rpc
