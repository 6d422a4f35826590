#include <algorithm>
#include <cctype>
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

// "quickstart-abc:12", "latest:12": trial 12 of a job. No formula looks like that.
bool IsTrial(const std::string& word) {
  const std::size_t colon = word.find(':');
  if (colon == 0 || colon == std::string::npos || colon + 1 == word.size()) return false;
  const auto in_id = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(colon), in_id) &&
         std::all_of(word.begin() + static_cast<std::ptrdiff_t>(colon) + 1, word.end(), digit) &&
         word.size() - colon <= 12;
}

// Candidates of earlier jobs of the store, as formulas.
Expected<void> ReadTrials(const std::string& store, std::vector<std::string>& words,
                          Terminal& terminal) {
  if (std::ranges::none_of(words, IsTrial)) return {};
  auto client = Client::Connect({.coordinator = {}, .store = store}, Access::kRead, terminal);
  if (!client) return std::unexpected(client.error());
  for (std::string& word : words) {
    if (!IsTrial(word)) continue;
    const std::size_t colon = word.find(':');
    const auto job = client->Find(word.substr(0, colon));
    if (!job) return std::unexpected(job.error());
    const auto trial = client->Trial(job->id(), std::stoull(word.substr(colon + 1)));
    if (!trial) return std::unexpected(trial.error());
    word = trial->row().formula();
  }
  return {};
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
  if (const auto read = ReadTrials(job.store, functions, terminal); !read) {
    return std::unexpected(read.error());
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
                 "formulas, names of the zoo or JOB:INDEX for a candidate of an earlier job of the "
                 "store, and perhaps a job file that says on what")
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
