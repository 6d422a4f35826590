#include "tests/bench/strategies/table_search.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

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

Found Search(const TableWorld& world, const strategies::StrategyRow& row,
             const strategies::Options& options, std::uint64_t seed, int limit, int window) {
  using Clock = std::chrono::steady_clock;
  const auto strategy = row.make(world.TheSpace(), options);
  const Rng root(seed);
  std::vector<Candidate> proposals;
  std::vector<Outcome> outcomes;
  std::size_t observed = 0;
  Found found{.evaluations = limit + 1.0};
  double best_loss = std::numeric_limits<double>::infinity();
  int best_rank = static_cast<int>(world.TheTable().rows.size());
  bool hit = false;
  Clock::duration spent{};
  for (int i = 0; i < limit && !(hit && i >= kLooks.back()); ++i) {
    const auto start = Clock::now();
    for (; observed + static_cast<std::size_t>(window) < proposals.size(); ++observed) {
      strategy->Observe(observed, proposals[observed], outcomes[observed]);
    }
    Rng rng = root.Fork("propose", static_cast<std::uint64_t>(i));
    std::optional<Candidate> candidate = strategy->Propose(static_cast<std::uint64_t>(i), rng);
    spent += Clock::now() - start;
    if (!candidate) break;
    const std::size_t at = world.RowOf(*candidate);
    proposals.push_back(*std::move(candidate));
    outcomes.push_back(world.OutcomeOf(at, static_cast<int>(seed)));
    if (outcomes.back().status == Status::kScored && outcomes.back().Loss() < best_loss) {
      best_loss = outcomes.back().Loss();
      best_rank = world.TrueRank(at);
    }
    if (!hit && world.TrueRank(at) <= kTop) {
      hit = true;
      found.evaluations = i + 1.0;
    }
    for (std::size_t k = 0; k < kLooks.size(); ++k) {
      if (i < kLooks[k]) found.ranks[k] = best_rank;
    }
  }
  found.proposals = static_cast<double>(proposals.size());
  found.seconds = std::chrono::duration<double>(spent).count();
  return found;
}

}  // namespace actsearch::bench
