// actsearch-evaluate FORMULA: trains one candidate as a plain program, without service.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "evaluators/canary.h"
#include "evaluators/catalogue/tasks.h"
#include "evaluators/evaluator.h"
#include "search_spaces/base/registry.h"
#include "search_spaces/expr/parse.h"

namespace actsearch::evaluators {
namespace {

struct Arguments {
  Trial trial;
  EvaluatorOptions options;
  std::vector<std::string> searched;  // empty: the trial's own
  int seeds = 1;
};

Result<void> ReadNumber(std::string_view text, auto& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return {};
  return Fail(ErrorCode::kInvalid, "'" + std::string(text) + "' is not a number of the right kind");
}

// A field of the task: NAME=VALUE, lists with commas.
Result<void> ReadField(std::string_view text, TaskSpec& task) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return Fail(ErrorCode::kInvalid, "give NAME=VALUE");
  const auto info = catalogue::Tasks().Find(task.name);
  if (!info) return std::unexpected(info.error());
  const std::string name(text.substr(0, equals));
  const auto dataset = catalogue::Datasets().Find(task.dataset);
  const std::vector<FieldRow> rows =
      catalogue::FieldsOf(**info, dataset ? *dataset : nullptr);
  const auto row = std::ranges::find(rows, name, &FieldRow::name);
  if (row == rows.end()) {
    std::vector<std::string_view> known;
    for (const FieldRow& each : rows) known.push_back(each.name);
    return std::unexpected(UnknownName("field", name, known));
  }
  std::vector<std::string> items;
  std::istringstream parts{std::string(text.substr(equals + 1))};
  for (std::string item; std::getline(parts, item, ',');) items.push_back(item);
  Result<FieldValue> value = IsList(row->kind) ? ValueFromTexts(row->kind, items)
                                               : ValueFromText(row->kind, text.substr(equals + 1));
  if (!value) return std::unexpected(value.error());
  task.fields[name] = *std::move(value);
  return {};
}

Result<void> ReadText(std::string_view text, std::string& target) {
  target = text;
  return {};
}

Result<void> AddText(std::string_view text, std::vector<std::string>& targets) {
  targets.emplace_back(text);
  return {};
}

Result<void> ReadSplit(std::string_view text, Split& split) {
  const std::optional<Split> named = SplitNamed(text);
  if (!named) return Fail(ErrorCode::kInvalid, "a split is search, select or final");
  split = *named;
  return {};
}

// Off: train whatever it is, to the end.
Result<void> ReadGates(std::string_view text, GateOptions& gates) {
  if (text != "on" && text != "off") return Fail(ErrorCode::kInvalid, "gates are on or off");
  gates.probes = gates.chance = text == "on";
  return {};
}

struct Option {
  std::string_view name;
  std::string_view doc;
  Result<void> (*read)(std::string_view value, Arguments& to);
};

const Registry<Option>& Options() {
  using View = std::string_view;
  static const Registry<Option> options(
      "option",
      {
          {"--task", "actsearch tasks lists them",
           [](View v, Arguments& a) { return ReadText(v, a.trial.task.name); }},
          {"--dataset", "actsearch tasks lists them",
           [](View v, Arguments& a) { return ReadText(v, a.trial.task.dataset); }},
          {"--data", "folder of the data set's files",
           [](View v, Arguments& a) { return ReadText(v, a.trial.task.data_dir); }},
          {"--steps", "optimizer steps",
           [](View v, Arguments& a) { return ReadNumber(v, a.trial.task.steps); }},
          {"--batch", "examples a step",
           [](View v, Arguments& a) { return ReadNumber(v, a.trial.task.batch); }},
          {"--learning-rate", "of Adam",
           [](View v, Arguments& a) { return ReadNumber(v, a.trial.task.learning_rate); }},
          {"--field",
           "of task, recipe and data set, after --task and --dataset: hidden=128,128; may be "
           "repeated",
           [](View v, Arguments& a) { return ReadField(v, a.trial.task); }},
          {"--search", "site that the function fills, or a role; may be repeated",
           [](View v, Arguments& a) { return AddText(v, a.searched); }},
          {"--fill", "SITE=PART, as in norm=batch_norm; may be repeated",
           [](View v, Arguments& a) { return AddText(v, a.trial.sites.fill); }},
          {"--split", "search, select or final",
           [](View v, Arguments& a) { return ReadSplit(v, a.trial.split); }},
          {"--gates", "on or off: early rejection",
           [](View v, Arguments& a) { return ReadGates(v, a.trial.gates); }},
          {"--seeds", "runs, with seeds 0, 1, ...",
           [](View v, Arguments& a) { return ReadNumber(v, a.seeds); }},
          {"--device", "cpu, cuda or cuda:N",
           [](View v, Arguments& a) { return ReadText(v, a.options.device); }},
      });
  return options;
}

void PrintUsage() {
  std::printf(
      "usage: actsearch-evaluate FORMULA [--OPTION VALUE]...\n"
      "Trains a candidate, e.g. 'x * sigmoid(x)', and prints its score.\n"
      "       actsearch-evaluate --canary [--device cuda]\n"
      "Checks this build and machine against known answers.\n"
      "       actsearch-evaluate --canary-answers\n"
      "Prints the answers of this build and machine, as canary_songs.cc knows them.\n\n");
  for (const Option& option : Options().Rows()) {
    std::printf("  %-16s %s\n", option.name.data(), option.doc.data());
  }
}

// A formula may begin with '-' too; the word after "--" is one, whatever it is.
bool IsFormula(std::string_view word) {
  return !word.starts_with("--") || expr::Parse(word).has_value();
}

Result<Arguments> Read(const std::vector<std::string_view>& words) {
  Arguments arguments;
  arguments.trial.task.data_dir = "data";
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_next = words[i] == "--" && i + 1 < words.size();
    if (is_next || (!Options().Find(words[i]) && IsFormula(words[i]))) {
      arguments.trial.candidate = words[is_next ? ++i : i];
      continue;
    }
    if (words[i] == "--canary" || words[i] == "--canary-answers") continue;
    const Result<const Option*> option = Options().Find(words[i]);
    if (!option) return std::unexpected(option.error());
    if (i + 1 == words.size()) {
      return Fail(ErrorCode::kInvalid, std::string(words[i]) + " needs a value after it");
    }
    if (Result<void> read = (*option)->read(words[++i], arguments); !read) {
      return Fail(read.error().code, std::string((*option)->name) + ": " + read.error().message);
    }
  }
  if (!arguments.searched.empty()) arguments.trial.sites.searched = arguments.searched;
  return arguments;
}

