// What a search found, told honestly: the front and the baselines under the same
// budget, whether the best is better beyond doubt, and what was thrown out where.
// Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "actsearch/v1/job.pb.h"
#include "actsearch/v1/search_service.pb.h"
#include "cli/output.h"

namespace actsearch::cli {

// Measured by the process that ran the search, from its start or resumption.
struct RunTime {
  double wall_seconds = 0;         // workers' start included
  double search_seconds = 0;       // until the last search candidate ended
  std::uint64_t candidates = 0;    // search candidates that ended in this time
  std::uint64_t final_trials = 0;  // and trainings of finalists and baselines
};

// What the job found, in sentences, a line for each candidate that was compared.
std::string Verdict(const v1::GetFrontResponse& front);

std::string ReportText(const v1::Job& job, const v1::GetFrontResponse& front, const RunTime& time);
Document ReportDocument(const v1::Job& job, const v1::GetFrontResponse& front, const RunTime& time);

}  // namespace actsearch::cli
