#include "coordinator/strategies/losses.h"

#include <cmath>

namespace actsearch::strategies {

std::optional<double> Losses::Read(std::uint64_t index, const Outcome& outcome) {
  const double loss = outcome.Loss();
  if (!std::isfinite(loss)) return std::nullopt;
  const bool scored = outcome.status == Status::kScored ||
                      (outcome.status == Status::kDuplicate && outcome.duplicate_of &&
                       scored_.contains(*outcome.duplicate_of));
  if (!scored) return std::nullopt;
  scored_.insert(index);
  return loss;
}

}  // namespace actsearch::strategies
