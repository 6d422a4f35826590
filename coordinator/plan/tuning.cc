#include "coordinator/plan/tuning.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "evaluators/catalogue/tasks.h"
#include "search_spaces/base/hash.h"
#include "search_spaces/base/rng.h"

namespace actsearch::plan {
namespace {

// Sums over the seeds of one rate.
struct Tally {
  struct Sum {
    double losses = 0;
    int trials = 0;
  };
  std::map<int, Sum> stops;
  int trials = 0;
  bool all_scored = true;

  void Add(int stop, double loss) {
    stops[stop].losses += loss;
    ++stops[stop].trials;
  }
};

std::map<double, Tally> ByRate(std::span<const Record> trials) {
  std::map<double, Tally> rates;
  for (const Record& trial : trials) {
    Tally& tally = rates[trial.learning_rate];
    ++tally.trials;
    if (!IsScored(trial)) {
      tally.all_scored = false;
      continue;
    }
    const Outcome& outcome = *trial.outcome;
    bool names_stops = false;
    for (const RungValue& rung : outcome.rungs) {
      if (!std::ranges::binary_search(trial.stops, rung.step)) continue;
      tally.Add(rung.step, rung.loss);
      names_stops = true;
    }
    // Logs of before know the last step alone.
    if (!names_stops) tally.Add(outcome.step, outcome.Loss());
  }
  return rates;
}

// Of equal losses the earlier stop and the lower rate.
std::optional<Choice> Best(const std::map<double, Tally>& rates) {
  std::optional<Choice> best;
  for (const auto& [rate, tally] : rates) {
    if (!tally.all_scored) continue;
    for (const auto& [stop, sum] : tally.stops) {
      if (sum.trials < tally.trials) continue;
      const double loss = sum.losses / sum.trials;
      if (!best || loss < best->loss) best = Choice{rate, stop, loss};
    }
  }
  if (!best) return best;
  const bool is_alone = rates.size() == 1;
  const bool is_end = best->learning_rate == rates.begin()->first ||
                      best->learning_rate == rates.rbegin()->first;
  best->at_edge = is_end && !is_alone;
  return best;
}

void AppendRate(const JobSpec& spec, const Record& entrant, double rate, std::string_view digest,
                std::vector<Record>& trials) {
  for (int k = 0; k < spec.finals.select_seeds; ++k) {
    Record& trial = trials.emplace_back(entrant);
    trial.outcome.reset();
    trial.learning_rate = rate;
    trial.replicate = k;
    // The same seeds for all: differences come from the functions, not from the draws.
    trial.seed = ReplicateSeed(digest, Split::kSelect, k);
  }
}

// Octaves from the first grid's end to `rate`.
double OctavesBeyond(double end, double rate) { return std::abs(std::log2(rate / end)); }

}  // namespace

std::optional<Choice> BestChoice(std::span<const Record> trials) { return Best(ByRate(trials)); }

std::vector<Record> TrialsOf(std::span<const Record> trials, int entrant, Setting setting) {
  std::vector<Record> own;
  for (const Record& trial : trials) {
    if (trial.entrant == entrant && trial.setting == setting) own.push_back(trial);
  }
  return own;
}

std::vector<int> StopsAt(const JobSpec& spec, Setting setting) {
  const int steps = TaskAt(spec, setting).steps;
  const auto info = catalogue::Tasks().Find(spec.task.name);
  if (info && (*info)->one_budget) return {steps};
  std::vector<int> stops;
  for (const double share : spec.finals.stops) {
    const int stop = std::clamp(static_cast<int>(std::ceil(share * steps - 1e-9)), 1, steps);
    if (stops.empty() || stop > stops.back()) stops.push_back(stop);
  }
  return stops;
}

std::vector<Record> FirstGrid(const JobSpec& spec, const Record& entrant, Stage stage,
                              Setting setting, double rate, std::string_view digest) {
  Record model = entrant;
  model.stage = stage;
  model.setting = setting;
  model.stops = StopsAt(spec, setting);
  std::vector<Record> trials;
  for (const double factor : spec.finals.learning_rates) {
    AppendRate(spec, model, factor * rate, digest, trials);
  }
  return trials;
}

std::vector<Record> NextOctave(const JobSpec& spec, std::span<const Record> trials,
                               std::string_view digest) {
  std::vector<Record> next;
  const std::map<double, Tally> rates = ByRate(trials);
  if (spec.finals.learning_rates.size() < 2 || rates.empty()) return next;
  const std::optional<Choice> best = Best(rates);
  if (best && !best->at_edge) return next;
  const auto first =
      trials.first(std::min(trials.size(), spec.finals.learning_rates.size() *
                                               static_cast<std::size_t>(spec.finals.select_seeds)));
  const auto [low, high] = std::ranges::minmax_element(first, {}, &Record::learning_rate);
  const bool goes_up = best && best->learning_rate == rates.rbegin()->first;
  const double rate = goes_up ? 2 * rates.rbegin()->first : rates.begin()->first / 2;
  const double end = goes_up ? high->learning_rate : low->learning_rate;
  // Half an octave of slack for rounding.
  if (OctavesBeyond(end, rate) > spec.finals.octaves + 0.5) return next;
  AppendRate(spec, trials.front(), rate, digest, next);
  return next;
}

std::uint64_t ReplicateSeed(std::string_view digest, Split split, int replicate) {
  return Rng(HashText(digest)).Fork(Name(split), static_cast<std::uint64_t>(replicate)).Bits();
}

}  // namespace actsearch::plan
