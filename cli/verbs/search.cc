#include <ostream>

#include "cli/records.h"
#include "cli/verbs/common.h"
#include "cli/verbs/local_job.h"
#include "cli/verbs/verbs.h"

namespace actsearch::cli {
namespace {

struct Options {
  LocalJobOptions job;
  std::string candidates;  // texts: the field table checks them
  std::string seed;
  std::string strategy;
  bool print_job = false;
  bool resume = false;
  std::string resume_id;
};

LocalJobOptions JobOf(const Options& options) {
  LocalJobOptions job = options.job;
  const auto add = [&](const char* field, const std::string& value, const char* option) {
    if (value.empty()) return;
    job.changes.push_back({field, value, std::string(option) + " " + value});
  };
  add("strategy.name", options.strategy, "--strategy");
  add("search.candidates", options.candidates, "--candidates");
  add("search.seed", options.seed, "--seed");
  return job;
}

// The built-in job with its comments, or what the other options make of it.
Expected<int> PrintJob(const Options& options, Terminal& terminal) {
  const LocalJobOptions job = JobOf(options);
  const bool is_plain =
      job.file.empty() && job.data.empty() && job.set.empty() && job.changes.empty();
  if (is_plain) {
    terminal.out << DefaultJobSource().text;
    return kOk;
  }
  const auto spec = SpecOf(job, terminal);
  if (!spec) return std::unexpected(spec.error());
  Print(terminal, Format::kYaml, SpecDocument(*spec), "");
  return kOk;
}

Expected<void> CheckResume(const Options& options) {
  if (!options.job.file.empty() || !options.seed.empty() || !options.strategy.empty() ||
      !options.job.set.empty() || !options.job.budget.empty()) {
    return Fail(
        kUsage,
        "--resume goes on with a job as it is: no job file, --set, --budget, --seed or --strategy "
        "(--candidates N may raise the total)");
  }
  return {};
}

Expected<int> Search(const Options& options, Terminal& terminal) {
  if (options.print_job) return PrintJob(options, terminal);
  LocalSearchOptions search = RunOf(options.job);
  search.resume = options.resume_id;
  if (options.resume) {
    if (auto checked = CheckResume(options); !checked) return std::unexpected(checked.error());
    if (!options.candidates.empty()) {
      const auto text = OverrideFromText("search.candidates=" + options.candidates);
      const auto spec = ReadJob(DefaultJobSource(), {&*text, 1});
      if (!spec) return std::unexpected(FailureOf(spec.error()));
      search.extend_to = spec->search.candidates;
    }
  } else {
    auto spec = SpecOf(JobOf(options), terminal);
    if (spec) spec = Estimated(*std::move(spec), options.job, terminal);
    if (!spec) return std::unexpected(spec.error());
    search.spec = *std::move(spec);
  }
  return RunLocalSearch(search, terminal);
}

}  // namespace

Run AddSearch(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  app.add_option("JOB.yaml", options->job.file, "job file; - for standard input [a built-in job]")
      ->type_name("");
  AddLocalJob(app, options->job);
  app.add_option("--candidates", options->candidates, "search.candidates of the job file")
      ->type_name("N");
  app.add_option("--seed", options->seed, "search.seed of the job file")->type_name("N");
  app.add_option("--strategy", options->strategy, "strategy.name of the job file")
      ->type_name("NAME");
  app.add_flag("--print-job", options->print_job, "print the job that runs when none is given");
  CLI::Option* resume =
      app.add_option("--resume", options->resume_id,
                     "go on with a job: id, the beginning of one [the newest that has not ended]")
          ->type_name("JOB")
          ->expected(0, 1);
  return [options, resume, &terminal] {
    options->resume = resume->count() > 0;
    return Search(*options, terminal);
  };
}

}  // namespace actsearch::cli
