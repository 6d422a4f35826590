// The sites of a task's network as people see them: by itself, or with what a job has there.
// Pure; any thread.
#pragma once

#include <string>

#include "cli/output.h"
#include "coordinator/plan/job_spec.h"
#include "evaluators/catalogue/tasks.h"
#include "search_spaces/base/error.h"

namespace actsearch::cli {

struct SiteTable {
  std::string text;    // a row a site; empty where the task has no network
  Document document;   // an array of the same
};

// With initial fields, where the published files of `dataset` arrive. kInvalid when network and
// data do not fit together.
Result<SiteTable> SitesOf(const catalogue::TaskInfo& task, const catalogue::DatasetInfo& dataset);

// With the job's own fields, and "candidate" or the filling at each site. `spec` is checked.
Result<SiteTable> SitesOf(const plan::JobSpec& spec);

// "activation: one candidate for all; norm=batch_norm", as the job file says it.
std::string SitesSummary(const SiteSpec& sites);

}  // namespace actsearch::cli
