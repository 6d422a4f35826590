#include "coordinator/plan/finals.h"

#include <algorithm>
#include <optional>

#include "coordinator/plan/entrants.h"

namespace actsearch::plan {
namespace {

using Key = std::pair<int, Setting>;

// Trials by entrant and setting, each in the order of their indices.
std::map<Key, std::vector<Record>> ByKey(std::span<const Record> trials) {
  std::map<Key, std::vector<Record>> groups;
  for (const Record& trial : trials) groups[{trial.entrant, trial.setting}].push_back(trial);
  return groups;
}

// One record of each entrant, as its trials begin.
std::map<int, Record> ByEntrant(std::span<const Record> trials) {
  std::map<int, Record> entrants;
  for (const Record& trial : trials) entrants.try_emplace(trial.entrant, trial);
  return entrants;
}

void Append(std::vector<Record>& trials, std::vector<Record> more) {
  for (Record& trial : more) trials.push_back(std::move(trial));
}

// How many entrants are confirmed, of so many finalists.
std::uint64_t ConfirmedPlanned(const JobSpec& spec, std::uint64_t finalists) {
  const std::uint64_t candidates =
      std::min<std::uint64_t>(finalists, 1) + spec.finals.functions.size();
  if (candidates == 0) return 0;
  return candidates + std::min<std::uint64_t>(spec.finals.baselines.size(),
                                              static_cast<std::uint64_t>(spec.confirm.baselines));
}

}  // namespace

Choices ChoicesOf(std::span<const Record> tuned) {
  Choices choices;
  for (const auto& [key, trials] : ByKey(tuned)) {
    if (const std::optional<Choice> best = BestChoice(trials)) choices.emplace(key, *best);
  }
  return choices;
}

std::vector<int> Confirmed(const JobSpec& spec, std::span<const Record> select) {
  const Choices choices = ChoicesOf(select);
  std::vector<std::pair<double, int>> finalists, baselines;
  std::vector<int> entrants;
  for (const auto& [number, entrant] : ByEntrant(select)) {
    const auto choice = choices.find({number, Setting::kBase});
    if (choice == choices.end()) continue;
    if (entrant.given) {
      entrants.push_back(number);
    } else {
      (entrant.original ? finalists : baselines).emplace_back(choice->second.loss, number);
    }
  }
  std::ranges::sort(finalists);
  std::ranges::sort(baselines);
  if (!finalists.empty()) entrants.push_back(finalists.front().second);
  if (entrants.empty()) return {};
  for (std::size_t i = 0; i < baselines.size(); ++i) {
    if (std::cmp_less(i, spec.confirm.baselines)) entrants.push_back(baselines[i].second);
  }
  std::ranges::sort(entrants);
  return entrants;
}

std::vector<Record> SelectTrials(const JobSpec& spec, std::span<const Record> entrants,
                                 std::string_view digest) {
  std::vector<Record> trials;
  for (const Record& entrant : entrants) {
    Append(trials, FirstGrid(spec, entrant, Stage::kSelect, Setting::kBase,
                             spec.task.learning_rate, digest));
  }
  return trials;
}

std::vector<Record> ConfirmTrials(const JobSpec& spec, std::span<const Record> select,
                                  std::string_view digest) {
  const Choices choices = ChoicesOf(select);
  const std::map<int, Record> entrants = ByEntrant(select);
  std::vector<Record> trials;
  for (const Setting setting : ConfirmSettings(spec)) {
    for (const int number : Confirmed(spec, select)) {
      // The grid begins around the rate that was best before.
      const double rate = choices.at({number, Setting::kBase}).learning_rate;
      Append(trials,
             FirstGrid(spec, entrants.at(number), Stage::kConfirm, setting, rate, digest));
    }
  }
  return trials;
}

std::vector<Record> MoreTuning(const JobSpec& spec, std::span<const Record> stage,
                               std::string_view digest) {
  std::vector<Record> more;
  for (const auto& [key, trials] : ByKey(stage)) Append(more, NextOctave(spec, trials, digest));
  return more;
}

std::vector<Record> FinalTrials(const JobSpec& spec, std::span<const Record> tuned,
                                std::string_view digest) {
  const std::map<int, Record> entrants = ByEntrant(tuned);
  std::vector<std::pair<Key, Choice>> choices;
  for (const auto& each : ChoicesOf(tuned)) choices.push_back(each);
  std::ranges::stable_sort(choices, {}, [](const auto& each) { return each.first.second; });
  std::vector<Record> trials;
  for (const auto& [key, choice] : choices) {
    for (int k = 0; k < spec.finals.seeds; ++k) {
      Record& trial = trials.emplace_back(entrants.at(key.first));
      trial.outcome.reset();
      trial.stage = Stage::kFinal;
      trial.setting = key.second;
      trial.learning_rate = choice.learning_rate;
      if (choice.stop > 0) trial.stops = {choice.stop};
      trial.replicate = k;
      trial.seed = ReplicateSeed(digest, Split::kFinal, k);
    }
  }
  return trials;
}

std::uint64_t LateTrialsPlanned(const JobSpec& spec, Stage from) {
  const std::uint64_t finalists = std::min<std::uint64_t>(
      static_cast<std::uint64_t>(spec.finals.finalists), spec.search.candidates);
  const std::uint64_t entrants =
      finalists + spec.finals.functions.size() + spec.finals.baselines.size();
  const std::uint64_t confirmed =
      ConfirmSettings(spec).size() * ConfirmedPlanned(spec, finalists);
  const std::uint64_t tuning =
      spec.finals.learning_rates.size() * static_cast<std::uint64_t>(spec.finals.select_seeds);
  std::uint64_t trials = 0;
  if (from <= Stage::kSelect) trials += entrants * tuning;
  if (from <= Stage::kConfirm) trials += confirmed * tuning;
  if (from <= Stage::kFinal) {
    trials += (entrants + confirmed) * static_cast<std::uint64_t>(spec.finals.seeds);
  }
  return trials;
}

}  // namespace actsearch::plan
