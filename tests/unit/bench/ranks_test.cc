#include "tests/bench/strategies/ranks.h"

#include <gtest/gtest.h>

namespace actsearch::bench {
namespace {

TEST(Quartiles, LieBetweenNeighboursLinearly) {
  const Quartiles four = QuartilesOf({4, 1, 3, 2});
  EXPECT_EQ(four.low, 1.75);
  EXPECT_EQ(four.median, 2.5);
  EXPECT_EQ(four.high, 3.25);
  const Quartiles one = QuartilesOf({7});
  EXPECT_EQ(one.low, 7);
  EXPECT_EQ(one.high, 7);
}

TEST(SmallerPValue, OfAnExampleByHand) {
  // No pair in which a is larger: U = 0, mean 9/2, variance 9/12 * 7; z = -4 / sqrt(5.25) with
  // the correction for continuity.
  EXPECT_NEAR(SmallerPValue({3, 1, 2}, {5, 4, 6}), 0.040428, 1e-6);
}

TEST(SmallerPValue, OfAnExampleWithTies) {
  // U = 1 (two ties, half each), mean 3, variance 6/12 * (6 - (27 - 3) / 20) = 2.4.
  EXPECT_NEAR(SmallerPValue({1, 2, 2}, {2, 3}), 0.166461, 1e-6);
}

TEST(SmallerPValue, SaysWhichSideIsSmaller) {
  EXPECT_GT(SmallerPValue({5, 4, 6}, {3, 1, 2}), 0.95);
  EXPECT_EQ(SmallerPValue({2, 2}, {2, 2, 2}), 0.5);
}

}  // namespace
}  // namespace actsearch::bench
