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

// As a list of the job file: quoted, since formulas have commas.
std::string ListOf(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) {
    std::string quoted;
    for (const char c : item) quoted += c == '\'' ? std::string("''") : std::string(1, c);
    text += (text.empty() ? "" : ", ") + ("'" + quoted + "'");
  }
  return "[" + text + "]";
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
  job.changes = {{"search.candidates", "0", "compare"}, {"finals.functions", "[x]", "compare"}};
  const auto read = SpecOf(job, terminal);
  if (!read) return std::unexpected(read.error());
  std::vector<std::string> baselines = read->finals.baselines;
  Divide(options, functions, baselines);
  job.changes = {
      {"search.candidates", "0", "compare"},
      {"name", job.file.empty() ? "compare" : read->name, "compare"},
      {"finals.finalists", "0", "compare"},
      {"finals.functions", ListOf(functions), "compare"},
      {"finals.baselines", ListOf(baselines), "--against"},
      {"confirm.baselines", std::to_string(baselines.size()), "compare"}};
  auto spec = SpecOf(job, terminal);
  if (!spec) return std::unexpected(spec.error());
  LocalSearchOptions run = RunOf(job);
  run.spec = *std::move(spec);
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
