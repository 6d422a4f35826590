#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "coordinator/strategies/strategy.h"
#include "tests/support/integer_space.h"

namespace actsearch::strategies {
namespace {

using ::actsearch::testing::IntegerSpace;

constexpr int kSize = 1000;

// Without sampling anew, so that every proposal after the first `population` is a child.
std::unique_ptr<Strategy> MakeEvolution(const Space& space, Options options) {
  options.try_emplace("fresh", 0);
  options.try_emplace("crossover", 0);
  options.try_emplace("seeds", 0);
  options.try_emplace("first", 1);
  options.try_emplace("parsimony", 0);
  options.try_emplace("fame", 0);
  options.try_emplace("eafo", 0);
  const StrategyRow& row = **Strategies().Find("evolution");
  return row.make(space, *CompleteOptions(row, options));
}

Candidate Propose(Strategy& strategy, std::uint64_t index) {
  Rng rng = Rng(7).Fork("propose", index);
  return strategy.Propose(index, rng).value();
}

Outcome Scored(double loss) { return {.status = Status::kScored, .losses = {loss}}; }

// Shortest way around the circle of integers.
int Distance(const Candidate& a, int b) {
  const int apart = std::abs(IntegerSpace::Value(a) - b);
  return std::min(apart, kSize - apart);
}

TEST(Evolution, StartsFromAsManySeedsAsAsked) {
  std::vector<int> seeds;
  for (int i = 0; i < 20; ++i) seeds.push_back(10 * i);
  const IntegerSpace space(1000000, seeds);
  const auto strategy = MakeEvolution(space, {{"population", 20}, {"seeds", 0.25}});
  int from_zoo = 0;
  for (int i = 0; i < 20; ++i) {
    const int value = IntegerSpace::Value(Propose(*strategy, i));
    from_zoo += value < 200 && value % 10 == 0;
  }
  EXPECT_EQ(from_zoo, 5);
}

TEST(Evolution, ChildrenComeFromTheBestOfTheTournament) {
  const IntegerSpace space(kSize);
  const auto strategy = MakeEvolution(space, {{"population", 8}, {"tournament", 200}});
  std::vector<Candidate> first;
  for (int i = 0; i < 8; ++i) first.push_back(Propose(*strategy, i));
  for (int i = 0; i < 8; ++i) strategy->Observe(i, first[i], Scored(i == 3 ? 0.1 : 1.0));
  EXPECT_EQ(Distance(Propose(*strategy, 8), IntegerSpace::Value(first[3])), 1);
}

TEST(Evolution, TheOldestLeavesHoweverGood) {
  const IntegerSpace space(kSize);
  const auto strategy = MakeEvolution(space, {{"population", 2}, {"tournament", 200}});
  Propose(*strategy, 0);
  Propose(*strategy, 1);
  strategy->Observe(0, IntegerSpace::Of(100), Scored(0.01));
  strategy->Observe(1, IntegerSpace::Of(400), Scored(0.5));
  EXPECT_EQ(Distance(Propose(*strategy, 2), 100), 1);
  strategy->Observe(2, IntegerSpace::Of(700), Scored(0.9));
  EXPECT_EQ(Distance(Propose(*strategy, 3), 400), 1);
}

TEST(Evolution, RejectedAndFailedTakeNoPlace) {
  const IntegerSpace space(kSize);
  const auto strategy = MakeEvolution(space, {{"population", 2}, {"tournament", 200}});
  for (int i = 0; i < 2; ++i) Propose(*strategy, i);
  strategy->Observe(0, IntegerSpace::Of(100), Scored(0.5));
  std::uint64_t index = 1;
  for (const Status status : {Status::kRejected, Status::kQuarantined, Status::kCancelled}) {
    strategy->Observe(index++, IntegerSpace::Of(700), {.status = status, .losses = {0}});
  }
  strategy->Observe(index, IntegerSpace::Of(700), Scored(std::nan("")));
  EXPECT_EQ(Distance(Propose(*strategy, index + 1), 100), 1);
}

TEST(Evolution, ADuplicateEntersWithTheLossOfAScoredOriginalOnly) {
  const IntegerSpace space(kSize);
  const auto strategy = MakeEvolution(space, {{"population", 2}, {"tournament", 200}});
  for (int i = 0; i < 2; ++i) Propose(*strategy, i);
  strategy->Observe(0, IntegerSpace::Of(100), Scored(0.5));
  strategy->Observe(1, IntegerSpace::Of(300), {.status = Status::kRejected});
  strategy->Observe(2, IntegerSpace::Of(700),
                    {.status = Status::kDuplicate, .losses = {0}, .duplicate_of = 1});
  EXPECT_EQ(Distance(Propose(*strategy, 4), 100), 1);
  strategy->Observe(3, IntegerSpace::Of(900),
                    {.status = Status::kDuplicate, .losses = {0.2}, .duplicate_of = 0});
  EXPECT_EQ(Distance(Propose(*strategy, 5), 900), 1);
}

TEST(Evolution, CrossesTwoParents) {
  const IntegerSpace space(kSize);
  const auto strategy =
      MakeEvolution(space, {{"population", 2}, {"tournament", 1}, {"crossover", 1}});
  for (int i = 0; i < 2; ++i) Propose(*strategy, i);
  strategy->Observe(0, IntegerSpace::Of(100), Scored(0.5));
  strategy->Observe(1, IntegerSpace::Of(300), Scored(0.5));
  std::set<int> children;
  for (int i = 2; i < 5; ++i) children.insert(IntegerSpace::Value(Propose(*strategy, i)));
  EXPECT_TRUE(children.contains(200));
}

TEST(Evolution, LeavesAWornOutNeighbourhood) {
  const IntegerSpace space(kSize);
  const auto strategy = MakeEvolution(space, {{"population", 2}, {"tournament", 1}});
  for (int i = 0; i < 2; ++i) Propose(*strategy, i);
  strategy->Observe(0, IntegerSpace::Of(500), Scored(0.5));
  std::set<int> seen;
  for (int i = 2; i < 12; ++i) seen.insert(IntegerSpace::Value(Propose(*strategy, i)));
  EXPECT_EQ(seen.size(), 10u);  // 500 has two neighbours: the others are samples
}

TEST(Evolution, TheBestOfASizeReEnters) {
  const IntegerSpace space(kSize);
  const auto strategy =
      MakeEvolution(space, {{"population", 2}, {"tournament", 200}, {"fame", 1}});
  for (int i = 0; i < 2; ++i) Propose(*strategy, i);
  strategy->Observe(0, IntegerSpace::Of(100), Scored(0.01));
  strategy->Observe(1, IntegerSpace::Of(400), Scored(0.5));
  strategy->Observe(2, IntegerSpace::Of(700), Scored(0.9));  // 100 is too old by itself
  EXPECT_EQ(Distance(Propose(*strategy, 3), 100), 1);
}

TEST(Evolution, CorrectsByEafo) {
  const IntegerSpace space(kSize);
  const auto strategy = MakeEvolution(space, {{"population", 2}, {"tournament", 9}, {"eafo", 1}});
  for (int i = 0; i < 2; ++i) Propose(*strategy, i);
  strategy->Observe(0, IntegerSpace::Of(0), Scored(0.5));
  EXPECT_EQ(Distance(Propose(*strategy, 2), 0), 1) << "0 has no correction: a mutation";
  strategy->Observe(1, IntegerSpace::Of(400), Scored(0.1));
  EXPECT_EQ(Propose(*strategy, 3), IntegerSpace::Of(399));
}

TEST(Evolution, IslandsBreedApart) {
  const IntegerSpace space(kSize);
  const auto strategy = MakeEvolution(
      space, {{"population", 4}, {"islands", 2}, {"tournament", 200}, {"migration", 0}});
  for (int i = 0; i < 4; ++i) Propose(*strategy, i);
  strategy->Observe(0, IntegerSpace::Of(100), Scored(0.9));
  strategy->Observe(1, IntegerSpace::Of(400), Scored(0.1));
  EXPECT_EQ(Distance(Propose(*strategy, 4), 100), 1);
  EXPECT_EQ(Distance(Propose(*strategy, 5), 400), 1);
}

TEST(Evolution, IslandsExchangeMigrants) {
  const IntegerSpace space(kSize);
  const auto strategy = MakeEvolution(
      space, {{"population", 4}, {"islands", 2}, {"tournament", 200}, {"migration", 1}});
  for (int i = 0; i < 4; ++i) Propose(*strategy, i);
  strategy->Observe(0, IntegerSpace::Of(100), Scored(0.9));
  strategy->Observe(1, IntegerSpace::Of(400), Scored(0.1));
  EXPECT_EQ(Distance(Propose(*strategy, 4), 400), 1);
}

TEST(Evolution, BreedsFromWhatItAdopts) {
  const IntegerSpace space(kSize);
  const auto strategy = MakeEvolution(space, {{"population", 2}, {"tournament", 200}});
  strategy->Adopt(IntegerSpace::Of(100), 0.3);
  strategy->Adopt(IntegerSpace::Of(300), 0.2);
  EXPECT_EQ(Distance(Propose(*strategy, 0), 300), 1) << "the first population is full";
  strategy->Adopt(IntegerSpace::Of(700), 0.5);
  EXPECT_EQ(Distance(Propose(*strategy, 1), 300), 1) << "too bad to settle";
}

}  // namespace
}  // namespace actsearch::strategies
