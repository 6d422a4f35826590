// Jobs, rows and worker messages between the engine's values and the wire. FromProto
// trusts nothing that arrives: kInvalid names the field. Pure; any thread.
//
// An absent part of a job spec (space, strategy, task, ...) is JobSpec's default. In
// a part that is there, a zero or empty field is the default where zero is out of
// bounds, and zero where it means something (finals.finalists, finals.apart)
// or the field says whether it is there (search.candidates, search.audits, finals.octaves).
#pragma once

#include <optional>
#include <string_view>

#include "actsearch/v1/job.pb.h"
#include "actsearch/v1/search_service.pb.h"
#include "actsearch/v1/worker_service.pb.h"
#include "coordinator/engine/job.h"
#include "coordinator/engine/worker_link.h"
#include "coordinator/plan/history.h"
#include "coordinator/plan/job_spec.h"
#include "coordinator/plan/record.h"
#include "search_spaces/base/error.h"

namespace actsearch::rpc {

v1::JobSpec ToProto(const plan::JobSpec& spec);
Result<plan::JobSpec> FromProto(const v1::JobSpec& spec);

v1::Job ToProto(const engine::JobView& view);
v1::CandidateRow ToProto(const plan::Record& record);
void FillFront(const plan::History& history, v1::GetFrontResponse& response);

Result<engine::Hello> FromProto(const v1::Hello& hello);
Result<engine::LeaseId> FromProto(const v1::LeaseId& lease);
// Only outcomes that a worker can have.
Result<engine::Report> FromProto(const v1::Report& report);
bool IsJobId(std::string_view id);  // 1 to 256 bytes
Result<engine::ProbeAnswer> FromProto(const v1::ProbeAnswer& answer);
v1::CoordinatorMessage ToProto(const engine::ToWorker& message);

}  // namespace actsearch::rpc
