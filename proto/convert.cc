#include "proto/convert.h"

#include <cmath>
#include <string>
#include <utility>

namespace actsearch::proto {
namespace {

std::unexpected<Error> Invalid(const std::string& field, const std::string& value,
                               const std::string& expected) {
  return Fail(ErrorCode::kInvalid, field + ": " + value + " is not " + expected);
}

Result<void> CheckAtLeast(const std::string& field, int value, int low) {
  if (value < low) return Invalid(field, std::to_string(value), "at least " + std::to_string(low));
  return {};
}

Result<void> CheckFinite(const std::string& field, double value) {
  if (!std::isfinite(value)) return Invalid(field, std::to_string(value), "a finite number");
  return {};
}

// What arrived is inside `message`: put the outer field's name before the inner one.
std::unexpected<Error> Within(const std::string& field, const Error& error) {
  return Fail(error.code, field + "." + error.message);
}

Result<void> CheckScore(const v1::Outcome& message) {
  if (const auto ok = CheckFinite("loss", message.loss()); !ok) return ok;
  if (!(message.accuracy() >= 0 && message.accuracy() <= 1)) {
    return Invalid("accuracy", std::to_string(message.accuracy()), "in [0, 1]");
  }
  return {};
}

// Status and the parts that go with it agree.
Result<void> CheckParts(const v1::Outcome& message, Status status) {
  const std::string name = v1::Status_Name(message.status());
  if (message.has_rejection() != (status == Status::kRejected)) {
    return Invalid("rejection", message.has_rejection() ? "one" : "none", "right for " + name);
  }
  if (message.has_duplicate_of() != (status == Status::kDuplicate)) {
    return Invalid("duplicate_of", message.has_duplicate_of() ? "one" : "none",
                   "right for " + name);
  }
  if (message.has_audit() && status != Status::kRejected) {
    return Invalid("audit", "one", "right for " + name);
  }
  return status == Status::kScored ? CheckScore(message) : Result<void>();
}

Result<void> AddHurdles(const v1::Trial& message, Trial& trial) {
  for (int i = 0; i < message.hurdles_size(); ++i) {
    const std::string field = "hurdles[" + std::to_string(i) + "]";
    const auto hurdle = FromProto(message.hurdles(i));
    if (!hurdle) return Within(field, hurdle.error());
    if (!trial.hurdles.empty() && hurdle->step <= trial.hurdles.back().step) {
      return Invalid(
          field + ".step", std::to_string(hurdle->step),
          "after the hurdle before, at step " + std::to_string(trial.hurdles.back().step));
    }
    trial.hurdles.push_back(*hurdle);
  }
  return {};
}

Result<void> AddRungs(const v1::Outcome& message, Outcome& outcome) {
  for (int i = 0; i < message.rungs_size(); ++i) {
    const auto rung = FromProto(message.rungs(i));
    if (!rung) return Within("rungs[" + std::to_string(i) + "]", rung.error());
    outcome.rungs.push_back(*rung);
  }
  if (message.has_audit()) {
    const auto audit = FromProto(message.audit());
    if (!audit) return Within("audit", audit.error());
    outcome.audit = *audit;
  }
  return {};
}

}  // namespace

// The messages' values are the enumerations' plus one: zero is "unspecified".
static_assert(v1::SPLIT_FINAL == static_cast<int>(Split::kFinal) + 1);
static_assert(v1::STATUS_CANCELLED == static_cast<int>(Status::kCancelled) + 1);
static_assert(v1::Split_MAX == v1::SPLIT_FINAL && v1::Status_MAX == v1::STATUS_CANCELLED);

v1::Split ToProto(Split split) { return static_cast<v1::Split>(static_cast<int>(split) + 1); }
v1::Status ToProto(Status status) { return static_cast<v1::Status>(static_cast<int>(status) + 1); }

v1::Task ToProto(const TaskSpec& task) {
  v1::Task message;
  message.set_name(task.name);
  message.set_dataset(task.dataset);
  message.set_data_dir(task.data_dir);
  message.set_steps(task.steps);
  message.set_batch(task.batch);
  message.set_learning_rate(task.learning_rate);
  for (const int units : task.hidden) message.add_hidden(units);
  message.set_normalization(task.normalization);
  return message;
}

v1::GateOptions ToProto(const GateOptions& gates) {
  v1::GateOptions message;
  message.set_probes(gates.probes);
  message.set_chance(gates.chance);
  message.set_chance_steps(gates.chance_steps);
  message.set_chance_margin(gates.chance_margin);
  return message;
}

v1::Hurdle ToProto(const Hurdle& hurdle) {
  v1::Hurdle message;
  message.set_step(hurdle.step);
  message.set_max_loss(hurdle.max_loss);
  return message;
}

v1::Trial ToProto(const Trial& trial) {
  v1::Trial message;
  message.set_formula(trial.formula);
  *message.mutable_task() = ToProto(trial.task);
  message.set_split(ToProto(trial.split));
  message.set_seed(trial.seed);
  *message.mutable_gates() = ToProto(trial.gates);
  for (const Hurdle& hurdle : trial.hurdles) *message.add_hurdles() = ToProto(hurdle);
  message.set_audit(trial.audit);
  return message;
}

v1::RungValue ToProto(const RungValue& rung) {
  v1::RungValue message;
  message.set_step(rung.step);
  message.set_loss(rung.loss);
  message.set_accuracy(rung.accuracy);
  return message;
}

v1::Outcome ToProto(const Outcome& outcome) {
  v1::Outcome message;
  message.set_status(ToProto(outcome.status));
  message.set_loss(outcome.loss);
  message.set_accuracy(outcome.accuracy);
  for (const RungValue& rung : outcome.rungs) *message.add_rungs() = ToProto(rung);
  if (outcome.rejection) {
    message.mutable_rejection()->set_stage(outcome.rejection->stage);
    message.mutable_rejection()->set_rule(outcome.rejection->rule);
    message.mutable_rejection()->set_detail(outcome.rejection->detail);
  }
  if (outcome.audit) *message.mutable_audit() = ToProto(*outcome.audit);
  if (outcome.duplicate_of) message.set_duplicate_of(*outcome.duplicate_of);
  message.mutable_timing()->set_total_seconds(outcome.timing.total_seconds);
  message.mutable_timing()->set_seconds_per_step(outcome.timing.seconds_per_step);
  message.mutable_timing()->set_worker(outcome.timing.worker);
  return message;
}

Result<Split> FromProto(v1::Split split) {
  if (split <= v1::SPLIT_UNSPECIFIED || split > v1::Split_MAX) {
    return Invalid("split", std::to_string(static_cast<int>(split)),
                   "one of search, select, final");
  }
  return static_cast<Split>(static_cast<int>(split) - 1);
}

Result<Status> FromProto(v1::Status status) {
  if (status <= v1::STATUS_UNSPECIFIED || status > v1::Status_MAX) {
    return Invalid("status", std::to_string(static_cast<int>(status)),
                   "a status between 1 and " + std::to_string(static_cast<int>(v1::Status_MAX)));
  }
  return static_cast<Status>(static_cast<int>(status) - 1);
}

Result<TaskSpec> FromProto(const v1::Task& message) {
  TaskSpec task{.name = message.name(),
                .dataset = message.dataset(),
                .data_dir = message.data_dir(),
                .steps = message.steps(),
                .batch = message.batch(),
                .learning_rate = message.learning_rate(),
                .hidden = {message.hidden().begin(), message.hidden().end()},
                .normalization = message.normalization()};
  if (const auto ok = CheckAtLeast("steps", task.steps, 0); !ok) return std::unexpected(ok.error());
  if (const auto ok = CheckAtLeast("batch", task.batch, 0); !ok) return std::unexpected(ok.error());
  if (!std::isfinite(task.learning_rate) || task.learning_rate < 0) {
    return Invalid("learning_rate", std::to_string(task.learning_rate), "a finite number >= 0");
  }
  for (std::size_t i = 0; i < task.hidden.size(); ++i) {
    const auto ok = CheckAtLeast("hidden[" + std::to_string(i) + "]", task.hidden[i], 1);
    if (!ok) return std::unexpected(ok.error());
  }
  return task;
}

Result<GateOptions> FromProto(const v1::GateOptions& message) {
  const auto steps = CheckAtLeast("chance_steps", message.chance_steps(), 0);
  if (!steps) return std::unexpected(steps.error());
  const auto margin = CheckFinite("chance_margin", message.chance_margin());
  if (!margin) return std::unexpected(margin.error());
  return GateOptions{.probes = message.probes(),
                     .chance = message.chance(),
                     .chance_steps = message.chance_steps(),
                     .chance_margin = message.chance_margin()};
}

Result<Hurdle> FromProto(const v1::Hurdle& message) {
  if (const auto ok = CheckAtLeast("step", message.step(), 1); !ok) {
    return std::unexpected(ok.error());
  }
  if (std::isnan(message.max_loss())) return Invalid("max_loss", "nan", "a number");
  return Hurdle{message.step(), message.max_loss()};
}

Result<RungValue> FromProto(const v1::RungValue& message) {
  if (const auto ok = CheckAtLeast("step", message.step(), 0); !ok) {
    return std::unexpected(ok.error());
  }
  return RungValue{message.step(), message.loss(), message.accuracy()};
}

Result<Trial> FromProto(const v1::Trial& message) {
  if (message.formula().empty()) return Invalid("formula", "''", "a formula");
  if (!message.has_task()) return Invalid("task", "nothing", "a task");
  if (!message.has_gates()) return Invalid("gates", "nothing", "a set of gate options");
  auto task = FromProto(message.task());
  if (!task) return Within("task", task.error());
  const auto gates = FromProto(message.gates());
  if (!gates) return Within("gates", gates.error());
  const auto split = FromProto(message.split());
  if (!split) return std::unexpected(split.error());
  Trial trial{.formula = message.formula(),
              .task = *std::move(task),
              .split = *split,
              .seed = message.seed(),
              .gates = *gates,
              .hurdles = {},
              .audit = message.audit()};
  if (const auto ok = AddHurdles(message, trial); !ok) return std::unexpected(ok.error());
  return trial;
}

Result<Outcome> FromProto(const v1::Outcome& message) {
  const auto status = FromProto(message.status());
  if (!status) return std::unexpected(status.error());
  if (const auto ok = CheckParts(message, *status); !ok) return std::unexpected(ok.error());
  Outcome outcome;
  outcome.status = *status;
  outcome.loss = message.loss();
  outcome.accuracy = message.accuracy();
  if (const auto ok = AddRungs(message, outcome); !ok) return std::unexpected(ok.error());
  if (message.has_rejection()) {
    outcome.rejection = {message.rejection().stage(), message.rejection().rule(),
                         message.rejection().detail()};
  }
  if (message.has_duplicate_of()) outcome.duplicate_of = message.duplicate_of();
  outcome.timing = {message.timing().total_seconds(), message.timing().seconds_per_step(),
                    message.timing().worker()};
  return outcome;
}

}  // namespace actsearch::proto
