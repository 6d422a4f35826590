// Outcomes and attempts.
#include <algorithm>
#include <cmath>
#include <utility>

#include "proto/checks.h"
#include "proto/convert.h"
#include "search_spaces/base/half.h"

namespace actsearch::proto {
namespace {

Result<std::vector<Metric>> MetricsFrom(const auto& messages) {
  if (auto ok = CheckCount("metrics", messages.size(), kMostMetrics); !ok) {
    return std::unexpected(ok.error());
  }
  std::vector<Metric> metrics;
  for (const v1::Metric& message : messages) {
    const std::string field = At("metrics", static_cast<int>(metrics.size()));
    if (auto ok = CheckName(field + ".name", message.name()); !ok) {
      return std::unexpected(ok.error());
    }
    if (std::ranges::find(metrics, message.name(), &Metric::name) != metrics.end()) {
      return Invalid(field + ".name", "'" + message.name() + "'", "new: it stands there already");
    }
    metrics.push_back({message.name(), message.value()});
  }
  return metrics;
}

void AddMetrics(const std::vector<Metric>& metrics, auto& messages) {
  for (const Metric& metric : metrics) {
    v1::Metric& message = *messages.Add();
    message.set_name(metric.name);
    message.set_value(metric.value);
  }
}

Result<void> CheckScore(const v1::Outcome& message) {
  if (message.losses_size() == 0) return Invalid("losses", "nothing", "one for each network");
  for (int i = 0; i < message.losses_size(); ++i) {
    if (auto ok = CheckFinite(At("losses", i), message.losses(i)); !ok) return ok;
  }
  for (const v1::Metric& metric : message.metrics()) {
    if (auto ok = CheckFinite("metrics." + OneLine(metric.name(), 80), metric.value()); !ok) {
      return ok;
    }
  }
  return {};
}

Result<void> CheckGoesWith(const std::string& field, bool is_there, bool belongs,
                           const std::string& status) {
  if (is_there == belongs) return {};
  return Invalid(field, is_there ? "one" : "none", "right for " + status);
}

// Status and the parts that go with it agree.
Result<void> CheckParts(const v1::Outcome& message, Status status) {
  const std::string name(Name(status));
  const bool rejected = status == Status::kRejected;
  if (auto ok = CheckGoesWith("rejection", message.has_rejection(), rejected, name); !ok) return ok;
  if (auto ok = CheckGoesWith("duplicate_of", message.has_duplicate_of(),
                              status == Status::kDuplicate, name);
      !ok) {
    return ok;
  }
  if (!message.reason().empty() && status != Status::kQuarantined) {
    return Invalid("reason", "one", "right for " + name);
  }
  return status == Status::kScored ? CheckScore(message) : Result<void>();
}

Result<void> CheckTiming(const v1::Timing& timing) {
  const std::pair<const char*, double> times[] = {
      {"timing.total_seconds", timing.total_seconds()},
      {"timing.seconds_per_step", timing.seconds_per_step()}};
  for (const auto& [field, seconds] : times) {
    if (auto ok = CheckFinite(field, seconds); !ok) return ok;
    if (seconds < 0) return Invalid(field, std::to_string(seconds), "0 or more");
  }
  return {};
}

Result<void> CheckTexts(const v1::Outcome& message) {
  if (auto ok = CheckSize("reason", message.reason(), kMostDetailBytes); !ok) return ok;
  if (auto ok = CheckDigest("data_digest", message.data_digest()); !ok) return ok;
  if (auto ok = CheckName("timing.worker", message.timing().worker(), true); !ok) return ok;
  if (!message.has_rejection()) return {};
  const v1::Rejection& rejection = message.rejection();
  if (auto ok = CheckName("rejection.stage", rejection.stage()); !ok) return ok;
  if (auto ok = CheckName("rejection.rule", rejection.rule()); !ok) return ok;
  return CheckSize("rejection.detail", rejection.detail(), kMostDetailBytes);
}

Result<void> AddRungs(const v1::Outcome& message, Outcome& outcome) {
  if (auto ok = CheckCount("rungs", message.rungs_size(), kMostRungs); !ok) return ok;
  for (int i = 0; i < message.rungs_size(); ++i) {
    auto rung = FromProto(message.rungs(i));
    if (!rung) return Within(At("rungs", i), rung.error());
    outcome.rungs.push_back(*std::move(rung));
  }
  return {};
}

Result<void> AddNumbers(const v1::Outcome& message, Outcome& outcome) {
  if (auto ok = CheckCount("losses", message.losses_size(), kMostNetworks); !ok) return ok;
  outcome.losses.assign(message.losses().begin(), message.losses().end());
  auto metrics = MetricsFrom(message.metrics());
  if (!metrics) return std::unexpected(metrics.error());
  outcome.metrics = *std::move(metrics);
  if (auto ok = CheckAtLeast("step", message.step(), 0); !ok) return ok;
  outcome.step = message.step();
  if (auto ok = CheckSize("unit_losses", message.unit_losses(), 2 * kMostUnitLosses); !ok) {
    return ok;
  }
  auto units = UnpackScaled(message.unit_losses(),
                            message.unit_scale() == 0 ? 1 : message.unit_scale());
  if (!units) return Fail(units.error().code, "unit_losses: " + units.error().message);
  outcome.unit_losses = *std::move(units);
  return {};
}

}  // namespace

v1::RungValue ToProto(const RungValue& rung) {
  v1::RungValue message;
  message.set_step(rung.step);
  message.set_loss(rung.loss);
  AddMetrics(rung.metrics, *message.mutable_metrics());
  message.set_network(rung.network);
  return message;
}

v1::Outcome ToProto(const Outcome& outcome) {
  v1::Outcome message;
  message.set_status(ToProto(outcome.status));
  message.mutable_losses()->Assign(outcome.losses.begin(), outcome.losses.end());
  AddMetrics(outcome.metrics, *message.mutable_metrics());
  message.set_step(outcome.step);
  for (const RungValue& rung : outcome.rungs) *message.add_rungs() = ToProto(rung);
  if (outcome.rejection) {
    message.mutable_rejection()->set_stage(outcome.rejection->stage);
    message.mutable_rejection()->set_rule(outcome.rejection->rule);
    message.mutable_rejection()->set_detail(OneLine(outcome.rejection->detail));
  }
  if (outcome.duplicate_of) message.set_duplicate_of(*outcome.duplicate_of);
  message.set_reason(OneLine(outcome.reason));
  message.set_data_digest(outcome.data_digest);
  message.set_measured(outcome.measured);
  if (!outcome.unit_losses.empty() && outcome.unit_losses.size() <= kMostUnitLosses) {
    ScaledHalves units = PackScaled(outcome.unit_losses);
    message.set_unit_losses(std::move(units.bytes));
    message.set_unit_scale(units.scale);
  }
  message.mutable_timing()->set_total_seconds(outcome.timing.total_seconds);
  message.mutable_timing()->set_seconds_per_step(outcome.timing.seconds_per_step);
  message.mutable_timing()->set_worker(outcome.timing.worker);
  return message;
}

v1::Attempt ToProto(const Attempt& attempt) {
  v1::Attempt message;
  message.set_end(static_cast<v1::AttemptEnd>(static_cast<int>(attempt.end) + 1));
  if (attempt.end == AttemptEnd::kError || !attempt.error.message.empty()) {
    *message.mutable_error() = ToProto(attempt.error);
  }
  return message;
}

Result<RungValue> FromProto(const v1::RungValue& message) {
  if (const auto ok = CheckAtLeast("step", message.step(), 0); !ok) {
    return std::unexpected(ok.error());
  }
  if (const auto ok = CheckRange("network", message.network(), 0, kMostNetworks - 1); !ok) {
    return std::unexpected(ok.error());
  }
  auto metrics = MetricsFrom(message.metrics());
  if (!metrics) return std::unexpected(metrics.error());
  return RungValue{message.step(), message.loss(), *std::move(metrics), message.network()};
}

Result<Outcome> FromProto(const v1::Outcome& message) {
  const auto status = FromProto(message.status());
  if (!status) return std::unexpected(status.error());
  if (const auto ok = CheckParts(message, *status); !ok) return std::unexpected(ok.error());
  if (const auto ok = CheckTexts(message); !ok) return std::unexpected(ok.error());
  if (const auto ok = CheckTiming(message.timing()); !ok) return std::unexpected(ok.error());
  Outcome outcome;
  outcome.status = *status;
  if (const auto ok = AddNumbers(message, outcome); !ok) return std::unexpected(ok.error());
  if (const auto ok = AddRungs(message, outcome); !ok) return std::unexpected(ok.error());
  if (message.has_rejection()) {
    outcome.rejection = {message.rejection().stage(), message.rejection().rule(),
                         OneLine(message.rejection().detail())};
  }
  if (message.has_duplicate_of()) outcome.duplicate_of = message.duplicate_of();
  outcome.reason = OneLine(message.reason());
  outcome.data_digest = message.data_digest();
  outcome.measured = message.measured();
  outcome.timing = {message.timing().total_seconds(), message.timing().seconds_per_step(),
                    message.timing().worker()};
  return outcome;
}

Result<Attempt> FromProto(const v1::Attempt& message) {
  const auto end = FromProto(message.end());
  if (!end) return std::unexpected(end.error());
  if (*end == AttemptEnd::kError && message.error().message().empty()) {
    return Invalid("error", "nothing", "right for ERROR, which says what went wrong");
  }
  if (auto ok = CheckSize("error.message", message.error().message(), kMostDetailBytes); !ok) {
    return std::unexpected(ok.error());
  }
  return Attempt{.end = *end, .error = FromProto(message.error()), .worker = {}};
}

}  // namespace actsearch::proto
