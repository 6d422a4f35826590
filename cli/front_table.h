// The entrants of a job beside each other, and how surely they differ. Pure functions; any thread.
#pragma once

#include <string>

#include "actsearch/v1/search_service.pb.h"
#include "cli/output.h"

namespace actsearch::cli {

// All entrants in the job's own setting, best first by what is known: rank, then final loss;
// "No candidate ..." when empty.
std::string FrontText(const v1::GetFrontResponse& front);

// Those that were trained longer and wider; empty without any. Ends with an empty line.
std::string ConfirmText(const v1::GetFrontResponse& front);

// Candidates against baselines, setting by setting; empty without any. Ends with an empty line.
std::string ComparisonText(const v1::GetFrontResponse& front);

Document FrontDocuments(const v1::GetFrontResponse& front);  // rows as FrontText orders them
Document ConfirmDocuments(const v1::GetFrontResponse& front);
Document ComparisonDocuments(const v1::GetFrontResponse& front);
Document VerdictDocuments(const v1::GetFrontResponse& front);

}  // namespace actsearch::cli
