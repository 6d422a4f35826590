#include "tests/bench/strategies/ranks.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace actsearch::bench {

Quartiles QuartilesOf(std::vector<double> values) {
  std::ranges::sort(values);
  const auto at = [&](double share) {
    const double position = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    const double part = position - static_cast<double>(below);
    return values[below] + part * (values[above] - values[below]);
  };
  return {at(0.25), at(0.5), at(0.75)};
}

double SmallerPValue(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<std::pair<double, bool>> all;
  for (const double v : a) all.emplace_back(v, true);
  for (const double v : b) all.emplace_back(v, false);
  std::ranges::sort(all);
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  double rank_sum = 0;  // of a, ties sharing their mean rank
  double tie_term = 0;
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin;
    while (end < all.size() && all[end].first == all[begin].first) ++end;
    const double rank = (static_cast<double>(begin + end) + 1) / 2;
    for (std::size_t i = begin; i < end; ++i) rank_sum += all[i].second ? rank : 0;
    const auto tied = static_cast<double>(end - begin);
    tie_term += tied * tied * tied - tied;
    begin = end;
  }
  const double u = rank_sum - n * (n + 1) / 2;  // pairs in which a is larger
  const double total = n + m;
  const double variance = n * m / 12 * (total + 1 - tie_term / (total * (total - 1)));
  if (variance <= 0) return 0.5;
  const double z = (u + 0.5 - n * m / 2) / std::sqrt(variance);
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

}  // namespace actsearch::bench
