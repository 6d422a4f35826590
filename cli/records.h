// What the service answers, as documents (JSON, YAML). Field names and their order are part of
// the program's interface. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "actsearch/v1/candidate.pb.h"
#include "actsearch/v1/job.pb.h"
#include "actsearch/v1/search_service.pb.h"
#include "cli/output.h"
#include "coordinator/plan/job_spec.h"

namespace actsearch::cli {

// As a job file says it, with every field.
Document SpecDocument(const plan::JobSpec& spec);

// Everything but the spec.
Document JobDocument(const v1::Job& job);

// Without the job's id; what differs between two runs of the same job, times, workers and how
// their attempts ended, is in "timing" alone, which `timing` leaves out.
Document CandidateDocument(const v1::CandidateRow& row, bool timing);

Document FrontDocument(const v1::FrontRow& row);

// 1 x 28 x 28 numbers; one of 10 classes.
std::string SignatureText(const v1::Signature& signature);

// What strategies see; NaN without one.
double MeanLoss(const v1::Outcome& outcome);

// SCORED, REJECTED, ...; RUNNING while there is no outcome.
std::string StatusName(v1::Status status);

}  // namespace actsearch::cli
