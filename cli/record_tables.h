// What the service answers, as tables for people. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "actsearch/v1/candidate.pb.h"
#include "actsearch/v1/job.pb.h"
#include "actsearch/v1/search_service.pb.h"

namespace actsearch::cli {

std::string JobTable(std::span<const v1::Job> jobs);
std::string JobDetails(const v1::Job& job);
std::string CandidateTable(std::span<const v1::CandidateRow> rows, bool timing);

// Tables show shares in percent: accuracy 0.5 as 50 under ACCURACY %.
std::string MetricHeading(std::string_view name);
double MetricScale(std::string_view name);

// "2026-11-20 22:21:42Z"
std::string UtcTime(std::int64_t wall_ms);

}  // namespace actsearch::cli
