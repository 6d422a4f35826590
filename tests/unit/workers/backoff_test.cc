#include "workers/backoff.h"

#include <gtest/gtest.h>

namespace actsearch::workers {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, DoublesUpToTheCapWithJitterBelow) {
  Backoff backoff(milliseconds(100), milliseconds(1000), Rng(1));
  for (const int step : {100, 200, 400, 800, 1000, 1000, 1000}) {
    const milliseconds wait = backoff.Next();
    EXPECT_GE(wait.count(), step / 2);
    EXPECT_LE(wait.count(), step);
  }
  backoff.Reset();
  EXPECT_LE(backoff.Next().count(), 100);
}

TEST(Backoff, TwoWorkersWaitDifferently) {
  Backoff one(milliseconds(1000), milliseconds(1000), Rng(1));
  Backoff two(milliseconds(1000), milliseconds(1000), Rng(2));
  int same = 0;
  for (int i = 0; i < 8; ++i) same += one.Next() == two.Next() ? 1 : 0;
  EXPECT_LT(same, 4);
}

}  // namespace
}  // namespace actsearch::workers
