// Whether this machine has the data of a job, before the job exists. Reads the files, as the
// workers do; torch-free. One thread at a time.
#pragma once

#include "cli/failure.h"
#include "coordinator/plan/job_spec.h"

namespace actsearch::cli {

// `spec` is checked. Nothing to do for generated data of any digest. kMissing: no folder or file
// there; kUsage: no folder is named, or files that are not what they must be, have another digest
// than task.digest, or do not fit the network.
Expected<void> CheckData(const plan::JobSpec& spec);

}  // namespace actsearch::cli
