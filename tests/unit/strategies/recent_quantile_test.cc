#include "coordinator/strategies/recent_quantile.h"

#include <gtest/gtest.h>

#include "search_spaces/base/rng.h"

namespace actsearch::strategies {
namespace {

TEST(RecentQuantile, IsTheShareOfWorseOnes) {
  RecentQuantile recent(10);
  EXPECT_EQ(recent.Of(3), 0.5) << "nothing is known";
  for (const double loss : {3.0, 1.0, 4.0, 2.0}) recent.Add(loss);
  EXPECT_EQ(recent.Of(0), 1);
  EXPECT_EQ(recent.Of(2.5), 0.5);
  EXPECT_EQ(recent.Of(9), 0);
  EXPECT_EQ(recent.Of(1), 0.875) << "itself counts half";
}

TEST(RecentQuantile, TiesCountHalf) {
  RecentQuantile recent(10);
  for (int i = 0; i < 5; ++i) recent.Add(7);
  EXPECT_EQ(recent.Of(7), 0.5);
}

TEST(RecentQuantile, ScaleDoesNotMatter) {
  RecentQuantile small(50);
  RecentQuantile large(50);
  Rng rng(1);
  for (int i = 0; i < 80; ++i) {
    const double loss = rng.Uniform();
    small.Add(loss);
    large.Add(1e12 * loss);
    ASSERT_EQ(small.Of(loss), large.Of(1e12 * loss));
  }
}

TEST(RecentQuantile, ForgetsTheOldest) {
  RecentQuantile recent(2);
  for (const double loss : {1.0, 3.0, 3.0}) recent.Add(loss);
  EXPECT_EQ(recent.Of(2), 1) << "1 is forgotten";
  recent.Add(1);
  recent.Add(1);
  EXPECT_EQ(recent.Of(2), 0) << "each 3 is forgotten once";
}

}  // namespace
}  // namespace actsearch::strategies
