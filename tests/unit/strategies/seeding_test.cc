#include "coordinator/strategies/seeding.h"

#include <gtest/gtest.h>

#include "tests/support/integer_space.h"

namespace actsearch::strategies {
namespace {

using ::actsearch::testing::IntegerSpace;

std::vector<int> Integers(int from, int count) {
  std::vector<int> integers;
  for (int i = 0; i < count; ++i) integers.push_back(from + i);
  return integers;
}

TEST(Seeding, SpreadsItsShareEvenly) {
  const IntegerSpace space(1000, Integers(0, 40));
  KnownCandidates known(space);
  Seeding seeding(space, 0.25);
  Rng rng(1);
  for (std::uint64_t index = 0; index < 40; ++index) {
    EXPECT_EQ(seeding.Next(index, known, rng).has_value(), index % 4 == 3) << index;
  }
  EXPECT_EQ(known.Size(), 10u);
}

TEST(Seeding, NoneAndAll) {
  const IntegerSpace space(1000, Integers(0, 5));
  KnownCandidates known(space);
  Seeding none(space, 0);
  Seeding all(space, 1);
  Rng rng(1);
  for (std::uint64_t index = 0; index < 8; ++index) {
    EXPECT_FALSE(none.Next(index, known, rng));
    EXPECT_EQ(all.Next(index, known, rng).has_value(), index < 5) << "each seed once";
  }
}

TEST(Seeding, LeavesOutWhatIsKnown) {
  const IntegerSpace space(1000, {3, 7, 9});
  KnownCandidates known(space);
  known.Add(IntegerSpace::Of(3));
  known.Add(IntegerSpace::Of(9));
  Seeding seeding(space, 1);
  Rng rng(1);
  EXPECT_EQ(seeding.Next(0, known, rng), IntegerSpace::Of(7));
  EXPECT_FALSE(seeding.Next(1, known, rng));
}

// Of two groups of seeds, one draw in two would repeat the first group.
TEST(Seeding, TheSecondIsUnlikeTheFirst) {
  std::vector<int> seeds = Integers(0, 30);
  for (const int far : Integers(900, 30)) seeds.push_back(far);
  const IntegerSpace space(1000, seeds);
  int apart = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    KnownCandidates known(space);
    Seeding seeding(space, 1);
    Rng rng(seed);
    const int first = IntegerSpace::Value(*seeding.Next(0, known, rng));
    const int second = IntegerSpace::Value(*seeding.Next(1, known, rng));
    apart += (first < 500) != (second < 500);
  }
  EXPECT_GE(apart, 36);
}

}  // namespace
}  // namespace actsearch::strategies
