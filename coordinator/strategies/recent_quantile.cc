#include "coordinator/strategies/recent_quantile.h"

#include <algorithm>

namespace actsearch::strategies {

void RecentQuantile::Add(double loss) {
  if (order_.size() == kept_) {
    sorted_.erase(std::ranges::lower_bound(sorted_, order_.front()));
    order_.pop_front();
  }
  order_.push_back(loss);
  sorted_.insert(std::ranges::upper_bound(sorted_, loss), loss);
}

double RecentQuantile::Of(double loss) const {
  if (sorted_.empty()) return 0.5;
  const auto [low, high] = std::ranges::equal_range(sorted_, loss);
  const double worse = static_cast<double>(sorted_.end() - high);
  const double equal = static_cast<double>(high - low);
  return (worse + 0.5 * equal) / static_cast<double>(sorted_.size());
}

}  // namespace actsearch::strategies
