// What the verbs that run a job on this machine share: which job it is, where it is kept and who
// trains it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/failure.h"
#include "cli/job_file.h"
#include "cli/local_search.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "coordinator/plan/job_spec.h"

namespace actsearch::cli {

struct LocalJobOptions {
  std::string file;               // empty: the built-in job
  std::string data;
  std::vector<Override> changes;  // of the verb's own options; --set wins over them
  std::vector<std::string> set;
  std::string store = "sqlite:actsearch.db";
  int workers = 0;
  std::string device = "cpu";
  bool no_cache = false;
  std::string budget;             // time that the job may take; empty: as long as it takes
  Format format = Format::kTable;
};

// --data, --set, --store, --workers, --device, --budget, --no-cache and the output's format.
void AddLocalJob(CLI::App& app, LocalJobOptions& options);

// The job that the options say, checked, its data looked at.
Expected<plan::JobSpec> SpecOf(const LocalJobOptions& options, Terminal& terminal);

// Says how long the job will take here; with a budget, the job that fits into it.
Expected<plan::JobSpec> Estimated(plan::JobSpec spec, const LocalJobOptions& options,
                                  Terminal& terminal);

// Where and how it runs; neither the job nor one to go on with.
LocalSearchOptions RunOf(const LocalJobOptions& options);

}  // namespace actsearch::cli
