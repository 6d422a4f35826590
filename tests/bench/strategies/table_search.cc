#include "tests/bench/strategies/table_search.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "coordinator/plan/search_stage.h"
#include "coordinator/plan/standings.h"
#include "search_spaces/base/check.h"

namespace actsearch::bench {

Result<std::unique_ptr<TableWorld>> TableWorld::Open(const std::string& path) {
  Result<tables::Table> table = tables::ReadTable(tables::TablePath(path));
  if (!table) return std::unexpected(table.error());
  Result<std::unique_ptr<Space>> space = MakeSpace(table->space);
  if (!space) return std::unexpected(space.error());
  auto world = std::make_unique<TableWorld>();
  world->table_ = *std::move(table);
  world->space_ = *std::move(space);
  std::vector<std::size_t> order(world->table_.rows.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::size_t row) { 
    return world->table_.MeanLoss(row, Split::kFinal);
  });
  world->ranks_.resize(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) world->ranks_[order[i]] = static_cast<int>(i) + 1;
  return world;
}

std::size_t TableWorld::RowOf(const Candidate& candidate) const {
  {
    const std::lock_guard lock(guard_);
    const auto known = row_of_.find(candidate.text);
    if (known != row_of_.end()) return known->second;
  }
  const std::size_t row = table_.Find(space_->FingerprintOf(candidate).exact);
  ACTSEARCH_CHECK(row < table_.rows.size(), "not in the table: " + candidate.text);
  const std::lock_guard lock(guard_);
  row_of_.emplace(candidate.text, row);
  return row;
}

Outcome TableWorld::OutcomeOf(std::size_t row, int replicate) const {
  const tables::Training& training =
      table_.rows[row].trainings[table_.TrainingOf(
          Split::kSearch, replicate % table_.Replicates(Split::kSearch))];
  Outcome outcome;
  for (std::size_t i = 0; i < training.rung_losses.size(); ++i) {
    outcome.rungs.push_back({table_.rungs[i], training.rung_losses[i], {}});
  }
  if (const double loss = training.Loss(Split::kSearch); std::isfinite(loss)) {
    outcome.losses = {loss};
    outcome.metrics = {{"accuracy", training.Accuracy(Split::kSearch)}};
  } else {
    outcome.status = Status::kRejected;
    outcome.rejection = Rejection{"training", "non_finite", ""};
  }
  return outcome;
}

namespace {

using plan::Record;
using plan::Standings;

// After the search: who select prefers among the finalists.
int Chosen(const TableWorld& world, const Standings& standings,
           const std::vector<Record>& records) {
  int chosen = static_cast<int>(world.TheTable().rows.size());
  double least = std::numeric_limits<double>::infinity();
  int finalists = 0;
  for (const auto& [loss, index] : standings.BestFirst()) {
    if (finalists++ == kFinalists) break;
    const std::size_t row = world.RowOf({records[index].candidate});
    if (world.SelectLoss(row) >= least) continue;
    least = world.SelectLoss(row);
    chosen = world.TrueRank(row);
  }
  return chosen;
}

int BestRank(const TableWorld& world, const Standings& standings,
             const std::vector<Record>& records) {
  const auto& best = standings.BestFirst();
  if (best.empty()) return static_cast<int>(world.TheTable().rows.size());
  return world.TrueRank(world.RowOf({records[best.begin()->second].candidate}));
}

}  // namespace

Found Search(const TableWorld& world, const strategies::StrategyRow& row,
             const strategies::Options& options, std::uint64_t seed, int limit, int window,
             const plan::RacingSpec& racing) {
  using Clock = std::chrono::steady_clock;
  plan::JobSpec spec;
  spec.search.candidates = static_cast<std::uint64_t>(limit);
  spec.search.seed = seed;
  spec.search.window = window;
  spec.task.steps = world.TheTable().task.steps;
  spec.racing = racing;
  Result<std::unique_ptr<Space>> space = MakeSpace(world.TheTable().space);
  ACTSEARCH_CHECK(space.has_value(), "the table's space");
  auto strategy = row.make(**space, options);
  plan::SearchStage stage(spec, *std::move(space), std::move(strategy));
  std::vector<Record> records;
  Standings standings;  // of all that has ended
  Found found{.evaluations = limit + 1.0};
  bool hit = false;
  Clock::duration spent{};
  while (!hit || std::cmp_less(records.size(), kLooks.back())) {
    const auto start = Clock::now();
    std::optional<Record> proposed = stage.Propose(records);
    spent += Clock::now() - start;
    if (!proposed) break;
    const std::size_t at = world.RowOf({proposed->candidate});
    const int i = static_cast<int>(records.size());
    records.push_back(*std::move(proposed));
    if (stage.Admit(records.back(), records)) {
      records.back().outcome =
          world.OutcomeOf(at, static_cast<int>(seed) + records.back().replicate);
    } else {
      const std::uint64_t first = *stage.DuplicateOf(records.back().index);
      records.back().outcome = plan::DuplicateOutcome(records[first]);
    }
    standings.Add(records.back());
    stage.Observe(records.back().index, records);
    if (!hit && world.TrueRank(at) <= kTop) {
      hit = true;
      found.evaluations = i + 1.0;
    }
    if (i >= kLooks.back()) continue;
    const int rank = BestRank(world, standings, records);
    for (std::size_t k = 0; k < kLooks.size(); ++k) {
      if (i < kLooks[k]) found.ranks[k] = rank;
    }
    if (i + 1 == kLooks.back()) found.chosen = Chosen(world, standings, records);
  }
  if (std::cmp_less(records.size(), kLooks.back())) {
    found.chosen = Chosen(world, standings, records);
  }
  found.proposals = static_cast<double>(records.size());
  found.seconds = std::chrono::duration<double>(spent).count();
  return found;
}

}  // namespace actsearch::bench
