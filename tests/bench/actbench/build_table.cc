// Makes a tabular benchmark: trains every function of a job file's finite space to the end,
// once for each seed, and scores each training on all three splits. Safe to interrupt: what is in
// the output file is not trained again.
//   actbench JOB.yaml --data DIR --out FILE [--shard 0/2]
// Shards of one table are joined by tests/bench/actbench/run.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "cli/job_file.h"
#include "evaluators/evaluator.h"
#include "evaluators/modules/parts.h"
#include "evaluators/tables/table.h"
#include "search_spaces/enumeration.h"

namespace actsearch {
namespace {

struct Settings {
  std::string job;
  std::string data;
  std::string out;
  int seeds = 6;
  std::vector<int> rungs = {10, 20, 30, 50, 70, 100, 150, 200};
  int shard = 0;
  int shards = 1;
};

// The texts of the space's different functions, in the order of its points.
std::vector<std::string> FunctionsOf(const Space& space) {
  std::vector<std::string> functions;
  Enumeration walk(space);
  while (!walk.AtEnd()) {
    const auto found = walk.Next();
    if (found && found->is_new_exact) functions.push_back(found->candidate.text);
  }
  return functions;
}

std::set<std::string> Finished(const std::string& path) {
  std::set<std::string> finished;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with('#')) finished.insert(line.substr(0, line.find('\t')));
  }
  return finished;
}

// `trial` has no gates; `gate` would have rejected the candidate before.
Result<tables::Training> Train(evaluators::Evaluator& evaluator, const Trial& trial,
                               const std::optional<Rejection>& gate) {
  tables::Training training;
  const auto keep = [&training](Split split, double loss, double accuracy) {
    training.losses[static_cast<std::size_t>(split)] = loss;
    training.accuracies[static_cast<std::size_t>(split)] = accuracy;
  };
  evaluators::Control control;
  control.on_other_split = [&keep](Split split, const RungValue& value) {
    keep(split, value.loss, ValueOf(value.metrics, "accuracy"));
  };
  training.losses.fill(std::numeric_limits<double>::infinity());
  const auto evaluated = evaluator.Evaluate(trial, control);
  if (!evaluated) return std::unexpected(evaluated.error());
  const Outcome& outcome = *evaluated;
  const std::optional<Rejection>& first = gate ? gate : outcome.rejection;
  if (first) training.rule = first->stage + ":" + first->rule;
  for (const RungValue& rung : outcome.rungs) training.rung_losses.push_back(rung.loss);
  if (outcome.status == Status::kScored) {
    keep(trial.split, outcome.Loss(), ValueOf(outcome.metrics, "accuracy"));
  }
  training.seconds = outcome.timing.total_seconds;
  return training;
}

int Refuse(const Error& error) {
  std::cerr << "actbench: " << error.message << "\n";
  return 1;
}

int Build(const Settings& settings, const plan::JobSpec& job, const std::string& command) {
  const auto space = MakeSpace(job.space);
  if (!space) return Refuse(space.error());
  if (!(*space)->Size()) return Refuse({ErrorCode::kInvalid, "space.shape: give a finite space"});
  const auto evaluator = evaluators::MakeEvaluator({});
  if (!evaluator) return Refuse(evaluator.error());

  tables::Table table;
  table.space = job.space;
  table.task = job.task;
  table.sites = job.sites;
  table.rungs = settings.rungs;
  table.command = command;
  const std::set<std::string> finished = Finished(settings.out);
  std::ofstream out(settings.out, std::ios::app);
  if (finished.empty()) out << tables::HeaderText(table) << std::flush;

  const modules::CandidateRow& maker = **modules::CandidateRows().Find(job.space.name);
  Trial trial{.sites = job.sites, .task = job.task, .gates = {.probes = false, .chance = false}};
  for (const int step : settings.rungs) {
    trial.hurdles.push_back({step, std::numeric_limits<double>::infinity()});
  }
  const std::vector<std::string> functions = FunctionsOf(**space);
  const auto start = std::chrono::steady_clock::now();
  std::size_t trained = 0;
  for (std::size_t i = 0; i < functions.size(); ++i) {
    if (static_cast<int>(i % static_cast<std::size_t>(settings.shards)) != settings.shard) continue;
    if (finished.contains(functions[i])) continue;
    tables::Row row{.formula = functions[i]};
    trial.candidate = functions[i];
    const auto gate = modules::CheckGates(maker, {&trial.candidate, 1});
    for (int seed = 0; seed < settings.seeds; ++seed) {
      trial.seed = static_cast<std::uint64_t>(seed) + 1;
      auto training = Train(**evaluator, trial, gate);
      if (!training) return Refuse(training.error());
      row.trainings.push_back(*std::move(training));
    }
    out << tables::RowText(row) << '\n' << std::flush;
    if (++trained % 50 == 0) {
      const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
      const double each = passed.count() / static_cast<double>(trained);
      std::fprintf(stderr, "%zu of %zu functions, %.2f s each, %.0f s left\n", i + 1,
                   functions.size(), each,
                   each * static_cast<double>(functions.size() - i) / settings.shards);
    }
  }
  return out ? 0 : Refuse({ErrorCode::kUnavailable, settings.out + ": writing failed"});
}

}  // namespace
}  // namespace actsearch

int main(int argc, char** argv) {
  actsearch::Settings settings;
  CLI::App app{"Trains every function of a finite space: one shard of a tabular benchmark."};
  app.add_option("JOB", settings.job, "job file; its space, task and gates count")->required();
  app.add_option("--data", settings.data, "folder with the data set's files");
  app.add_option("--out", settings.out, "text file that grows by a line a function")->required();
  app.add_option("--seeds", settings.seeds, "trainings of each function")->capture_default_str();
  app.add_option("--rungs", settings.rungs, "steps at which the loss is kept")->delimiter(',');
  std::string shard = "0/1";
  app.add_option("--shard", shard, "part/parts of the functions")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (std::sscanf(shard.c_str(), "%d/%d", &settings.shard, &settings.shards) != 2) {
    return actsearch::Refuse({actsearch::ErrorCode::kInvalid, "--shard: give PART/PARTS, as 0/2"});
  }
  const auto source = actsearch::cli::LoadJobSource(settings.job, std::cin);
  if (!source) return actsearch::Refuse(source.error());
  std::vector<actsearch::cli::Override> overrides;
  if (!settings.data.empty()) overrides.push_back({"task.data_dir", settings.data, "--data"});
  const auto job = actsearch::cli::ReadJob(*source, overrides);
  if (!job) return actsearch::Refuse(job.error());
  return actsearch::Build(settings, *job, "scripts/bench table DATA_DIR");
}
