#include "tests/bench/strategies/hindsight.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "tests/bench/strategies/hurdle_stream.h"

namespace actsearch::bench {
namespace {

using tables::Table;
using tables::Training;

using Trainings = std::vector<const Training*>;

Trainings TrainingsOf(const Table& table, std::span<const std::size_t> rows) {
  Trainings all;
  for (const std::size_t row : rows) {
    for (int k = 0; k < table.Replicates(Split::kSearch); ++k) {
      all.push_back(&table.rows[row].trainings[table.TrainingOf(Split::kSearch, k)]);
    }
  }
  return all;
}

std::vector<Hurdle> ThatPass(const Table& table, const Trainings& kept) {
  std::vector<Hurdle> hurdles;
  for (std::size_t i = 0; i < table.rungs.size(); ++i) {
    double largest = -std::numeric_limits<double>::infinity();
    for (const Training* training : kept) largest = std::max(largest, training->rung_losses[i]);
    hurdles.push_back({table.rungs[i], largest});
  }
  return hurdles;
}

// At each rung, of the trainings that reach it.
std::vector<double> PassingShares(const Table& table, const Trainings& all,
                                  std::span<const Hurdle> hurdles, bool gates) {
  std::vector<double> shares;
  for (const Hurdle& hurdle : hurdles) {
    double reach = 0, pass = 0;
    for (const Training* training : all) {
      const Run run = RunOf(table, *training, hurdles, gates);
      const auto seen = std::ranges::find(run.outcome.rungs, hurdle.step, &RungValue::step);
      if (seen == run.outcome.rungs.end()) continue;
      ++reach;
      if (seen->loss <= hurdle.max_loss) ++pass;
    }
    shares.push_back(reach > 0 ? pass / reach : 1);
  }
  return shares;
}

double StepsUnder(const Table& table, const Trainings& all, std::span<const Hurdle> hurdles,
                  bool gates) {
  double steps = 0;
  for (const Training* training : all) steps += RunOf(table, *training, hurdles, gates).steps;
  return steps;
}

}  // namespace

Hindsight BestInHindsight(const Table& table, std::span<const std::size_t> top, double recall,
                          bool gates) {
  std::vector<std::size_t> rows(table.rows.size());
  std::iota(rows.begin(), rows.end(), 0);
  const Trainings all = TrainingsOf(table, rows);
  const double full = StepsUnder(table, all, {}, false);
  Trainings kept = TrainingsOf(table, top);
  const auto asked = static_cast<double>(kept.size());
  std::erase_if(kept, [&](const Training* training) {
    return RunOf(table, *training, {}, gates).outcome.status != Status::kScored;
  });
  const auto still_good = [&](std::size_t count) {
    return static_cast<double>(count) >= recall * asked - 1e-9;
  };
  if (!still_good(kept.size())) return {.saved = 1, .recall = kept.size() / asked};
  const auto steps = [&](const Trainings& those) {
    return StepsUnder(table, all, ThatPass(table, those), gates);
  };
  double least = steps(kept);
  while (still_good(kept.size() - 1)) {
    std::size_t best = kept.size();
    for (std::size_t i = 0; i < kept.size(); ++i) {
      Trainings fewer = kept;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      const double without = steps(fewer);
      if (without < least) {
        least = without;
        best = i;
      }
    }
    if (best == kept.size()) break;
    kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(best));
  }
  Hindsight found{.saved = full / least, .recall = static_cast<double>(kept.size()) / asked};
  const std::vector<Hurdle> hurdles = ThatPass(table, kept);
  for (const Hurdle& hurdle : hurdles) found.thresholds.push_back(hurdle.max_loss);
  found.passing = PassingShares(table, all, hurdles, gates);
  return found;
}

}  // namespace actsearch::bench
