#include "coordinator/plan/finals.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "search_spaces/base/check.h"
#include "search_spaces/base/rng.h"
#include "search_spaces/likeness.h"

namespace actsearch::plan {
namespace {

NamedFunction Baseline(const SpaceSpec& spec, const std::string& name) {
  Result<NamedFunction> baseline = (*Spaces().Find(spec.name))->read(name);
  ACTSEARCH_CHECK(baseline.has_value(), name);  // the job was checked
  return *std::move(baseline);
}

// Finalists and baselines alike: a record without trial settings.
std::vector<Record> Entrants(const JobSpec& spec, std::span<const Record> search,
                             std::span<const std::uint64_t> finalists) {
  std::vector<Record> entrants;
  for (const std::uint64_t index : finalists) {
    Record& entrant = entrants.emplace_back();
    entrant.finalist = index;
    entrant.candidate = search[index].candidate;
    entrant.cost = search[index].cost;
    entrant.fingerprint = search[index].fingerprint;
  }
  for (const std::string& name : spec.finals.baselines) {
    Record& entrant = entrants.emplace_back();
    entrant.name = name;
    const NamedFunction baseline = Baseline(spec.space, name);
    entrant.candidate = baseline.text;
    entrant.cost = spec.space.slots * baseline.complexity.cost;  // in every slot the same
    entrant.fingerprint = baseline.fingerprint.exact;
  }
  return entrants;
}

void Append(std::vector<Record>& trials, Record record, Stage stage, std::uint64_t first,
            double learning_rate, std::uint64_t seed) {
  record.index = first + trials.size();
  record.stage = stage;
  record.learning_rate = learning_rate;
  record.seed = seed;
  record.outcome.reset();
  trials.push_back(std::move(record));
}

// Mean loss of trials at one rate; nothing unless all were scored.
std::optional<double> MeanLoss(std::span<const Record> trials) {
  double sum = 0;
  for (const Record& trial : trials) {
    if (!IsScored(trial)) return std::nullopt;
    sum += trial.outcome->Loss();
  }
  return sum / static_cast<double>(trials.size());
}

}  // namespace

std::vector<std::uint64_t> FinalistsOf(const FinalSpec& finals, const Space& space,
                                       std::span<const Record> search) {
  std::vector<std::uint64_t> scored;
  for (const Record& record : search) {
    if (IsScored(record)) scored.push_back(record.index);
  }
  std::ranges::stable_sort(scored, {}, [&](std::uint64_t i) { return search[i].outcome->Loss(); });
  std::optional<Likeness> likeness;
  if (finals.apart > 0 && finals.finalists > 1) likeness.emplace(space);
  PointsApart points(finals.apart);
  std::vector<std::uint64_t> finalists;
  for (const std::uint64_t index : scored) {
    if (std::cmp_equal(finalists.size(), finals.finalists)) break;
    const bool is_apart = !likeness || points.Add(likeness->PointOf({search[index].candidate}));
    if (is_apart) finalists.push_back(index);
  }
  return finalists;
}

std::size_t TrialsOfEntrant(const FinalSpec& finals) {
  return finals.learning_rates.size() * static_cast<std::size_t>(finals.select_seeds);
}

std::vector<Record> SelectTrials(const JobSpec& spec, std::span<const Record> search,
                                 std::span<const std::uint64_t> finalists) {
  const Rng root(spec.search.seed);
  std::vector<Record> trials;
  for (const Record& entrant : Entrants(spec, search, finalists)) {
    for (const double factor : spec.finals.learning_rates) {
      const double rate = factor * spec.task.learning_rate;
      for (int k = 0; k < spec.finals.select_seeds; ++k) {
        // The same seeds for all: differences come from the functions, not from the draws.
        const std::uint64_t seed = root.Fork("select trials", static_cast<std::uint64_t>(k)).Bits();
        Append(trials, entrant, Stage::kSelect, search.size(), rate, seed);
      }
    }
  }
  return trials;
}

std::optional<RateChoice> BestRate(std::span<const Record> trials) {
  std::optional<RateChoice> best;
  for (std::size_t begin = 0, end = 0; begin < trials.size(); begin = end) {
    const double rate = trials[begin].learning_rate;
    while (end < trials.size() && trials[end].learning_rate == rate) ++end;
    const std::optional<double> loss = MeanLoss(trials.subspan(begin, end - begin));
    if (loss && (!best || *loss < best->loss)) best = RateChoice{rate, *loss};
  }
  return best;
}

std::vector<Record> FinalTrials(const JobSpec& spec, std::span<const Record> select,
                                std::uint64_t first) {
  const Rng root(spec.search.seed);
  const std::size_t each = TrialsOfEntrant(spec.finals);
  std::vector<Record> trials;
  for (std::size_t begin = 0; begin < select.size(); begin += each) {
    const Record& entrant = select[begin];
    const std::optional<RateChoice> best = BestRate(select.subspan(begin, each));
    if (!best) continue;
    for (int k = 0; k < spec.finals.seeds; ++k) {
      const std::uint64_t seed = root.Fork("final trials", static_cast<std::uint64_t>(k)).Bits();
      Append(trials, entrant, Stage::kFinal, first, best->learning_rate, seed);
    }
  }
  return trials;
}

std::uint64_t FinalTrialsAfter(const JobSpec& spec, std::uint64_t select_trials) {
  return select_trials / TrialsOfEntrant(spec.finals) *
         static_cast<std::uint64_t>(spec.finals.seeds);
}

std::uint64_t FinalTrialsPlanned(const JobSpec& spec) {
  const std::uint64_t finalists = std::min<std::uint64_t>(
      static_cast<std::uint64_t>(spec.finals.finalists), spec.search.candidates);
  const std::uint64_t entrants = finalists + spec.finals.baselines.size();
  const std::uint64_t select_trials = entrants * TrialsOfEntrant(spec.finals);
  return select_trials + FinalTrialsAfter(spec, select_trials);
}

}  // namespace actsearch::plan
