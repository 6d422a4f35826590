// Which outcomes say what a candidate is worth, and how much. A strategy owns one.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_set>

#include "search_spaces/trial.h"

namespace actsearch::strategies {

class Losses {
 public:
  // The finite loss of a scored trial, or of a duplicate whose original was scored; nothing
  // for what was rejected or failed. To be called for every outcome, in index order.
  std::optional<double> Read(std::uint64_t index, const Outcome& outcome);

 private:
  std::unordered_set<std::uint64_t> scored_;  // indices
};

}  // namespace actsearch::strategies
