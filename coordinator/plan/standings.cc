#include "coordinator/plan/standings.h"

#include <limits>
#include <numeric>

namespace actsearch::plan {

double Standing::Mean() const {
  if (failures > 0 || losses.empty()) return std::numeric_limits<double>::infinity();
  return std::accumulate(losses.begin(), losses.end(), 0.0) /
         static_cast<double>(losses.size());
}

Standings::Standings(std::span<const Record> search) {
  for (const Record& record : search) {
    if (record.outcome) Add(record);
  }
}

void Standings::Add(const Record& record) {
  const Status status = record.outcome->status;
  if (status == Status::kDuplicate || status == Status::kCancelled) return;
  const std::uint64_t candidate = CandidateOf(record);
  Standing& standing = standings_[candidate];
  order_.erase({standing.Mean(), candidate});
  if (status == Status::kScored) {
    standing.losses.push_back(record.outcome->Loss());
  } else {
    ++standing.failures;
  }
  if (standing.failures == 0) order_.emplace(standing.Mean(), candidate);
}

const Standing& Standings::Of(std::uint64_t candidate) const {
  static const Standing kNothing;
  const auto known = standings_.find(candidate);
  return known == standings_.end() ? kNothing : known->second;
}

}  // namespace actsearch::plan
