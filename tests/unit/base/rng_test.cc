#include "search_spaces/base/rng.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

namespace actsearch {
namespace {

TEST(Rng, SameSeedGivesTheSameDrawsOnEveryMachine) {
  Rng rng(42);
  // Golden: a change here changes every job that people have run.
  const std::uint64_t first = rng.Bits();
  EXPECT_EQ(first, Rng(42).Bits());
  EXPECT_NE(first, Rng(43).Bits());
}

TEST(Rng, ForkDependsOnNameAndIndexButNotOnEarlierDraws) {
  Rng a(7);
  Rng b(7);
  b.Bits();
  EXPECT_EQ(a.Fork("mutate", 3).Bits(), b.Fork("mutate", 3).Bits());
  EXPECT_NE(a.Fork("mutate", 3).Bits(), a.Fork("mutate", 4).Bits());
  EXPECT_NE(a.Fork("mutate").Bits(), a.Fork("cross").Bits());
}

TEST(Rng, BelowReachesEveryValueAboutEquallyOften) {
  Rng rng(1);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts[rng.Below(7)];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 500);
}

TEST(Rng, NormalHasMeanZeroAndVarianceOne) {
  Rng rng(2);
  double sum = 0;
  double squares = 0;
  constexpr int kDraws = 100000;
  for (int i = 0; i < kDraws; ++i) {
    const double v = rng.Normal();
    sum += v;
    squares += v * v;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.02);
  EXPECT_NEAR(squares / kDraws, 1, 0.03);
}

TEST(Rng, WeightedNeverPicksAZeroWeight) {
  Rng rng(3);
  const std::vector<double> weights = {0, 1, 0, 3, 0};
  std::set<std::size_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(rng.Weighted(weights));
  EXPECT_EQ(seen, (std::set<std::size_t>{1, 3}));
}

}  // namespace
}  // namespace actsearch
