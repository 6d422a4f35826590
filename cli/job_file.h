// Reads job files: YAML whose keys, kinds and bounds are those of plan::JobFields.
// Every problem is told with file, line, column and remedy, up to 20 at a time.
// Called by the verbs that take a job. Any thread.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

#include "coordinator/plan/job_spec.h"
#include "search_spaces/base/error.h"

namespace actsearch::cli {

struct JobSource {
  std::string name;  // for messages: the path, or "standard input"
  std::string text;
  std::filesystem::path folder;  // relative task.data_dir are looked up here first
};

// `path` or, for "-", the rest of `in`. At most 1 MiB.
Result<JobSource> LoadJobSource(const std::string& path, std::istream& in);

// The job that `actsearch search` runs without a file: examples/quickstart.yaml.
JobSource DefaultJobSource();

// A field set from the command line, after the file.
struct Override {
  std::string name;    // search.candidates
  std::string value;   // as in the file; lists as a,b,c or [a, b, c]
  std::string origin;  // what the user typed, for messages: --set search.candidates=0
};

// "key=value"
Result<Override> OverrideFromText(std::string_view text);

// A complete, checked job. The message of an error has one line a problem, each
// beginning with NAME:LINE:COLUMN or with the override's origin.
Result<plan::JobSpec> ReadJob(const JobSource& source, std::span<const Override> overrides = {});

// Only the space of a job file, checked by MakeSpace; the file may also be just what
// stands under `space:`. What else it says must be readable, but need not fit together.
Result<SpaceSpec> ReadSpace(const JobSource& source, std::span<const Override> overrides = {});

}  // namespace actsearch::cli
