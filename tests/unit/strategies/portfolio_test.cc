#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "coordinator/strategies/arm.h"
#include "coordinator/strategies/bandit.h"
#include "coordinator/strategies/strategy.h"
#include "tests/support/integer_space.h"

namespace actsearch::strategies {
namespace {

using ::actsearch::testing::IntegerSpace;

Outcome Scored(double loss) { return {.status = Status::kScored, .losses = {loss}}; }

// Pulls of each arm when the reward of arm i is rewards[i], `late` pulls later.
std::vector<int> Pulls(Bandit& bandit, const std::vector<double>& rewards, int pulls, int late) {
  std::vector<int> counts(rewards.size());
  std::vector<std::size_t> order;
  for (int i = 0; i < pulls; ++i) {
    const std::size_t arm = *bandit.Best();
    bandit.Pull(arm);
    order.push_back(arm);
    ++counts[arm];
    if (i >= late) {
      const std::size_t due = order[static_cast<std::size_t>(i - late)];
      bandit.Reward(due, rewards[due]);
    }
  }
  return counts;
}

TEST(Bandit, PullsTheBestMostAndTheOthersSometimes) {
  Bandit bandit(3, 0.2, 0.99);
  const std::vector<int> counts = Pulls(bandit, {0.2, 0.6, 0.3}, 300, 8);
  EXPECT_GT(counts[1], 200);
  EXPECT_GT(counts[0], 5);
  EXPECT_GT(counts[2], 5);
}

TEST(Bandit, NoticesThatAnArmGotBetter) {
  Bandit bandit(2, 0.2, 0.98);
  Pulls(bandit, {0.2, 0.6}, 200, 0);
  const std::vector<int> counts = Pulls(bandit, {0.9, 0.3}, 200, 0);
  EXPECT_GT(counts[0], 150);
}

TEST(Bandit, SpreadsPullsWhoseRewardsAreLate) {
  Bandit bandit(4, 0.2, 0.99);
  for (const int count : Pulls(bandit, {0, 0, 0, 1}, 40, 1000)) EXPECT_EQ(count, 10);
}

TEST(Bandit, ClosedArmsAreNotPulled) {
  Bandit bandit(2, 0.2, 0.99);
  bandit.Close(0);
  EXPECT_EQ(bandit.Best(), 1u);
  bandit.Close(1);
  EXPECT_EQ(bandit.Best(), std::nullopt);
}

// Proposes 0, 1, 2, ... and keeps what it sees.
class Recorder final : public Strategy {
 public:
  struct Seen {
    std::uint64_t index;
    int value;
    double loss;
    bool operator==(const Seen&) const = default;
  };

  explicit Recorder(std::vector<Seen>& seen) : seen_(seen) {}

  std::optional<Candidate> Propose(std::uint64_t index, Rng&) override {
    return IntegerSpace::Of(static_cast<int>(index));
  }
  void Observe(std::uint64_t index, const Candidate& candidate, const Outcome& outcome) override {
    seen_.push_back({index, IntegerSpace::Value(candidate), outcome.Loss()});
  }

 private:
  std::vector<Seen>& seen_;
};

TEST(Arm, ObservesByItsOwnIndicesInOrder) {
  std::vector<Recorder::Seen> seen;
  Arm arm(std::make_unique<Recorder>(seen));
  Rng rng(1);
  const std::vector<Candidate> own = {*arm.Propose(rng), *arm.Propose(rng), *arm.Propose(rng)};
  arm.AwaitOutcome(own[0], 7);
  arm.TakeOutcome(own[1], Scored(0.1));
  arm.AwaitOutcome(own[2], 5);  // what a sibling proposed earlier
  EXPECT_TRUE(seen.empty());
  arm.Deliver(5, Scored(0.5));
  arm.Deliver(6, Scored(0.6));
  EXPECT_TRUE(seen.empty());
  arm.Deliver(7, Scored(0.7));
  const std::vector<Recorder::Seen> expected = {{0, 0, 0.7}, {1, 1, 0.1}, {2, 2, 0.5}};
  EXPECT_EQ(seen, expected);
}

std::unique_ptr<Strategy> MakePortfolio(const Space& space, Options options) {
  const StrategyRow& row = **Strategies().Find("portfolio");
  for (const OptionRow& option : row.options) {
    if (Strategies().Find(option.name)) options.try_emplace(std::string(option.name), 0);
  }
  return row.make(space, *CompleteOptions(row, options));
}

TEST(Portfolio, ArmsNeverRepeatEachOther) {
  const IntegerSpace space(60, {1, 2, 3, 5, 8, 13, 21, 34});
  const auto portfolio = MakePortfolio(space, {{"evolution", 1}, {"lahc", 1}, {"random", 1}});
  std::set<int> values;
  for (std::uint64_t i = 0; i < 60; ++i) {
    Rng rng = Rng(1).Fork("propose", i);
    const auto candidate = portfolio->Propose(i, rng);
    ASSERT_TRUE(candidate.has_value()) << i;
    EXPECT_TRUE(values.insert(IntegerSpace::Value(*candidate)).second);
    portfolio->Observe(i, *candidate, Scored(0.01 * IntegerSpace::Value(*candidate)));
  }
  Rng rng = Rng(1).Fork("propose", 60);
  EXPECT_FALSE(portfolio->Propose(60, rng).has_value());
}

TEST(Portfolio, EvolutionBreedsFromWhatOthersFound) {
  const IntegerSpace space(1000000);
  const auto portfolio = MakePortfolio(space, {{"evolution", 1}, {"random", 1}});
  int neighbours = 0;
  std::vector<int> values;
  for (std::uint64_t i = 0; i < 200; ++i) {
    Rng rng = Rng(2).Fork("propose", i);
    const Candidate candidate = *portfolio->Propose(i, rng);
    const int value = IntegerSpace::Value(candidate);
    neighbours += std::ranges::any_of(values, [&](int v) { return std::abs(v - value) == 1; });
    values.push_back(value);
    portfolio->Observe(i, candidate, Scored(value));
  }
  EXPECT_GT(neighbours, 50);
}

TEST(Portfolio, RandomServesWhenNoArmIsChosen) {
  const IntegerSpace space(1000);
  const auto portfolio = MakePortfolio(space, {});
  Rng rng(1);
  EXPECT_TRUE(portfolio->Propose(0, rng).has_value());
}

TEST(Portfolio, ArmsTakeDuplicatesOfScoredCandidatesForScored) {
  const IntegerSpace space(1000000);
  const auto portfolio = MakePortfolio(space, {{"evolution", 1}});
  std::vector<int> values;
  int neighbours = 0;
  for (std::uint64_t i = 0; i < 80; ++i) {
    Rng rng = Rng(3).Fork("propose", i);
    const Candidate candidate = *portfolio->Propose(i, rng);
    const int value = IntegerSpace::Value(candidate);
    neighbours += std::ranges::any_of(values, [&](int v) { return std::abs(v - value) == 1; });
    values.push_back(value);
    Outcome outcome = Scored(0.5);
    if (i > 0) outcome = {.status = Status::kDuplicate, .losses = {0.5}, .duplicate_of = i - 1};
    portfolio->Observe(i, candidate, outcome);
  }
  EXPECT_GT(neighbours, 20) << "the first alone has two";
}

}  // namespace
}  // namespace actsearch::strategies
