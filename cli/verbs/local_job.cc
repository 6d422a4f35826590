#include "cli/verbs/local_job.h"

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <system_error>

#include "cli/data_check.h"
#include "cli/data_folder.h"
#include "cli/estimate.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "evaluators/catalogue/tasks.h"

namespace actsearch::cli {
namespace {

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

bool NamesDataset(const LocalJobOptions& options) {
  return std::ranges::any_of(options.set, [](const std::string& text) {
    return text.starts_with("task.dataset=");
  });
}

// The options that set fields, in the order in which they win: --set last.
Expected<std::vector<Override>> ChangesOf(const LocalJobOptions& options) {
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
  changes.insert(changes.end(), options.changes.begin(), options.changes.end());
  if (options.no_cache) changes.push_back({"search.cache", "false", "--no-cache"});
  const auto set = OverridesOf(options.set);
  if (!set) return set;
  changes.insert(changes.end(), set->begin(), set->end());
  return changes;
}

}  // namespace

void AddLocalJob(CLI::App& app, LocalJobOptions& options) {
  app.add_option("--data", options.data,
                 "folder with the data set's files, or the file; without a job file it chooses "
                 "the data set and a task for it")
      ->type_name("DIR");
  AddSet(app, options.set);
  app.add_option("--store", options.store, "where the job is kept [sqlite:actsearch.db]")
      ->type_name("ADDRESS");
  app.add_option("--workers", options.workers, "worker processes [one for each core]")
      ->type_name("N")
      ->check(CLI::Range(1, 1024).description(""));
  app.add_option("--device", options.device, "cpu, cuda or cuda:N [cpu]")->type_name("DEVICE");
  app.add_option("--budget", options.budget,
                 "time that the job may take here, as 15m or 2h: candidates, seeds and "
                 "confirmation are chosen to fit")
      ->type_name("TIME");
  app.add_flag("--no-cache", options.no_cache,
               "train anew what earlier jobs of the store have trained");
  AddFormat(app, options.format);
}

Expected<plan::JobSpec> SpecOf(const LocalJobOptions& options, Terminal& terminal) {
  const auto source = options.file.empty() ? Result<JobSource>(DefaultJobSource())
                                           : LoadJobSource(options.file, terminal.in);
  if (!source) return std::unexpected(FailureOf(source.error()));
  const auto changes = ChangesOf(options);
  if (!changes) return std::unexpected(changes.error());
  auto spec = ReadJob(*source, *changes);
  if (!spec) return std::unexpected(FailureOf(spec.error()));
  const auto data = CheckData(*spec);
  if (!data) return std::unexpected(data.error());
  return *std::move(spec);
}

Expected<plan::JobSpec> Estimated(plan::JobSpec spec, const LocalJobOptions& options,
                                  Terminal& terminal) {
  const LocalSearchOptions run = RunOf(options);
  const int workers = WorkersFor(spec.search.parallelism, options.workers);
  const Expected<double> budget = options.budget.empty() ? 0 : SecondsOf(options.budget);
  if (!budget) return std::unexpected(budget.error());
  const auto one = MeasureTraining(spec, {.device = run.device, .data_dir = run.data_dir});
  if (!one) return std::unexpected(one.error());
  if (!*one && *budget > 0) {
    return Fail(kUsage, "--budget: nothing of this job can be measured beforehand; give "
                        "search.candidates");
  }
  if (!*one) return spec;
  if (*budget > 0) {
    auto fitted = plan::WithinBudget(std::move(spec), **one, *budget * workers);
    if (!fitted) return Fail(kUsage, "--budget " + options.budget + ": " + fitted.error().message);
    spec = *std::move(fitted);
    terminal.err << "--budget " << options.budget << ": " << spec.search.candidates
                 << " candidates, " << spec.finals.select_seeds << " and " << spec.finals.seeds
                 << " seeds (finals.select_seeds, finals.seeds), confirmed at "
                 << spec.confirm.steps << " times the steps and " << spec.confirm.width
                 << " times the width\n";
  }
  terminal.err << EstimateText(spec, **one, workers) << std::endl;
  return spec;
}

LocalSearchOptions RunOf(const LocalJobOptions& options) {
  return {.spec = {},
          .resume = {},
          .store = options.store,
          .workers = options.workers,
          .device = options.device,
          .data_dir = options.data.empty() ? "" : Absolute(options.data),
          .format = options.format};
}

}  // namespace actsearch::cli
