#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include "coordinator/strategies/strategy.h"
#include "tests/support/integer_space.h"

namespace actsearch::strategies {
namespace {

using ::actsearch::testing::IntegerSpace;

constexpr int kSize = 100000;

Outcome Scored(double loss) { return {.status = Status::kScored, .losses = {loss}}; }

// A strategy on the integers that is told where its proposals led: what a walker stands on
// shows in its next proposal, one step away.
class Climb {
 public:
  explicit Climb(Options options, int size = kSize, std::vector<int> seeds = {})
      : space_(size, std::move(seeds)) {
    options.try_emplace("walkers", 1);
    options.try_emplace("seeds", 0);
    const StrategyRow& row = **Strategies().Find("lahc");
    strategy_ = row.make(space_, *CompleteOptions(row, options));
  }

  int Propose() {
    Rng rng = Rng(7).Fork("propose", proposed_);
    return IntegerSpace::Value(strategy_->Propose(proposed_++, rng).value());
  }

  // The outcome of the oldest proposal without one.
  void Observe(int value, const Outcome& outcome) {
    strategy_->Observe(observed_++, IntegerSpace::Of(value), outcome);
  }

  // Proposes, and answers with another value; whether the proposal was next to `expected`.
  bool StoodAt(int expected, int value, const Outcome& outcome) {
    const bool near = std::abs(Propose() - expected) == 1;
    Observe(value, outcome);
    return near;
  }

  void Start(int value, double loss) {
    Propose();
    Observe(value, Scored(loss));
  }

 private:
  IntegerSpace space_;
  std::unique_ptr<Strategy> strategy_;
  std::uint64_t proposed_ = 0;
  std::uint64_t observed_ = 0;
};

TEST(Lahc, AcceptsWhatIsNoWorseThanNowOrThanSomeStepsAgo) {
  Climb climb({{"history", 2}});
  climb.Start(1000, 5);
  EXPECT_TRUE(climb.StoodAt(1000, 2000, Scored(6))) << "worse than the start: refused";
  EXPECT_TRUE(climb.StoodAt(1000, 3000, Scored(3))) << "better: accepted";
  EXPECT_TRUE(climb.StoodAt(3000, 4000, Scored(4))) << "better than two steps ago: accepted";
  EXPECT_TRUE(climb.StoodAt(4000, 5000, Scored(4.5))) << "worse than now and then: refused";
  EXPECT_TRUE(climb.StoodAt(4000, 6000, Scored(4))) << "equal: accepted";
  EXPECT_TRUE(climb.StoodAt(6000, 7000, Scored(9)));
}

TEST(Lahc, AHistoryOfOneStepIsNoHelp) {
  Climb climb({{"history", 1}});
  climb.Start(1000, 5);
  EXPECT_TRUE(climb.StoodAt(1000, 3000, Scored(3)));
  EXPECT_TRUE(climb.StoodAt(3000, 4000, Scored(4)));
  EXPECT_TRUE(climb.StoodAt(3000, 5000, Scored(9))) << "4 was refused";
}

// Each on its own: an integer has two neighbours only.
TEST(Lahc, StaysWhenANeighbourIsRejectedOrFails) {
  for (const Outcome& bad : {Outcome{.status = Status::kRejected},
                             Outcome{.status = Status::kQuarantined}, Scored(std::nan(""))}) {
    Climb climb({});
    climb.Start(1000, 5);
    EXPECT_TRUE(climb.StoodAt(1000, 2000, bad));
    EXPECT_TRUE(climb.StoodAt(1000, 3000, Scored(9)));
  }
}

TEST(Lahc, WalkersTakeTurns) {
  Climb climb({{"walkers", 2}});
  climb.Propose();
  climb.Propose();
  climb.Observe(1000, Scored(1));
  climb.Observe(5000, Scored(2));
  EXPECT_TRUE(climb.StoodAt(1000, 2000, Scored(9)));
  EXPECT_TRUE(climb.StoodAt(5000, 6000, Scored(1.5)));
  EXPECT_TRUE(climb.StoodAt(1000, 2000, Scored(9))) << "1.5 is of the other walker";
  EXPECT_TRUE(climb.StoodAt(6000, 7000, Scored(9)));
}

TEST(Lahc, StartsAnewWithoutProgress) {
  Climb climb({{"patience", 2}});
  climb.Start(1000, 1);
  EXPECT_TRUE(climb.StoodAt(1000, 2000, Scored(2)));
  EXPECT_TRUE(climb.StoodAt(1000, 3000, Scored(0.5))) << "progress";
  EXPECT_TRUE(climb.StoodAt(3000, 4000, Scored(0.5)));
  EXPECT_TRUE(climb.StoodAt(4000, 5000, Scored(0.5)));
  EXPECT_TRUE(climb.StoodAt(5000, 6000, Scored(0.5)));
  EXPECT_FALSE(climb.StoodAt(6000, 7000, Scored(8))) << "three outcomes, none better";
  EXPECT_TRUE(climb.StoodAt(7000, 8000, Scored(9))) << "the best of the life before is forgotten";
}

TEST(Lahc, OutcomesOfALifeBeforeDoNotCount) {
  Climb climb({{"patience", 1}});
  climb.Start(1000, 1);
  climb.Propose();
  climb.Propose();
  climb.Propose();  // 1000 has no third neighbour: a life ends
  climb.Observe(2000, Scored(0));
  climb.Observe(3000, Scored(0));
  climb.Observe(4000, Scored(7));  // the first of the next life
  EXPECT_TRUE(climb.StoodAt(4000, 5000, Scored(9)));
}

TEST(Lahc, LeavesAWornOutNeighbourhood) {
  Climb climb({}, 1000);
  climb.Start(500, 1);
  std::set<int> seen;
  for (int i = 0; i < 10; ++i) seen.insert(climb.Propose());
  EXPECT_EQ(seen.size(), 10u);  // 500 has two neighbours: the others are samples
}

TEST(Lahc, StartsFromAsManySeedsAsAsked) {
  const std::vector<int> seeds = {10, 20, 30, 40, 50};
  for (const double share : {0.0, 1.0}) {
    Climb climb({{"seeds", share}}, kSize, seeds);
    int from_zoo = 0;
    for (int i = 0; i < 5; ++i) from_zoo += std::ranges::count(seeds, climb.Propose());
    EXPECT_EQ(from_zoo, share == 0 ? 0 : 5);
  }
}

}  // namespace
}  // namespace actsearch::strategies
