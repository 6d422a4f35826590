// The verbs' declarations for the table in verbs.cc, and what those that read a job
// file share.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/job_file.h"
#include "cli/verb.h"
#include "coordinator/plan/job_spec.h"

namespace actsearch::cli {

Run AddCompare(CLI::App& app, Terminal& terminal);
Run AddSearch(CLI::App& app, Terminal& terminal);
Run AddJobSubmit(CLI::App& app, Terminal& terminal);
Run AddJobValidate(CLI::App& app, Terminal& terminal);
Run AddJobExplain(CLI::App& app, Terminal& terminal);
Run AddJobList(CLI::App& app, Terminal& terminal);
Run AddJobGet(CLI::App& app, Terminal& terminal);
Run AddJobWatch(CLI::App& app, Terminal& terminal);
Run AddJobWait(CLI::App& app, Terminal& terminal);
Run AddJobPause(CLI::App& app, Terminal& terminal);
Run AddJobResume(CLI::App& app, Terminal& terminal);
Run AddJobExtend(CLI::App& app, Terminal& terminal);
Run AddJobCancel(CLI::App& app, Terminal& terminal);
Run AddJobDelete(CLI::App& app, Terminal& terminal);
Run AddCandidatesList(CLI::App& app, Terminal& terminal);
Run AddFront(CLI::App& app, Terminal& terminal);
Run AddReproduce(CLI::App& app, Terminal& terminal);
Run AddExport(CLI::App& app, Terminal& terminal);
Run AddSpaceCount(CLI::App& app, Terminal& terminal);
Run AddSpaceList(CLI::App& app, Terminal& terminal);
Run AddData(CLI::App& app, Terminal& terminal);
Run AddTasks(CLI::App& app, Terminal& terminal);
Run AddPrimitives(CLI::App& app, Terminal& terminal);
Run AddEafo(CLI::App& app, Terminal& terminal);
Run AddEval(CLI::App& app, Terminal& terminal);
Run AddZooList(CLI::App& app, Terminal& terminal);
Run AddZooShow(CLI::App& app, Terminal& terminal);
Run AddCompletionBash(CLI::App& app, Terminal& terminal);
Run AddVersion(CLI::App& app, Terminal& terminal);

// --set KEY=VALUE.
void AddSet(CLI::App& app, std::vector<std::string>& set);
// JOB.yaml, required, and --set.
void AddJobFile(CLI::App& app, std::string& file, std::vector<std::string>& set);
Expected<std::vector<Override>> OverridesOf(const std::vector<std::string>& set);
Expected<plan::JobSpec> ReadJobOptions(const std::string& file, const std::vector<std::string>& set,
                                       Terminal& terminal);

}  // namespace actsearch::cli
