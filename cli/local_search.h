// A whole search on this machine: a coordinator in this process, worker processes
// beside it, progress, Ctrl-C, report. Called by `actsearch search` from the main
// thread, before any other thread runs.
#pragma once

#include <optional>
#include <string>

#include "cli/failure.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "coordinator/plan/job_spec.h"

namespace actsearch::cli {

struct LocalSearchOptions {
  std::optional<plan::JobSpec> spec;  // a new job
  std::string resume;                 // or one of the store: id, beginning, "latest"
  std::uint64_t extend_to = 0;        // resumed: new total of candidates; 0: as it is
  std::string store;
  int workers = 0;  // 0: one for each core, as far as the job can use them
  std::string device = "cpu";
  std::string data_dir;  // for jobs whose folder is relative
  Format format = Format::kTable;
};

// kJobFailed and kInterrupted come back as exit codes, all else as a Failure.
Expected<int> RunLocalSearch(const LocalSearchOptions& options, Terminal& terminal);

}  // namespace actsearch::cli
