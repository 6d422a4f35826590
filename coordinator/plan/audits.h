// Which rejected candidates are trained to the end all the same, and what that says of the rules
// that rejected them: stratified, so that a rule that acts rarely is looked at too. Pure; any
// thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "coordinator/plan/job_spec.h"
#include "coordinator/plan/record.h"
#include "coordinator/plan/statistics.h"

namespace actsearch::plan {

// Up to `search.audits` candidates of each rule, drawn at random: trials without gates and hurdles,
// else as in the search. None of trainings that blew up: they would blow up again. Without indices.
std::vector<Record> AuditTrials(const JobSpec& spec, std::span<const Record> search);

// What a rule of the search stage did. A rejection is wrong when the loss of the audit is within
// the best tenth of the scored search candidates; an audit that blows up proves it right.
struct RejectionCount {
  std::string stage;
  std::string rule;
  std::uint64_t count = 0;
  std::uint64_t audited = 0;
  std::uint64_t wrong = 0;
  Bounds bounds;        // of the share that is wrong, exact, 95 %
  std::string example;  // the best of the wrong ones
};

// Sorted by stage and rule.
std::vector<RejectionCount> CountRejections(std::span<const Record> records);

}  // namespace actsearch::plan
