#include "coordinator/strategies/non_dominated.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace actsearch::strategies {

bool Dominates(const Objectives& a, const Objectives& b) {
  bool better = false;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (a[k] > b[k]) return false;
    better |= a[k] < b[k];
  }
  return better;
}

std::vector<int> FrontsOf(std::span<const Objectives> points) {
  std::vector<int> front(points.size(), 0);
  std::vector<int> dominators(points.size(), 0);
  std::vector<std::vector<std::size_t>> dominated(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t k = 0; k < points.size(); ++k) {
      if (!Dominates(points[i], points[k])) continue;
      dominated[i].push_back(k);
      ++dominators[k];
    }
  }
  std::vector<std::size_t> current;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (dominators[i] == 0) current.push_back(i);
  }
  for (int depth = 1; !current.empty(); ++depth) {
    std::vector<std::size_t> next;
    for (const std::size_t i : current) {
      for (const std::size_t k : dominated[i]) {
        if (--dominators[k] > 0) continue;
        front[k] = depth;
        next.push_back(k);
      }
    }
    current = std::move(next);
  }
  return front;
}

std::vector<double> CrowdingOf(std::span<const Objectives> points,
                               std::span<const std::size_t> front) {
  std::vector<double> crowding(front.size(), 0);
  if (front.empty()) return crowding;
  std::vector<std::size_t> order(front.size());
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t k = 0; k < points[front[0]].size(); ++k) {
    const auto value = [&](std::size_t i) { return points[front[i]][k]; };
    std::ranges::stable_sort(order, {}, value);
    const double extent = value(order.back()) - value(order.front());
    crowding[order.front()] = crowding[order.back()] = std::numeric_limits<double>::infinity();
    if (extent <= 0) continue;
    for (std::size_t i = 1; i + 1 < order.size(); ++i) {
      crowding[order[i]] += (value(order[i + 1]) - value(order[i - 1])) / extent;
    }
  }
  return crowding;
}

}  // namespace actsearch::strategies
