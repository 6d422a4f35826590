// Searches that are answered by a tabular benchmark instead of training.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "coordinator/plan/job_spec.h"
#include "coordinator/strategies/strategy.h"
#include "evaluators/tables/table.h"
#include "search_spaces/space.h"

namespace actsearch::bench {

inline constexpr int kTop = 10;
inline constexpr std::array<int, 3> kLooks = {50, 100, 300};  // evaluations

// What one search came to.
struct Found {
  double evaluations = 0;  // until one of the true top 10 was tried; the limit + 1: never
  std::array<double, kLooks.size()> ranks{};  // true rank of the best by observed loss, from 1
  double chosen = 0;   // true rank of the one that select prefers among the kFinalists best, at the
                       // last look
  double proposals = 0;
  double seconds = 0;  // in the strategy
};

inline constexpr int kFinalists = 5;
inline constexpr plan::RacingSpec kNoRacing = {.best = 0};

// A table, the space it covers, and who is best in truth: by the mean final loss over the trainings
// that searches do not see. After Open any thread.
class TableWorld {
 public:
  static Result<std::unique_ptr<TableWorld>> Open(const std::string& path);

  const Space& TheSpace() const { return *space_; }
  const tables::Table& TheTable() const { return table_; }

  // The row of a candidate; the table covers the space.
  std::size_t RowOf(const Candidate& candidate) const;
  int TrueRank(std::size_t row) const { return ranks_[row]; }  // 1 is best
  double SelectLoss(std::size_t row) const { return table_.MeanLoss(row, Split::kSelect); }

  // Of a training that searches see, scored on the search split; replicates go round.
  Outcome OutcomeOf(std::size_t row, int replicate) const;

 private:
  tables::Table table_;
  std::unique_ptr<Space> space_;
  std::vector<int> ranks_;
  mutable std::mutex guard_;
  mutable std::unordered_map<std::string, std::size_t> row_of_;
};

// The search stage of a job, until a top candidate was tried and the last look is over, or `limit`
// evaluations. Proposal i sees the outcomes before i - window.
Found Search(const TableWorld& world, const strategies::StrategyRow& row,
             const strategies::Options& options, std::uint64_t seed, int limit, int window,
             const plan::RacingSpec& racing = kNoRacing);

}  // namespace actsearch::bench