void PrintOutcome(std::uint64_t seed, const Outcome& outcome) {
  const std::string status(Name(outcome.status));
  std::printf("seed=%llu status=%s", static_cast<unsigned long long>(seed), status.c_str());
  if (outcome.status == Status::kScored) {
    std::printf(" loss=%.9f", outcome.Loss());
    for (const Metric& metric : outcome.metrics) {
      std::printf(" %s=%.4f", metric.name.c_str(), metric.value);
    }
  }
  if (outcome.rejection) {
    std::printf(" stage=%s rule=%s (%s)", outcome.rejection->stage.c_str(),
                outcome.rejection->rule.c_str(), outcome.rejection->detail.c_str());
  }
  std::printf(" seconds=%.3f us_per_step=%.1f\n", outcome.timing.total_seconds,
              outcome.timing.seconds_per_step * 1e6);
}

Result<void> RunSeeds(Arguments& arguments, Evaluator& evaluator) {
  std::vector<double> losses;
  for (int seed = 0; seed < arguments.seeds; ++seed) {
    arguments.trial.seed = static_cast<std::uint64_t>(seed);
    const Result<Outcome> outcome = evaluator.Evaluate(arguments.trial, {});
    if (!outcome) return std::unexpected(outcome.error());
    PrintOutcome(arguments.trial.seed, *outcome);
    if (outcome->status == Status::kScored) losses.push_back(outcome->Loss());
  }
  if (losses.size() < 2) return {};
  double mean = 0, square = 0;
  for (const double loss : losses) mean += loss / static_cast<double>(losses.size());
  for (const double loss : losses) square += (loss - mean) * (loss - mean);
  std::printf("mean loss=%.5f standard_deviation=%.5f seeds=%zu\n", mean,
              std::sqrt(square / static_cast<double>(losses.size() - 1)), losses.size());
  return {};
}

Result<void> CheckCanary(Evaluator& evaluator) {
  const Result<void> sung = evaluator.Sing(Canary::kWhole);
  if (sung) std::printf("canary ok\n");
  return sung;
}

Result<void> PrintAnswers(Evaluator& evaluator) {
  for (const Song& song : Songs()) {
    const Result<Answer> answer = SingSong(evaluator, song);
    if (!answer) return std::unexpected(answer.error());
    std::printf("// %s\n%s\n", song.name.data(), Text(*answer).c_str());
  }
  return {};
}

int Report(const Error& error) {
  std::fprintf(stderr, "actsearch-evaluate: %s\n", error.message.c_str());
  return error.code == ErrorCode::kInvalid ? 2 : 1;
}

int Main(const std::vector<std::string_view>& words) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h") {
    PrintUsage();
    return words.empty() ? 2 : 0;
  }
  Result<Arguments> arguments = Read(words);
  if (!arguments) return Report(arguments.error());
  const Result<std::unique_ptr<Evaluator>> evaluator = MakeEvaluator(arguments->options);
  if (!evaluator) return Report(evaluator.error());
  std::printf("%s\n", (*evaluator)->Description().c_str());
  const auto asks = [&](std::string_view word) {
    return std::ranges::find(words, word) != words.end();
  };
  const Result<void> done = asks("--canary")           ? CheckCanary(**evaluator)
                            : asks("--canary-answers") ? PrintAnswers(**evaluator)
                                                       : RunSeeds(*arguments, **evaluator);
  return done ? 0 : Report(done.error());
}

}  // namespace
}  // namespace actsearch::evaluators

int main(int argc, char** argv) { return actsearch::evaluators::Main({argv + 1, argv + argc}); }
