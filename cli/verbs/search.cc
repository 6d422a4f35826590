#include <algorithm>
#include <filesystem>
#include <ostream>
#include <system_error>

#include "cli/data_check.h"
#include "cli/data_folder.h"
#include "cli/job_file.h"
#include "cli/local_search.h"
#include "cli/records.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "evaluators/catalogue/tasks.h"

namespace actsearch::cli {
namespace {

struct Options {
  std::string file;
  std::string data;
  std::string candidates;  // texts: the field table checks them
  std::string seed;
  std::string strategy;
  std::vector<std::string> set;
  bool print_job = false;
  bool resume = false;
  std::string resume_id;
  std::string store = "sqlite:actsearch.db";
  int workers = 0;
  std::string device = "cpu";
  Format format = Format::kTable;
};

std::string Absolute(const std::string& folder) {
  std::error_code ignored;
  return std::filesystem::absolute(folder, ignored).lexically_normal().string();
}

// Those of the data set's fields that are set.
Expected<Fields> FieldsAmong(const std::string& dataset, const std::vector<std::string>& set) {
  const catalogue::DatasetInfo& row = **catalogue::Datasets().Find(dataset);
  std::vector<std::string> own;
  for (const std::string& text : set) {
    const bool is_own = std::ranges::any_of(row.fields, [&](const FieldRow& field) {
      return text.starts_with("task." + std::string(field.name) + "=");
    });
    if (is_own) own.push_back(text);
  }
  return ReadDatasetFields(row, own);
}

bool NamesDataset(const Options& options) {
  return std::ranges::any_of(options.set, [](const std::string& text) {
    return text.starts_with("task.dataset=");
  });
}

// The options that set fields, in the order in which they win: --set last.
Expected<std::vector<Override>> OverridesOf(const Options& options) {
  std::vector<Override> changes;
  const auto add = [&changes](const std::string& field, const std::string& value,
                              const char* option) {
    if (!value.empty()) changes.push_back({field, value, std::string(option) + " " + value});
  };
  if (!options.data.empty()) {
    if (options.file.empty() && !NamesDataset(options)) {
      const auto dataset = DatasetIn(options.data);
      if (!dataset) return std::unexpected(FailureOf(dataset.error()));
      const auto fields = FieldsAmong(*dataset, options.set);
      if (!fields) return std::unexpected(fields.error());
      const std::string task =
          TasksFor(*dataset, FactsIn(*dataset, options.data, *fields)).front();
      add("task.name", task, "--data");
      for (const auto& [field, value] : (*catalogue::Tasks().Find(task))->usual) {
        add("task." + std::string(field), std::string(value), "--data");
      }
      add("task.dataset", *dataset, "--data");
    }
    add("task.data_dir", Absolute(options.data), "--data");
  }
  add("strategy.name", options.strategy, "--strategy");
  add("search.candidates", options.candidates, "--candidates");
  add("search.seed", options.seed, "--seed");
  for (const std::string& text : options.set) {
    auto change = OverrideFromText(text);
    if (!change) return std::unexpected(FailureOf(change.error()));
    changes.push_back(*std::move(change));
  }
  return changes;
}

Expected<plan::JobSpec> SpecOf(const Options& options, Terminal& terminal) {
  const auto source = options.file.empty() ? Result<JobSource>(DefaultJobSource())
                                           : LoadJobSource(options.file, terminal.in);
  if (!source) return std::unexpected(FailureOf(source.error()));
  const auto changes = OverridesOf(options);
  if (!changes) return std::unexpected(changes.error());
  auto spec = ReadJob(*source, *changes);
  if (!spec) return std::unexpected(FailureOf(spec.error()));
  const auto data = CheckData(*spec);
  if (!data) return std::unexpected(data.error());
  return *std::move(spec);
}

// The built-in job with its comments, or what the other options make of it.
Expected<int> PrintJob(const Options& options, Terminal& terminal) {
  const bool is_plain = options.file.empty() && options.data.empty() && options.set.empty() &&
                        options.candidates.empty() && options.seed.empty() &&
                        options.strategy.empty();
  if (is_plain) {
    terminal.out << DefaultJobSource().text;
    return kOk;
  }
  const auto spec = SpecOf(options, terminal);
  if (!spec) return std::unexpected(spec.error());
  Print(terminal, Format::kYaml, SpecDocument(*spec), "");
  return kOk;
}

Expected<void> CheckResume(const Options& options) {
  if (!options.file.empty() || !options.seed.empty() || !options.strategy.empty() ||
      !options.set.empty()) {
    return Fail(kUsage,
                "--resume goes on with a job as it is: no job file, --set, --seed or --strategy "
                "(--candidates N may raise the total)");
  }
  return {};
}

Expected<int> Search(const Options& options, Terminal& terminal) {
  if (options.print_job) return PrintJob(options, terminal);
  LocalSearchOptions search{.spec = {},
                            .resume = options.resume_id,
                            .store = options.store,
                            .workers = options.workers,
                            .device = options.device,
                            .data_dir = options.data.empty() ? "" : Absolute(options.data),
                            .format = options.format};
  if (options.resume) {
    if (auto checked = CheckResume(options); !checked) return std::unexpected(checked.error());
    if (!options.candidates.empty()) {
      const auto text = OverrideFromText("search.candidates=" + options.candidates);
      const auto spec = ReadJob(DefaultJobSource(), {&*text, 1});
      if (!spec) return std::unexpected(FailureOf(spec.error()));
      search.extend_to = spec->search.candidates;
    }
  } else {
    auto spec = SpecOf(options, terminal);
    if (!spec) return std::unexpected(spec.error());
    search.spec = *std::move(spec);
  }
  return RunLocalSearch(search, terminal);
}

void AddFieldOptions(CLI::App& app, Options& options) {
  app.add_option("--data", options.data,
                 "folder with the data set's files, or the file; without a job file it chooses "
                 "the data set and a task for it")
      ->type_name("DIR");
  app.add_option("--candidates", options.candidates, "search.candidates of the job file")
      ->type_name("N");
  app.add_option("--seed", options.seed, "search.seed of the job file")->type_name("N");
  app.add_option("--strategy", options.strategy, "strategy.name of the job file")
      ->type_name("NAME");
  app.add_option("--set", options.set, "any field: search.parallelism=8; may be repeated")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--print-job", options.print_job, "print the job that runs when none is given");
}

}  // namespace

Run AddSearch(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  app.add_option("JOB.yaml", options->file, "job file; - for standard input [a built-in job]")
      ->type_name("");
  AddFieldOptions(app, *options);
  CLI::Option* resume =
      app.add_option("--resume", options->resume_id,
                     "go on with a job: id, the beginning of one [the newest that has not ended]")
          ->type_name("JOB")
          ->expected(0, 1);
  app.add_option("--store", options->store, "where the job is kept [sqlite:actsearch.db]")
      ->type_name("ADDRESS");
  app.add_option("--workers", options->workers, "worker processes [one for each core]")
      ->type_name("N")
      ->check(CLI::Range(1, 1024).description(""));
  app.add_option("--device", options->device, "cpu, cuda or cuda:N [cpu]")->type_name("DEVICE");
  AddFormat(app, options->format);
  return [options, resume, &terminal] {
    options->resume = resume->count() > 0;
    return Search(*options, terminal);
  };
}

}  // namespace actsearch::cli
