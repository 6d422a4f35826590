#include "coordinator/strategies/surrogate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

#include "tests/support/integer_space.h"

namespace actsearch::strategies {
namespace {

using ::actsearch::testing::IntegerSpace;

constexpr int kSize = 10000;
constexpr int kStart = 20;

Outcome Scored(double loss) { return {.status = Status::kScored, .losses = {loss}}; }

// Neither seeds nor proposals that pass the model by, unless asked for.
std::unique_ptr<Strategy> MakeSurrogate(const Space& space, Options options = {}) {
  options.try_emplace("start", kStart);
  options.try_emplace("seeds", 0);
  options.try_emplace("random", 0);
  const StrategyRow row = SurrogateRow();
  return row.make(space, *CompleteOptions(row, options));
}

int Propose(Strategy& strategy, std::uint64_t index) {
  Rng rng = Rng(3).Fork("propose", index);
  return IntegerSpace::Value(strategy.Propose(index, rng).value());
}

// Proposes up to `count`, with an outcome for each that `judge` gives for its value.
template <class Judge>
std::vector<int> Drive(Strategy& strategy, std::uint64_t count, Judge judge) {
  std::vector<int> values;
  for (std::uint64_t i = 0; i < count; ++i) {
    values.push_back(Propose(strategy, i));
    strategy.Observe(i, IntegerSpace::Of(values.back()), judge(values.back()));
  }
  return values;
}

int CountNear(const std::vector<int>& values, std::size_t from, int center, int radius) {
  int count = 0;
  for (std::size_t i = from; i < values.size(); ++i) {
    count += std::abs(values[i] - center) <= radius;
  }
  return count;
}

Outcome Bowl(int value) { return Scored(std::pow((value - 3000) / 1e4, 2)); }

TEST(Surrogate, ProposesWhereTheModelExpectsTheLeastLoss) {
  const IntegerSpace space(kSize);
  const auto strategy = MakeSurrogate(space);
  const std::vector<int> values = Drive(*strategy, kStart + 30, Bowl);
  EXPECT_GE(CountNear(values, kStart, 3000, 300), 24) << "of 30; 2 expected by chance";
}

TEST(Surrogate, SeesTheOrderOfLossesOnly) {
  const IntegerSpace space(kSize);
  const auto one = MakeSurrogate(space);
  const auto other = MakeSurrogate(space);
  const auto stretched = [](int value) { return Scored(std::exp(40 * Bowl(value).Loss()) - 7); };
  EXPECT_EQ(Drive(*one, kStart + 20, Bowl), Drive(*other, kStart + 20, stretched));
}

TEST(Surrogate, AvoidsWhereCandidatesAreRejected) {
  const IntegerSpace space(kSize);
  const auto strategy = MakeSurrogate(space);
  const auto judge = [](int value) {
    if (value > 2500) return Outcome{.status = Status::kRejected};
    return Scored(1 - value / 1e4);
  };
  const std::vector<int> values = Drive(*strategy, kStart + 40, judge);
  int rejected = 0;
  for (std::size_t i = kStart; i < values.size(); ++i) rejected += values[i] > 2500;
  EXPECT_LE(rejected, 20) << "of 40; the least loss is at the edge, 30 expected by chance";
}

TEST(Surrogate, WhatWasCancelledSaysNothingOfTheCandidate) {
  const IntegerSpace space(kSize);
  std::vector<int> next;
  for (const int value : {0, 3000, 9000}) {
    const auto strategy = MakeSurrogate(space);
    Drive(*strategy, kStart, Bowl);
    Propose(*strategy, kStart);
    strategy->Observe(kStart, IntegerSpace::Of(value), {.status = Status::kCancelled});
    next.push_back(Propose(*strategy, kStart + 1));
  }
  EXPECT_EQ(next, std::vector<int>(3, next[0]));
}

TEST(Surrogate, FailuresOfTheCandidateCountAsTheWorst) {
  const IntegerSpace space(kSize);
  for (const Status status : {Status::kRejected, Status::kQuarantined}) {
    const auto strategy = MakeSurrogate(space);
    const auto judge = [&](int value) {
      return value < 5000 ? Outcome{.status = status} : Scored(0.5);
    };
    const std::vector<int> values = Drive(*strategy, kStart + 20, judge);
    int low = 0;
    for (std::size_t i = kStart; i < values.size(); ++i) low += values[i] < 5000;
    EXPECT_LE(low, 3) << "of 20, " << Name(status);
  }
}

// Most outcomes are forgotten; the best are not, however old.
TEST(Surrogate, RemembersTheBestOfManyOutcomes) {
  const IntegerSpace space(1000000);
  const auto strategy = MakeSurrogate(space);
  for (std::uint64_t i = 0; i < 3000; ++i) {
    const int value = static_cast<int>(i < 30 ? 200000 + 100 * i : 500000 + 100 * i);
    strategy->Observe(i, IntegerSpace::Of(value), Scored(i < 30 ? 0.1 : 1.0));
  }
  std::vector<int> values;
  for (std::uint64_t i = 3000; i < 3020; ++i) values.push_back(Propose(*strategy, i));
  EXPECT_GE(CountNear(values, 0, 201500, 50000), 15) << "of 20; 2 expected by chance";
}

}  // namespace
}  // namespace actsearch::strategies
