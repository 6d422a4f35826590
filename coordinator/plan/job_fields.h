// The one table of a job's fields: dotted name as the job file spells it, kind,
// bounds, documentation, default and accessor. Checking, JSON, the YAML reader of
// the CLI and the documentation iterate over it. Constant, so safe from any thread.
//
// Two sections hold more than rows here. Options of the chosen strategy are written beside
// strategy.name (strategy.population: 64); their table is strategies::StrategyRow::options.
// Fields of the chosen task are written beside task.name (task.hidden: [64]); their table
// is catalogue::TaskInfo::fields. So which names a section knows depends on the job.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/plan/job_spec.h"
#include "search_spaces/base/error.h"
#include "search_spaces/base/fields.h"

namespace actsearch::plan {

// A FieldRow with the whole name, search.candidates, and the member of a JobSpec behind it.
struct Field : FieldRow {
  FieldValue (*get)(const JobSpec& spec) = nullptr;
  void (*set)(JobSpec& spec, const FieldValue& value) = nullptr;  // use SetField
};

// Section by section, in the order of the documentation.
std::span<const Field> JobFields();

// Names that may stand at the top of a job file (name, space, strategy, ...).
std::vector<std::string_view> SectionNames();
// Names that may stand in a section of this job, without its prefix; without strategy options.
std::vector<std::string_view> FieldNames(const JobSpec& spec, std::string_view section);

// kNotFound with a suggestion. strategy.ANYTHING is a number: whether the chosen
// strategy has that option is known, and said by CheckJobSpec, once all is read.
Result<FieldKind> KindOf(const JobSpec& spec, std::string_view name);

// How to say today what `name` said in job files of before; empty for any other name.
std::string_view NewSpelling(std::string_view name);

// Sets one field. Whole numbers serve as numbers, an empty list as a list of any
// kind. Errors begin with `name` and a colon; bounds and allowed texts too are checked.
// Another task.name or strategy.name takes the fields or options of the one before away.
Result<void> SetField(JobSpec& spec, std::string_view name, const FieldValue& value);

// Sets what a log says, whatever today's bounds are; what this program does not know, or
// takes for another kind, it leaves out. For showing a job, not for running it.
void PutLoggedField(JobSpec& spec, std::string_view name, const FieldValue& value);

// Bounds and allowed texts of one row against `spec`. Errors begin with the name.
Result<void> CheckField(const Field& field, const JobSpec& spec);

}  // namespace actsearch::plan
