// What a job will cost, estimated before it begins from one training of a known function on the
// machine where it will run; and the job that fits into a given time. Pure; any thread.
#pragma once

#include <string>

#include "coordinator/plan/job_spec.h"
#include "search_spaces/base/error.h"

namespace actsearch::plan {

// Of the job's own network, one process.
struct TrainingCost {
  double step_seconds = 0;   // an optimizer step
  double score_seconds = 0;  // a look at a split
};

// Processor seconds by stage. An estimate: what gates, hurdles and octaves will do is not known,
// and candidates differ.
struct JobCost {
  double search = 0;  // with the audits
  double select = 0;
  double confirm = 0;
  double final = 0;

  double Total() const { return search + select + confirm + final; }
};

JobCost CostOf(const JobSpec& spec, const TrainingCost& one);

// The job with candidates, seeds and confirmation so that it costs about `seconds` of processor
// time, more or fewer than it has: stages after the search get at most half of it, or what the
// least of them takes. A comparison without a search gets all. kInvalid says what the least job
// takes.
Result<JobSpec> WithinBudget(JobSpec spec, const TrainingCost& one, double seconds);

}  // namespace actsearch::plan
