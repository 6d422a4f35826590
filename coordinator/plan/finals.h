// The stages after the search, as lists of trials that follow from the records alone: `select`
// tunes every entrant on the job's own task, `confirm` the best of them longer and wider, both on
// the select split; `final` repeats each at its choices over seeds, on data that nothing else has
// seen, in one go for all settings (design.md section 7). Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "coordinator/plan/job_spec.h"
#include "coordinator/plan/record.h"
#include "coordinator/plan/tuning.h"

namespace actsearch::plan {

// Choices by entrant and setting, of the trials of the select and confirm stages; whom no rate
// scored has none.
using Choices = std::map<std::pair<int, Setting>, Choice>;
Choices ChoicesOf(std::span<const Record> tuned);

// Of the entrants, those whose results must hold in the settings of ConfirmSettings: the best
// finalist, all given functions, and the best `confirm.baselines` baselines, by select loss. None
// when there is neither finalist nor given function. `select`: trials of that stage.
std::vector<int> Confirmed(const JobSpec& spec, std::span<const Record> select);

// Each returns trials without indices; `digest` is that of the job's data.
std::vector<Record> SelectTrials(const JobSpec& spec, std::span<const Record> entrants,
                                 std::string_view digest);
std::vector<Record> ConfirmTrials(const JobSpec& spec, std::span<const Record> select,
                                  std::string_view digest);
// What the choices of a stage still need when all its trials have ended; empty: they are made.
std::vector<Record> MoreTuning(const JobSpec& spec, std::span<const Record> stage,
                               std::string_view digest);
// `tuned`: the trials of the select and confirm stages.
std::vector<Record> FinalTrials(const JobSpec& spec, std::span<const Record> tuned,
                                std::string_view digest);

// Trials of the stages from `from` on, when the search finds enough finalists, all entrants are
// scored and no rate is extended.
std::uint64_t LateTrialsPlanned(const JobSpec& spec, Stage from);

}  // namespace actsearch::plan
