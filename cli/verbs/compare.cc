#include <algorithm>
#include <ostream>

#include "cli/formula_words.h"
#include "cli/verbs/common.h"
#include "cli/verbs/local_job.h"
#include "cli/verbs/verbs.h"

namespace actsearch::cli {
namespace {

struct Options {
  LocalJobOptions job;
  std::vector<std::string> words;  // functions, and perhaps a job file among them
  std::vector<std::string> against;
};

bool IsJobFile(const std::string& word) {
  return word == "-" || word.ends_with(".yaml") || word.ends_with(".yml");
}

void Take(std::vector<std::string>& words, const std::vector<std::string>& taken) {
  std::erase_if(words, [&](const std::string& word) {
    return std::ranges::find(taken, word) != taken.end();
  });
}

// Who is compared with whom. Without --against, the job's baselines; functions that are such
// already stay so, unless nothing else is named: then the first is compared with the others.
void Divide(const Options& options, std::vector<std::string>& functions,
            std::vector<std::string>& baselines) {
  if (!options.against.empty()) {
    baselines = options.against;
    Take(functions, baselines);
    return;
  }
  std::vector<std::string> others = functions;
  Take(others, baselines);
  if (others.empty()) others = {functions.front()};
  functions = std::move(others);
  Take(baselines, functions);
}

Expected<int> Compare(Options options, Terminal& terminal) {
  LocalJobOptions& job = options.job;
  std::vector<std::string> functions;
  for (const std::string& word : options.words) {
    if (!IsJobFile(word)) {
      functions.push_back(word);
    } else if (job.file.empty()) {
      job.file = word;
    } else {
      return Fail(kUsage, "two job files, " + job.file + " and " + word + "; give one");
    }
  }
  if (functions.empty()) {
    return Fail(kUsage, "name a function at least: actsearch compare 'x * tanh(x)'");
  }
  auto spec = SpecOf(job, terminal);
  if (!spec) return std::unexpected(spec.error());
  Divide(options, functions, spec->finals.baselines);
  if (job.file.empty()) spec->name = "compare";
  spec->search.candidates = 0;
  spec->finals.finalists = 0;
  spec->finals.functions = std::move(functions);
  spec->confirm.baselines = static_cast<int>(spec->finals.baselines.size());
  auto checked = plan::CheckJobSpec(*std::move(spec));
  if (!checked) return std::unexpected(FailureOf(checked.error()));
  auto estimated = Estimated(*std::move(checked), job, terminal);
  if (!estimated) return std::unexpected(estimated.error());
  LocalSearchOptions run = RunOf(job);
  run.spec = *std::move(estimated);
  return RunLocalSearch(run, terminal);
}

}  // namespace

Run AddCompare(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  app.add_option(kFormula, options->words,
                 "formulas or names of the zoo, and perhaps a job file that says on what")
      ->type_name("...")
      ->required();
  app.add_option("--against", options->against,
                 "names of the zoo to compare with [finals.baselines of the job: relu,gelu,silu]")
      ->type_name("NAME,...")
      ->delimiter(',');
  AddLocalJob(app, options->job);
  return [options, &terminal] { return Compare(*options, terminal); };
}

}  // namespace actsearch::cli
