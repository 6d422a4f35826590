// What the engine and workers say to each other.
#include <utility>

#include "coordinator/rpc/convert.h"
#include "proto/checks.h"
#include "proto/convert.h"

namespace actsearch::rpc {
namespace {

std::unexpected<Error> Wrong(const std::string& message) {
  return Fail(ErrorCode::kInvalid, message);
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
    wire.mutable_revoke()->set_reason(proto::OneLine(message.reason));
    FillLeases(message.leases, *wire.mutable_revoke()->mutable_leases());
  }
  void operator()(const engine::Drain&) const { wire.mutable_drain(); }
  void operator()(const engine::Probe& probe) const {
    wire.mutable_probe()->set_job_id(probe.job);
    *wire.mutable_probe()->mutable_task() = proto::ToProto(probe.task);
  }
};

}  // namespace

Result<engine::LeaseId> FromProto(const v1::LeaseId& lease) {
  if (!IsJobId(lease.job_id())) {
    return Wrong("lease.job_id: 1 to 256 bytes, not " + std::to_string(lease.job_id().size()));
  }
  return engine::LeaseId{lease.job_id(), lease.index(), lease.epoch()};
}

bool IsJobId(std::string_view id) { return !id.empty() && id.size() <= 256; }

Result<engine::Hello> FromProto(const v1::Hello& hello) {
  constexpr int kMostLeases = 4096;
  if (auto ok = proto::CheckName("hello.worker", hello.worker()); !ok) {
    return std::unexpected(ok.error());
  }
  if (hello.slots() < 1) {
    return Wrong("hello.slots: at least 1, not " + std::to_string(hello.slots()));
  }
  if (hello.leases_size() > kMostLeases) {
    return Wrong("hello.leases: at most " + std::to_string(kMostLeases) + ", not " +
                 std::to_string(hello.leases_size()));
  }
  engine::Hello value{.worker = hello.worker(),
                      .device = proto::OneLine(hello.device(), 256),
                      .version = proto::OneLine(hello.version(), 64),
                      .slots = hello.slots(),
                      .language = hello.language(),
                      .leases = {},
                      .build = proto::OneLine(hello.build(), 64)};
  for (const v1::LeaseId& wire : hello.leases()) {
    auto lease = FromProto(wire);
    if (!lease) return std::unexpected(lease.error());
    value.leases.push_back(*std::move(lease));
  }
  return value;
}

Result<engine::Report> FromProto(const v1::Report& report) {
  auto lease = FromProto(report.lease());
  if (!lease) return std::unexpected(lease.error());
  engine::Report value{.lease = *std::move(lease), .end = Attempt()};
  if (report.has_attempt()) {
    auto attempt = proto::FromProto(report.attempt());
    if (!attempt) return Wrong("attempt." + attempt.error().message);
    if (attempt->end == AttemptEnd::kLost) {
      return Wrong("attempt.end: LOST is the coordinator's to say");
    }
    value.end = *std::move(attempt);
    return value;
  }
  auto outcome = proto::FromProto(report.outcome());
  if (!outcome) return Wrong("outcome." + outcome.error().message);
  if (outcome->status != Status::kScored && outcome->status != Status::kRejected) {
    return Wrong("outcome.status: " + std::string(Name(outcome->status)) +
                 " is the coordinator's to say; workers say SCORED, REJECTED, or how their "
                 "attempt ended");
  }
  value.end = *std::move(outcome);
  return value;
}

Result<engine::ProbeAnswer> FromProto(const v1::ProbeAnswer& answer) {
  if (!IsJobId(answer.job_id())) {
    return Wrong("probe_answer.job_id: 1 to 256 bytes, not " +
                 std::to_string(answer.job_id().size()));
  }
  engine::ProbeAnswer value{.job = answer.job_id(), .facts = catalogue::DataFacts()};
  if (answer.has_facts()) {
    auto facts = proto::FromProto(answer.facts());
    if (!facts) return Wrong("probe_answer.facts." + facts.error().message);
    value.facts = *std::move(facts);
    return value;
  }
  if (auto ok = proto::CheckSize("probe_answer.error.message", answer.error().message(),
                                 proto::kMostDetailBytes);
      !ok) {
    return std::unexpected(ok.error());
  }
  if (answer.error().message().empty()) {
    return Wrong("probe_answer.error: nothing; say what went wrong");
  }
  value.facts = std::unexpected(proto::FromProto(answer.error()));
  return value;
}

v1::CoordinatorMessage ToProto(const engine::ToWorker& message) {
  v1::CoordinatorMessage wire;
  std::visit(MessageFiller{wire}, message);
  return wire;
}

}  // namespace actsearch::rpc
