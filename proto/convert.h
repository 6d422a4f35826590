// Trials and outcomes between plain values and messages, for coordinator/rpc and for
// workers: nothing else sees the messages. ToProto never fails. FromProto trusts nothing
// that arrives: kInvalid names the field, its value and what is allowed. Pure; any thread.
#pragma once

#include "actsearch/v1/candidate.pb.h"
#include "search_spaces/base/error.h"
#include "search_spaces/trial.h"

namespace actsearch::proto {

v1::Split ToProto(Split split);
v1::Status ToProto(Status status);
v1::Task ToProto(const TaskSpec& task);
v1::GateOptions ToProto(const GateOptions& gates);
v1::Hurdle ToProto(const Hurdle& hurdle);
v1::Trial ToProto(const Trial& trial);
v1::RungValue ToProto(const RungValue& rung);
v1::Outcome ToProto(const Outcome& outcome);

// The unspecified value is an error: a message of ours always says which.
Result<Split> FromProto(v1::Split split);
Result<Status> FromProto(v1::Status status);

// Zero is allowed where TaskSpec says that it means the task's default; names are only
// known where the tasks are, and are not checked here.
Result<TaskSpec> FromProto(const v1::Task& task);
Result<GateOptions> FromProto(const v1::GateOptions& gates);
Result<Hurdle> FromProto(const v1::Hurdle& hurdle);
Result<RungValue> FromProto(const v1::RungValue& rung);

// Task and gates must be present, hurdles ascend by step.
Result<Trial> FromProto(const v1::Trial& trial);

// A SCORED outcome has a finite loss and an accuracy in [0, 1]; a rejection goes with
// REJECTED and a `duplicate_of` with DUPLICATE, and only with these.
Result<Outcome> FromProto(const v1::Outcome& outcome);

}  // namespace actsearch::proto
