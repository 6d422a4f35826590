// Trials, outcomes and data between plain values and messages, for coordinator/rpc and for
// workers: nothing else sees the messages. ToProto never fails. FromProto trusts nothing
// that arrives: every text and list is bounded, and kInvalid names the field, its value and
// what is allowed. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "actsearch/v1/candidate.pb.h"
#include "evaluators/catalogue/datasets.h"
#include "search_spaces/base/error.h"
#include "search_spaces/base/fields.h"
#include "search_spaces/trial.h"

namespace actsearch::proto {

// Bounds of what travels, in bytes or items.
inline constexpr std::size_t kMostNameBytes = 128;      // of tasks, fields, rules, workers, ...
inline constexpr std::size_t kMostDetailBytes = 1024;   // of texts for people
inline constexpr std::size_t kMostVerdictBytes = 64 * 1024;  // names formulas
inline constexpr std::size_t kMostFolderBytes = 4096;
inline constexpr std::size_t kMostPartBytes = 4096;     // of one SITE=PART
inline constexpr std::size_t kMostCandidateBytes = 64 * 1024;
inline constexpr int kMostRungs = 64;                   // hurdles too
inline constexpr int kMostMetrics = 32;
inline constexpr int kMostNetworks = 16;                // losses of an outcome
inline constexpr int kMostFields = 64;                  // of a task
inline constexpr int kMostSites = 64;                   // named in one list
inline constexpr int kMostItems = 4096;                 // of a field that is a list

// `text` as one line of valid UTF-8 of at most `most` bytes, cut between characters: what
// libraries say may hold anything.
std::string OneLine(std::string_view text, std::size_t most = kMostDetailBytes);

v1::Split ToProto(Split split);
v1::Status ToProto(Status status);
v1::ErrorCode ToProto(ErrorCode code);
v1::Error ToProto(const Error& error);  // its message as one line
v1::FieldValue ToProto(const FieldValue& value);
v1::Task ToProto(const TaskSpec& task);
v1::Sites ToProto(const SiteSpec& sites);
v1::GateOptions ToProto(const GateOptions& gates);
v1::Hurdle ToProto(const Hurdle& hurdle);
v1::Trial ToProto(const Trial& trial);
v1::RungValue ToProto(const RungValue& rung);
v1::Outcome ToProto(const Outcome& outcome);
v1::Attempt ToProto(const Attempt& attempt);
v1::DataFacts ToProto(const catalogue::DataFacts& facts);

// The unspecified value is an error: a message of ours always says which.
Result<Split> FromProto(v1::Split split);
Result<Status> FromProto(v1::Status status);
Result<AttemptEnd> FromProto(v1::AttemptEnd end);

// An unknown code, of a newer program, is kInternal. Not a Result: what it holds is an error.
Error FromProto(const v1::Error& error);

Result<FieldValue> FromProto(const v1::FieldValue& value);

// Zero and empty are allowed, for callers to whom they mean a default; names and fields are
// only known where the tasks are, and are not checked here.
Result<TaskSpec> FromProto(const v1::Task& task);
Result<SiteSpec> FromProto(const v1::Sites& sites);
Result<GateOptions> FromProto(const v1::GateOptions& gates);
Result<Hurdle> FromProto(const v1::Hurdle& hurdle);
Result<RungValue> FromProto(const v1::RungValue& rung);

// One task, gates and sites must be present, hurdles ascend by network and step.
Result<Trial> FromProto(const v1::Trial& trial);

// A SCORED outcome has finite losses and metrics; a rejection goes with REJECTED, a reason
// with QUARANTINED and a `duplicate_of` with DUPLICATE, and only with these.
Result<Outcome> FromProto(const v1::Outcome& outcome);

// ERROR says which error.
Result<Attempt> FromProto(const v1::Attempt& attempt);
Result<catalogue::DataFacts> FromProto(const v1::DataFacts& facts);

}  // namespace actsearch::proto
