#include "tests/bench/strategies/table_search.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
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

namespace {

// A candidate that was tried, and its losses so far.
struct Tried {
  Candidate candidate;
  std::size_t row = 0;
  std::vector<double> losses;
  bool failed = false;

  double Mean() const {
    return std::accumulate(losses.begin(), losses.end(), 0.0) /
           static_cast<double>(losses.size());
  }
};

// Those that were scored, by mean loss; of `count` the best.
std::vector<std::size_t> Best(const std::vector<Tried>& tried, std::size_t count) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < tried.size(); ++i) {
    if (!tried[i].failed) order.push_back(i);
  }
  count = std::min(count, order.size());
  std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(count), {},
                            [&](std::size_t i) { return tried[i].Mean(); });
  order.resize(count);
  return order;
}

// The next to be trained again; nothing: propose.
std::optional<std::size_t> Raced(const std::vector<Tried>& tried, const Racing& racing) {
  for (const std::size_t i : Best(tried, static_cast<std::size_t>(racing.best))) {
    if (std::cmp_less(tried[i].losses.size(), racing.trainings)) return i;
  }
  return std::nullopt;
}

// What a search knows of an evaluation: all losses of the candidate so far.
Outcome Told(const Tried& tried, Outcome outcome) {
  if (!outcome.losses.empty()) outcome.losses = tried.losses;
  return outcome;
}

// After the search: who select prefers among the finalists.
int Chosen(const TableWorld& world, const std::vector<Tried>& tried) {
  const std::vector<std::size_t> finalists = Best(tried, kFinalists);
  if (finalists.empty()) return static_cast<int>(world.TheTable().rows.size());
  const std::size_t chosen = *std::ranges::min_element(
      finalists, {}, [&](std::size_t i) { return world.SelectLoss(tried[i].row); });
  return world.TrueRank(tried[chosen].row);
}

int BestRank(const TableWorld& world, const std::vector<Tried>& tried) {
  const std::vector<std::size_t> best = Best(tried, 1);
  return best.empty() ? static_cast<int>(world.TheTable().rows.size())
                      : world.TrueRank(tried[best[0]].row);
}

}  // namespace

Found Search(const TableWorld& world, const strategies::StrategyRow& row,
             const strategies::Options& options, std::uint64_t seed, int limit, int window,
             const Racing& racing) {
  using Clock = std::chrono::steady_clock;
  const auto strategy = row.make(world.TheSpace(), options);
  const Rng root(seed);
  std::vector<Tried> tried;
  std::vector<std::pair<Candidate, Outcome>> evaluations;
  std::size_t observed = 0;
  Found found{.evaluations = limit + 1.0};
  bool hit = false;
  Clock::duration spent{};
  for (int i = 0; i < limit && !(hit && i >= kLooks.back()); ++i) {
    const auto start = Clock::now();
    for (; observed + static_cast<std::size_t>(window) < evaluations.size(); ++observed) {
      strategy->Observe(observed, evaluations[observed].first, evaluations[observed].second);
    }
    std::optional<std::size_t> again = Raced(tried, racing);
    if (!again) {
      Rng rng = root.Fork("propose", static_cast<std::uint64_t>(i));
      std::optional<Candidate> candidate = strategy->Propose(static_cast<std::uint64_t>(i), rng);
      if (!candidate) break;
      const std::size_t at = world.RowOf(*candidate);
      again = tried.size();
      tried.push_back({*std::move(candidate), at, {}});
    }
    spent += Clock::now() - start;
    Tried& trained = tried[*again];
    Outcome outcome =
        world.OutcomeOf(trained.row, static_cast<int>(seed + trained.losses.size()));
    if (outcome.losses.empty()) {
      trained.failed = true;
    } else {
      trained.losses.push_back(outcome.Loss());
    }
    evaluations.emplace_back(trained.candidate, Told(trained, std::move(outcome)));
    if (!hit && world.TrueRank(trained.row) <= kTop) {
      hit = true;
      found.evaluations = i + 1.0;
    }
    if (i >= kLooks.back()) continue;
    const int rank = BestRank(world, tried);
    for (std::size_t k = 0; k < kLooks.size(); ++k) {
      if (i < kLooks[k]) found.ranks[k] = rank;
    }
    if (i + 1 == kLooks.back()) found.chosen = Chosen(world, tried);
  }
  if (std::cmp_less(evaluations.size(), kLooks.back())) found.chosen = Chosen(world, tried);
  found.proposals = static_cast<double>(evaluations.size());
  found.seconds = std::chrono::duration<double>(spent).count();
  return found;
}

}  // namespace actsearch::bench
